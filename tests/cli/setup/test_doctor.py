"""`anr-tui doctor`."""

import shutil
import socket

import pytest

from tests.cli.command import Command
from tests.heldar_site import HeldarSite


def test_the_doctor_ends_with_1_where_something_is_wrong(
    heldar_site: HeldarSite, run: Command, ffmpeg: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELDAR_FFMPEG_BIN", ffmpeg)
    monkeypatch.setenv("HELDAR_MIN_FREE_DISK_GB", "0")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        heldar_site.execute("UPDATE cameras SET address = '127.0.0.1', rtsp_port = ?", port)
        heldar_site.execute("UPDATE cameras SET anr_replay_url_template = NULL")
        assert run("doctor") == 0
    assert f"ok    camera      Front gate: 127.0.0.1:{port} answers" in run.out
    shutil.rmtree(heldar_site.recordings)
    assert run("doctor") == 1
    assert "FAIL  recordings  There is no directory" in run.out
    assert f"FAIL  camera      Front gate: 127.0.0.1:{port} cannot be reached" in run.out
