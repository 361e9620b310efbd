"""The source of footage over HTTP: the HTTP relay with ffmpeg behind it."""

from dataclasses import dataclass
from pathlib import Path

from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.program import FfmpegInput
from anr_tui.fill.media.key_frame_match import KeyFrame
from anr_tui.fill.sources.interface import FetchControl, FetchOrder, FetchResult, SourceSettings
from anr_tui.fill.sources.through_relay import fetch_through, first_key_frame_of
from anr_tui.replay.dialects.access import CameraAccess
from anr_tui.replay.dialects.registry import replay_request
from anr_tui.replay.http.relay import HttpRelay

# RFC 9110, section 15; any other status means `not understood`.
_MEANINGS = {
    401: Outcome.LOGIN_REFUSED,
    403: Outcome.LOGIN_REFUSED,
    404: Outcome.NO_FOOTAGE,
    410: Outcome.NO_FOOTAGE,
    416: Outcome.NO_FOOTAGE,
    429: Outcome.CAMERA_BUSY,
    503: Outcome.CAMERA_BUSY,
}
# A download is read once, from its beginning, because the relay supports no ranges. ffmpeg gets no timeout: the relay
# notices a silent device, and a timeout would end a download that is held back by a limit. The formats are containers
# of footage only: a playlist would make ffmpeg connect to the hosts that it names, past the relay.
_FORMATS = "mov,mp4,mpegts,mpeg,matroska,webm,flv,avi,h264,hevc,dhav"
_INPUT = FfmpegInput(("-protocol_whitelist", "tcp,http", "-seekable", "0", "-format_whitelist", _FORMATS))


@dataclass(frozen=True, slots=True)
class HttpSource:
    """A device that sends a window as a file, as fast as the network allows."""

    access: CameraAccess
    settings: SourceSettings

    async def search(self, window: Window) -> list[Window] | None:
        """None: no dialect can ask over HTTP yet which footage a card holds."""
        return None

    async def fetch(self, order: FetchOrder, part: Path, control: FetchControl) -> FetchResult:
        """Download the window. Raises as `FootageSource.fetch`."""
        relay = HttpRelay(
            replay_request(self.access, order.window),
            log=lambda text: control.log("relay", text),
            limits=self.settings.limits,
            most_bytes=order.most_bytes,
        )
        return await fetch_through(
            relay,
            _INPUT,
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
        """Download the window up to its first key frame. Raises as `FootageSource.fetch`."""
        return await first_key_frame_of(self, order, part, control)
