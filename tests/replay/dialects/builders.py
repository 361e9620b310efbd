"""A camera row for the tests of dialects, and the URL that it is asked by."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from anr_tui.domain.camera import Camera
from anr_tui.domain.secret import Secret
from anr_tui.domain.window import Window
from anr_tui.replay.dialects.access import make_access
from anr_tui.replay.dialects.registry import replay_request

NOON = datetime(2026, 6, 13, 12, 0, 0, tzinfo=UTC)
MINUTE = Window(NOON, NOON + timedelta(seconds=60))
SECRET = Secret("pw")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


def camera(
    *,
    address: str | None = "192.168.1.64",
    template: str | None = None,
    username: str | None = "admin",
    stream: str = "main",
    port: int = 554,
) -> Camera:
    return Camera(
        id="gate",
        name="Gate",
        vendor="hikvision",
        address=address,
        rtsp_port=port,
        username=username,
        password=None,
        record_stream=stream,
        record_audio=False,
        retention_hours=24,
        segment_seconds=60,
        anr_enabled=True,
        replay_url_template=Secret(template) if template is not None else None,
        state="recording",
    )


def url_of(row: Camera, window: Window = MINUTE, secret: Secret | None = SECRET) -> str:
    return replay_request(make_access(row, secret), window).revealed_url
