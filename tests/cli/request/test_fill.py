"""`anr-tui fill`."""

import socket

import pytest

from tests.cli.command import Command
from tests.cli.rows import asked
from tests.heldar_site import PASSWORD, HeldarSite, execute


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
