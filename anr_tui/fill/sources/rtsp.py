"""The source of footage over RTSP: the RTSP relay with ffmpeg behind it."""

from dataclasses import dataclass
from pathlib import Path

from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.program import rtsp_input
from anr_tui.fill.media.key_frame_match import KeyFrame
from anr_tui.fill.sources.interface import GRACE_S, FetchControl, FetchOrder, FetchResult, SourceSettings
from anr_tui.fill.sources.through_relay import fetch_through, first_key_frame_of
from anr_tui.replay.dialects.access import CameraAccess
from anr_tui.replay.dialects.registry import replay_request
from anr_tui.replay.relay.relay import Relay

# RFC 2326, section 7.1.1; any other status means `not understood`.
_MEANINGS = {
    401: Outcome.LOGIN_REFUSED,
    403: Outcome.LOGIN_REFUSED,
    404: Outcome.NO_FOOTAGE,
    453: Outcome.CAMERA_BUSY,
    454: Outcome.CAMERA_BUSY,
    457: Outcome.NO_FOOTAGE,
    503: Outcome.CAMERA_BUSY,
}


@dataclass(frozen=True, slots=True)
class RtspSource:
    """A camera that replays over RTSP, interleaved in TCP."""

    access: CameraAccess
    settings: SourceSettings

    async def search(self, window: Window) -> list[Window] | None:
        """None: RTSP has no request for what a card holds."""
        return None

    async def fetch(self, order: FetchOrder, part: Path, control: FetchControl) -> FetchResult:
        """Replay the window. Raises as `FootageSource.fetch`."""
        request = replay_request(self.access, order.window)
        relay = Relay(
            request,
            full_speed=order.full_speed,
            log=lambda text: control.log("relay", text),
            limits=self.settings.limits,
            most_bytes=order.most_bytes,
        )
        # The relay notices a silent camera earlier; ffmpeg's own timeout is for a relay that fails.
        timeout_s = self.settings.stall_s + GRACE_S
        return await fetch_through(
            relay,
            rtsp_input(self.settings.ffmpeg, order.audio, timeout_s),
            order,
            part,
            settings=self.settings,
            control=control,
            access=self.access,
            meanings=_MEANINGS,
        )

    async def first_key_frame(
        self, order: FetchOrder, part: Path, control: FetchControl
    ) -> tuple[KeyFrame | None, FetchResult]:
        """Replay the window up to its first key frame. Raises as `FootageSource.fetch`."""
        return await first_key_frame_of(self, order, part, control)
