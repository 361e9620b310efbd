"""The interface of a source, which fetches windows of a camera's recording into part files.

One source per transport.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple, Protocol

from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.process import Ending, Progress
from anr_tui.fill.ffmpeg.program import AudioMode, Ffmpeg
from anr_tui.fill.media.key_frame_match import KeyFrame
from anr_tui.replay.dialects.access import CameraAccess
from anr_tui.replay.dialects.interface import CameraReply
from anr_tui.replay.relay.rate_limit import RateLimit
from anr_tui.replay.relay.report import ReplayTime
from anr_tui.replay.rtsp.play_range import ToldRange

LONGEST_FETCH_S = 4 * 3600.0
GRACE_S = 60.0
# Longer distances of key frames than any camera's.
MOST_SLACK_S = 60.0
_SLOWEST_ACCEPTED_SPEED = 0.8
# 40 Mbit/s, more than any camera's stream; a recorder may have taken a smaller one than the card has.
_FASTEST_STREAM_BYTES_PER_S = 5_000_000
_TIMES_RECORDED = 8
_LEAST_LIMIT_BYTES = 64_000_000

Log = Callable[[str, str], None]
"""Takes a masked line of text from `source` (fill, relay or ffmpeg): `log(source, text)`."""


class StopCause(StrEnum):
    """Why we ended a fetch ourselves; NONE where ffmpeg ended by itself."""

    NONE = "none"
    ALL_THERE = "all_there"
    NO_SOUND = "no_sound"
    STALLED = "stalled"
    TIME_LIMIT = "time_limit"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """How a source works, whatever it fetches.

    A fetch ends after `stall_s` seconds of silence, and reads no faster than `limits` allow. `mark` is added to the
    environment of child processes, and names the worker.
    """

    ffmpeg: Ffmpeg
    stall_s: float
    limits: tuple[RateLimit, ...] = ()
    mark: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FetchOrder:
    """A window (in our time) to fetch. `full_speed`: whether to ask for faster than real time where that can be chosen.

    With `probe_s` only the first key frame is wanted, or with `has_pictures` all of that many seconds. `slack_s` more
    seconds may come where the camera begins before the window, at a key frame; None: how far apart those are is not
    known, and the footage itself may show it. `extra_s`: by so many media seconds the footage is known
    to be longer than the window, because its stamps run fast, or something else comes before it.
    `recorded_bytes_per_s`: what the camera's recordings take on disk, 0 where that is not known.
    """

    window: Window
    audio: AudioMode
    full_speed: bool
    probe_s: float | None = None
    slack_s: float | None = 0.0
    has_pictures: bool = False
    extra_s: float = 0.0
    recorded_bytes_per_s: float = 0.0

    @property
    def is_probe(self) -> bool:
        """Whether only the first key frame is wanted."""
        return self.probe_s is not None

    @property
    def length_s(self) -> float:
        """The most media seconds that are wanted."""
        return self.window.seconds + self.extra_s if self.probe_s is None else self.probe_s

    @property
    def bound_s(self) -> float:
        """The media seconds after which a fetch ends, whatever more the camera sends."""
        return self.length_s + (MOST_SLACK_S if self.slack_s is None else self.slack_s)

    @property
    def time_limit_s(self) -> float:
        """The longest duration of this fetch in seconds of wall clock, without waits for a bandwidth limit."""
        return min(self.bound_s / _SLOWEST_ACCEPTED_SPEED + GRACE_S, LONGEST_FETCH_S)

    @property
    def most_bytes(self) -> int:
        """More bytes than the footage asked for can have. A camera whose time stands still would never end."""
        bytes_per_s = max(_FASTEST_STREAM_BYTES_PER_S, _TIMES_RECORDED * self.recorded_bytes_per_s)
        return _LEAST_LIMIT_BYTES + int(bytes_per_s * self.bound_s)


@dataclass(frozen=True, slots=True)
class FetchControl:
    """The caller's control of a running fetch: `stop` ends it; `on_progress` and `log` are called as it runs."""

    stop: asyncio.Event
    on_progress: Callable[[Progress], None]
    log: Log


class Refusal(NamedTuple):
    """A camera's refusal, and the outcome that it means."""

    reply: CameraReply
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class FetchResult:
    """How a fetch ended. What footage arrived is proven only by the part file itself.

    `ending` is ffmpeg's, `last_lines` are its last log lines, `cause` is why we ended it, if we did. `is_reached`: the
    camera accepted the connection. `refusal`: its refusal, if there was one. `has_agreed`: it accepted to play. `error`
    is a masked sentence, else "". `has_breached`: the camera sent far more of something than any working device does.
    `media_bytes` arrived within `media_took_s` seconds, from the first to the last.

    `is_complete`: the camera itself said that its footage ended; `announced_end`: it said so by an announcement.
    `closed_by_camera`: it closed the connection. `full_speed`: whether it sent faster than real time because we asked;
    None where that did not become known. `clock_offset_s`: how far its clock is ahead of ours in seconds, by its own
    `Date`, None where it sent none.

    `marks`: media times of the part file with their moments by the camera's clock, the first one and one wherever they
    jump, where the camera gives any. They hold up to the media time `marks_until_s` in seconds; None: to the end.
    `marks_rate`: the seconds that pass in one of media time, where they show that the two run at another pace.

    `told` is what the camera says that it will play, None where it says nothing of the wall clock. `front_s`: so many
    media seconds at the beginning are an earlier session's, by their source (SSRC); None for none.
    """

    ending: Ending
    cause: StopCause = StopCause.NONE
    last_lines: tuple[str, ...] = ()
    is_reached: bool = False
    refusal: Refusal | None = None
    has_agreed: bool = False
    error: str = ""
    has_breached: bool = False
    media_bytes: int = 0
    media_took_s: float = 0.0
    is_complete: bool = False
    announced_end: bool = False
    closed_by_camera: bool = False
    full_speed: bool | None = None
    clock_offset_s: float | None = None
    marks: tuple[ReplayTime, ...] = ()
    marks_until_s: float | None = None
    told: ToldRange | None = None
    front_s: float | None = None
    marks_rate: float | None = None


class FootageSource(Protocol):
    """Fetches the footage of one camera. Every source keeps these promises:

    - a password is in no argument of a child, no log line, no result;
    - a fetch ends by itself once nothing more is to come, and soon after `stop` is set; it then leaves no child and no
      session at the camera;
    - what has arrived by then is in the part file, readable up to about its last whole second.
    """

    @property
    def access(self) -> CameraAccess:
        """The camera with its login and its clock offset."""

    async def search(self, window: Window) -> list[Window] | None:
        """The parts of `window` that the camera's card holds, in order; None where the camera cannot tell."""

    async def fetch(self, order: FetchOrder, part: Path, control: FetchControl) -> FetchResult:
        """Fetch until the window is there, the camera has no more, `control.stop` is set or a time limit passes.

        Raises ReplayError for a camera that cannot be asked, and OSError where ffmpeg cannot be started.
        """

    async def first_key_frame(
        self, order: FetchOrder, part: Path, control: FetchControl
    ) -> tuple[KeyFrame | None, FetchResult]:
        """The first key frame that the camera shows of a window (None: none came), and how the fetch ended.

        `part` is a working file, which may be left behind. Raises as `fetch`.
        """
