"""What a person asks of the worker, and the URLs that a person may see."""

import base64
import socket

import pytest

from tests.cli.command import Command
from tests.heldar_site import PASSWORD, HeldarSite, execute, sealed

KEY = base64.b64encode(bytes(range(32))).decode()


def asked(site: HeldarSite) -> list[tuple[str, str | None, int | None]]:
    rows = execute(site.journal, "SELECT * FROM requests ORDER BY id")
    return [(row["kind"], row["gap_id"], row["fill_id"]) for row in rows]


def test_fill_without_a_worker_says_that_it_waits(heldar_site: HeldarSite, run: Command) -> None:
    heldar_site.add_gap("gap_1")
    assert run("fill", "gap_1") == 0
    assert (
        run.out == "Asked: fill gap gap_1. No worker runs: it waits until `anr-tui` or `anr-tui worker` is started.\n"
    )
    assert run("fill", "gap_1") == 0
    assert asked(heldar_site) == [("fill", "gap_1", None)]


def test_fill_with_a_worker_just_asks(working_site: HeldarSite, run: Command) -> None:
    assert run("fill", "gap_1", "gap_2") == 0
    assert run.out == "Asked: fill gap gap_1.\nAsked: fill gap gap_2.\n"
    assert asked(working_site) == [("fill", "gap_1", None), ("fill", "gap_2", None)]


def test_one_unknown_gap_does_not_keep_the_others_from_being_asked_for(heldar_site: HeldarSite, run: Command) -> None:
    heldar_site.add_gap("gap_1")
    assert run("fill", "gap_9", "gap_1") == 1
    assert "There is no gap 'gap_9'. `anr-tui gaps` lists them." in run.err
    assert asked(heldar_site) == [("fill", "gap_1", None)]


def test_retry_of_named_gaps_and_of_all_that_failed(working_site: HeldarSite, run: Command) -> None:
    assert run("retry", "gap_3") == 0
    assert run("retry", "--all-failed") == 0
    assert run.out == "Asked: retry gap gap_2.\n"
    assert asked(working_site) == [("retry", "gap_3", None), ("retry", "gap_2", None)]


def test_retry_of_nothing_is_said(heldar_site: HeldarSite, run: Command) -> None:
    assert run("retry") == 2
    assert "Name the gaps to retry, or say --all-failed." in run.err
    assert run("retry", "gap_1", "--all-failed") == 2
    assert run("retry", "--all-failed") == 0
    assert run.out == "No gap was given up; there is nothing to retry.\n"


def test_cancel_of_a_running_an_ended_and_an_unknown_fill(working_site: HeldarSite, run: Command) -> None:
    assert run("cancel", "2") == 0
    assert run.out == "Asked: cancel fill 2.\n"
    assert run("cancel", "1") == 1
    assert "Fill 1 has ended already: no footage on the camera." in run.err
    assert run("cancel", "99") == 2
    assert "There is no fill 99. `anr-tui fills` lists them." in run.err
    assert run("cancel", "many") == 2
    assert asked(working_site) == [("cancel", None, 2)]


def test_fill_and_wait_starts_a_worker_and_ends_with_its_answer(
    heldar_site: HeldarSite, run: Command, ffmpeg: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELDAR_FFMPEG_BIN", ffmpeg)
    monkeypatch.setenv("HELDAR_MIN_FREE_DISK_GB", "0")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    heldar_site.execute("UPDATE cameras SET address = '127.0.0.1', rtsp_port = ?, retention_hours = 99999999", port)
    heldar_site.add_gap("gap_1")
    assert run("fill", "gap_1", "--wait") == 1
    assert run.out.startswith("gap_1: ")
    (fill,) = execute(heldar_site.journal, "SELECT * FROM fills")
    assert fill["outcome"] == "unreachable"
    assert heldar_site.gap("gap_1")["fill_attempts"] == 0
    assert execute(heldar_site.journal, "SELECT * FROM lease") == []
    for path in heldar_site.root.rglob("*"):
        if path.is_file() and path != heldar_site.database:
            assert PASSWORD.encode() not in path.read_bytes(), path


def test_fill_and_wait_for_an_unknown_gap_starts_nothing(heldar_site: HeldarSite, run: Command) -> None:
    heldar_site.add_gap("gap_1")
    assert run("fill", "gap_1", "gap_9", "--wait") == 2
    assert "There is no gap 'gap_9'" in run.err
    assert execute(heldar_site.journal, "SELECT * FROM workers") == []


# URLs.


def test_a_url_is_masked_unless_it_is_revealed(heldar_site: HeldarSite, run: Command) -> None:
    heldar_site.add_gap("gap_1")
    heldar_site.add_gap("gap_2", "dock")
    for gap in ("gap_1", "gap_2"):
        assert run("url", gap) == 0
        url, command = run.out.splitlines()
        assert url.startswith("rtsp://***@192.0.2.1")
        assert command.startswith("ffmpeg -rtsp_transport tcp -i 'rtsp://***@")
    assert not heldar_site.journal.exists()
    run.said.is_revealed = True
    assert run("url", "gap_1", "--reveal") == 0
    assert run.out.startswith(f"rtsp://operator:{PASSWORD}@192.0.2.11:554/")
    (event,) = execute(heldar_site.journal, "SELECT * FROM events")
    assert (event["kind"], event["gap_id"]) == ("url_revealed", "gap_1")
    assert PASSWORD.encode() not in heldar_site.journal.read_bytes()


def test_a_sealed_password_stays_sealed(heldar_site: HeldarSite, run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    heldar_site.add_gap("gap_1")
    heldar_site.execute("UPDATE cameras SET password = ?", sealed(PASSWORD, bytes(range(32))))
    assert run("url", "gap_1") == 0
    assert run("url", "gap_1", "--reveal") == 2
    assert "The password of camera 'gate' is sealed and HELDAR_SECRET_KEY is not set." in run.err
    monkeypatch.setenv("HELDAR_SECRET_KEY", KEY[::-1])
    assert run("url", "gap_1", "--reveal") == 2
    assert KEY[::-1] not in run.err
    monkeypatch.setenv("HELDAR_SECRET_KEY", base64.b64encode(bytes(32)).decode())
    assert run("url", "gap_1", "--reveal") == 2
    assert "cannot be opened with this HELDAR_SECRET_KEY" in run.err


def test_what_cannot_be_asked_for_is_said(heldar_site: HeldarSite, run: Command) -> None:
    assert run("url", "gap_9") == 2
    assert "There is no gap 'gap_9'" in run.err
    heldar_site.execute("UPDATE cameras SET anr_replay_url_template = 'file:///etc/passwd?{start}' WHERE id = 'dock'")
    heldar_site.add_gap("gap_1", "dock")
    assert run("url", "gap_1", "--reveal") == 1
    assert "Camera dock: The replay URL must begin with rtsp://" in run.err
