"""Footage over HTTP: the HTTP relay, and ffmpeg behind it."""

from dataclasses import dataclass
from pathlib import Path

from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.program import FfmpegInput
from anr_tui.fill.media.key_frame_match import KeyFrame
from anr_tui.fill.sources.interface import FetchControl, FetchOrder, FetchResult, SourceSettings
from anr_tui.fill.sources.through_relay import fetch_through, first_key_frame_of
from anr_tui.replay.dialects.access import CameraAccess
from anr_tui.replay.dialects.interface import CameraReply
from anr_tui.replay.dialects.registry import dialect_of, replay_request
from anr_tui.replay.http.relay import HttpRelay

# RFC 9110, section 15; what is not here is not understood.
_MEANINGS = {
    401: Outcome.LOGIN_REFUSED,
    403: Outcome.LOGIN_REFUSED,
    404: Outcome.NO_FOOTAGE,
    410: Outcome.NO_FOOTAGE,
    416: Outcome.NO_FOOTAGE,
    429: Outcome.CAMERA_BUSY,
    503: Outcome.CAMERA_BUSY,
}
# A download is read once, from its beginning: the relay has no ranges. It never leaves ffmpeg waiting for nothing
# without our knowing, so ffmpeg needs no timeout of its own, which would end a download that is held by a limit.
# Containers of footage only: a playlist would send ffmpeg to whatever host it names, past the relay.
_FORMATS = "mov,mp4,mpegts,mpeg,matroska,webm,flv,avi,h264,hevc,dhav"
_INPUT = FfmpegInput(("-protocol_whitelist", "tcp,http", "-seekable", "0", "-format_whitelist", _FORMATS))


@dataclass(frozen=True, slots=True)
class HttpSource:
    """A device that sends a window as a file, as fast as the line takes."""

    access: CameraAccess
    settings: SourceSettings

    async def search(self, window: Window) -> list[Window] | None:
        """No dialect here has a question for it yet."""
        return None

    async def fetch(self, order: FetchOrder, part: Path, control: FetchControl) -> FetchResult:
        """Download the window."""
        relay = HttpRelay(
            replay_request(self.access, order.window),
            log=lambda text: control.log("relay", text),
            limits=self.settings.limits,
        )
        return await fetch_through(
            relay,
            _INPUT,
            order,
            part,
            settings=self.settings,
            control=control,
            meaning=self._meaning,
        )

    async def first_key_frame(
        self, order: FetchOrder, part: Path, control: FetchControl
    ) -> tuple[KeyFrame | None, FetchResult]:
        """Download the window up to its first key frame."""
        return await first_key_frame_of(self, order, part, control)

    def _meaning(self, reply: CameraReply) -> Outcome:
        own = dialect_of(self.access.camera).refusal(reply)
        return own or _MEANINGS.get(reply.status, Outcome.NOT_UNDERSTOOD)
