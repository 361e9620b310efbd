"""The dialect of Hikvision and its rebranded devices: RTSP at `/Streaming/tracks/`.

Sources: the replay URL that the recorder itself builds; Hikvision's ISAPI guide.
"""

from dataclasses import dataclass

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import ReplayError
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import Window
from anr_tui.replay.dialects.access import CameraAccess, about
from anr_tui.replay.dialects.interface import CameraReply, ReplayRequest, TimeBasis, Transport, request_to
from anr_tui.replay.dialects.url_template import fill_in
from anr_tui.replay.dialects.urls import bare_host, bracketed, checked_host

HIKVISION = "hikvision"
_ADD_AN_ADDRESS = "Set the camera's address or its replay URL template."


@dataclass(frozen=True, slots=True)
class HikvisionDialect:
    """Hikvision's replay URLs. Track 101 is a camera's main stream, 102 its sub stream; channel n has n01 and n02.

    Times are written with a Z, and are UTC on some devices and local time on others.
    """

    name: str = HIKVISION
    transport: Transport | None = Transport.RTSP
    time_basis: TimeBasis = TimeBasis.BY_DEVICE
    needs_end: bool = True
    needs_template: bool = False

    def request(self, access: CameraAccess, window: Window) -> ReplayRequest:
        """The request for the camera's own track.

        Raises ReplayError where the camera row has no address, or one that names no host.
        """
        return request_to(access, fill_in(_template(access.camera, 1), access.by_its_clock(window)))

    def device(self, access: CameraAccess) -> str:
        """`host:port` from the row's address and RTSP port. Raises ReplayError as `request` does."""
        return request_to(access, _template(access.camera, 1)).device

    def refusal(self, reply: CameraReply) -> Outcome | None:
        """None: Hikvision's refusals mean what the same status means on every camera."""
        return None


def channel_template(camera: Camera, channel: int) -> str:
    """The replay URL template of a channel, without a login; a camera's own channel is 1.

    Raises ReplayError, which names the camera, where the row has no address, or one that names no host.
    """
    try:
        return _template(camera, channel)
    except ReplayError as error:
        raise about(camera, error) from None


def _template(camera: Camera, channel: int) -> str:
    if not camera.address:
        raise ReplayError(f"Camera {camera.id} has no address and no replay URL template.", _ADD_AN_ADDRESS)
    checked_host(camera.address)
    track = f"{channel}{'02' if camera.record_stream == 'sub' else '01'}"
    place = f"{bracketed(bare_host(camera.address))}:{camera.rtsp_port}"
    return f"rtsp://{place}/Streaming/tracks/{track}?starttime={{start}}&endtime={{end}}"
