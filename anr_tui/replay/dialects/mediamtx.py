"""MediaMTX, whose playback server sends any window of a path as a fragmented MP4. Source: its documentation and code.

The path is the camera's id. A device whose path is another needs a template.
"""

from dataclasses import dataclass
from urllib.parse import quote

from anr_tui.domain.errors import ReplayError
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.timestamps import ceil_second, floor_second
from anr_tui.domain.window import Window
from anr_tui.replay.dialects.access import CameraAccess
from anr_tui.replay.dialects.interface import CameraReply, ReplayRequest, TimeBasis, Transport, request_to
from anr_tui.replay.dialects.urls import bare_host, bracketed, checked_host

_PLAYBACK_PORT = 9996
# What a row has where nobody set a port: that is where RTSP is, and never the playback server.
_UNSET_PORT = 554


@dataclass(frozen=True, slots=True)
class MediaMtxDialect:
    """`/get?path=&start=&duration=&format=fmp4`: start by RFC 3339, duration in seconds.

    It answers 404 where it has nothing of the window, and 400 where it cannot read the question or records MPEG-TS.
    Its answer ends without a word at the first hole; a window that begins in a hole is answered with what comes next.
    """

    name: str = "mediamtx"
    transport: Transport | None = Transport.HTTP
    time_basis: TimeBasis = TimeBasis.UTC
    needs_end: bool = True
    needs_template: bool = False

    def request(self, access: CameraAccess, window: Window) -> ReplayRequest:
        """The path named as the camera. Raises ReplayError where the row has no address, or no host in it."""
        asked = access.by_its_clock(window)
        start = floor_second(asked.start)
        length_s = (ceil_second(asked.end) - start).total_seconds()
        path = quote(access.camera.id, safe="")
        query = f"path={path}&start={start:%Y-%m-%dT%H:%M:%SZ}&duration={length_s:.0f}&format=fmp4"
        return request_to(access, f"{_server(access)}/get?{query}")

    def device(self, access: CameraAccess) -> str:
        """The row's address, and its port or the playback server's usual one."""
        return request_to(access, f"{_server(access)}/").device

    def refusal(self, reply: CameraReply) -> Outcome | None:
        """What is known of all devices."""
        return None


def _server(access: CameraAccess) -> str:
    camera = access.camera
    if not camera.address:
        raise ReplayError(f"Camera {camera.id} has no address.", "Set the address of the MediaMTX server.")
    checked_host(camera.address)
    port = _PLAYBACK_PORT if camera.rtsp_port == _UNSET_PORT else camera.rtsp_port
    return f"http://{bracketed(bare_host(camera.address))}:{port}"
