"""`anr-tui url`: the replay URL that a person may see."""

import base64

import pytest

from tests.cli.command import Command
from tests.heldar_site import PASSWORD, HeldarSite, execute, sealed

KEY = base64.b64encode(bytes(range(32))).decode()


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
    assert "camera 'gate' is sealed" in run.err
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
