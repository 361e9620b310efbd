"""A camera row for the tests of fill and replay, as the site has it."""

from typing import Any

from anr_tui.domain.camera import Camera
from anr_tui.domain.secret import Secret


def camera_row(port: int, *, username: str | None = "admin", **columns: Any) -> Camera:
    """A camera on loopback; `columns` replace what it is otherwise."""
    row: dict[str, Any] = {
        "id": "gate",
        "name": "Gate",
        "vendor": "hikvision",
        "address": "127.0.0.1",
        "rtsp_port": port,
        "username": username,
        "password": Secret("x"),
        "record_stream": "main",
        "record_audio": False,
        "retention_hours": 24,
        "segment_seconds": 60,
        "anr_enabled": True,
        "replay_url_template": None,
        "state": "recording",
    }
    return Camera(**(row | columns))
