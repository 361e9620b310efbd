"""Conversion of rows of Heldar's `cameras` to values."""

import sqlite3

from anr_tui.domain.camera import Camera
from anr_tui.domain.secret import Secret
from anr_tui.sites.rows import whole

# Large numbers stand for "for ever"; this one can still be subtracted from a date.
_LONGEST_RETENTION_H = 1_000_000


def camera(row: sqlite3.Row) -> Camera:
    """The camera in a row of `cameras`. Raises ValueError for a row that cannot be used."""
    return Camera(
        id=str(row["id"]),
        name=str(row["name"]),
        vendor=str(row["vendor"]),
        address=_text(row["address"]),
        rtsp_port=whole(row, "rtsp_port", 554),
        username=_text(row["username"]),
        password=_secret(row["password"]),
        record_stream=str(row["record_stream"]),
        record_audio=bool(row["record_audio"]),
        retention_hours=min(max(whole(row, "retention_hours"), 0), _LONGEST_RETENTION_H),
        segment_seconds=whole(row, "segment_seconds"),
        anr_enabled=bool(row["anr_enabled"]),
        replay_url_template=_secret(row["anr_replay_url_template"]),
        state=str(row["state"] or "unknown"),
        updated_at=str(row["updated_at"]),
    )


def _text(value: object) -> str | None:
    return str(value) if value not in (None, "") else None


def _secret(value: object) -> Secret | None:
    return Secret(str(value)) if value not in (None, "") else None
