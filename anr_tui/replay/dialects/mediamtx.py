"""The dialect of MediaMTX, whose playback server sends any window of a path as a fragmented MP4 over HTTP.

The path is the camera's id; a device whose path differs needs a template. Sources: MediaMTX's documentation,
"Playback", and its source code.
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
# The port of a camera row in which nobody set one; it is RTSP's, and never the playback server's.
_UNSET_PORT = 554


@dataclass(frozen=True, slots=True)
class MediaMtxDialect:
    """MediaMTX's replay URLs: `/get?path=&start=&duration=&format=fmp4`, start as in RFC 3339, duration in seconds.

    The server answers 404 where it has nothing of the window, and 400 where it cannot read the request or records
    MPEG-TS. Its answer ends without an error at the first hole in the footage; for a window that begins in a hole it
    sends the footage that follows.
    """

    name: str = "mediamtx"
    transport: Transport | None = Transport.HTTP
    time_basis: TimeBasis = TimeBasis.UTC
    needs_end: bool = True
    needs_template: bool = False

    def request(self, access: CameraAccess, window: Window) -> ReplayRequest:
        """The request for the path that is named like the camera.

        Raises ReplayError where the camera row has no address, or one that names no host.
        """
        camera_window = access.by_its_clock(window)
        start = floor_second(camera_window.start)
        length_s = (ceil_second(camera_window.end) - start).total_seconds()
        path = quote(access.camera.id, safe="")
        query = f"path={path}&start={start:%Y-%m-%dT%H:%M:%SZ}&duration={length_s:.0f}&format=fmp4"
        return request_to(access, f"{_server(access)}/get?{query}")

    def device(self, access: CameraAccess) -> str:
        """`host:port` from the row's address, and its port or the playback server's default.

        Raises ReplayError as `request` does.
        """
        return request_to(access, f"{_server(access)}/").device

    def refusal(self, reply: CameraReply) -> Outcome | None:
        """None: MediaMTX's refusals mean what the same status means on every device."""
        return None


def _server(access: CameraAccess) -> str:
    camera = access.camera
    if not camera.address:
        raise ReplayError(f"Camera {camera.id} has no address.", "Set the address of the MediaMTX server.")
    checked_host(camera.address)
    port = _PLAYBACK_PORT if camera.rtsp_port == _UNSET_PORT else camera.rtsp_port
    return f"http://{bracketed(bare_host(camera.address))}:{port}"
