"""What all fills of a worker share, and what the pieces of one fill share."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from anr_tui.domain.gap import RecordingGap
from anr_tui.domain.policy.fill_policy import FillPolicy
from anr_tui.domain.policy.site import StorageLimits
from anr_tui.domain.secret import Secret
from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.program import AudioMode, Ffmpeg
from anr_tui.fill.fill_log import FillLog
from anr_tui.fill.land import FillJournal
from anr_tui.fill.placement.time_shift.calibration import Calibration
from anr_tui.fill.placement.time_shift.zone_search import ZoneHint
from anr_tui.fill.progress import ProgressMeter
from anr_tui.platform.clock_state import StepWatch
from anr_tui.replay.dialects.access import CameraAccess
from anr_tui.replay.relay.rate_limit import RateLimit
from anr_tui.sites.interface import RecordingArchive

_NO_CALIBRATION = Calibration()


@dataclass(frozen=True, slots=True)
class FillContext:
    """What all fills of a worker share.

    `secret_key` opens the cameras' sealed passwords. `mark` is added to the environment of child processes, and names
    the worker.
    """

    policy: FillPolicy
    storage_limits: StorageLimits
    secret_key: Secret | None
    ffmpeg: Ffmpeg
    archive: RecordingArchive
    clock: Callable[[], datetime]
    mark: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class NegotiatedOptions:
    """How a camera is asked, and what it turned out to accept; updated while a fill runs.

    `calibration` is what its times are known to mean, `is_calibrated` whether this fill has shown that.
    `seen_clock_offset_s` is what the camera's `Date` showed, in seconds that its clock is ahead of ours. `came_as` is
    codec, width and height of the footage. `needs_eyes`: the recorder has other bits, so pictures are compared.
    `has_other_bits`: so has each replay of the camera's, and probes are compared by eye.
    `takes_word`: the recordings beside do not show the time of the footage, so that the camera's word is taken.
    `key_frame_distance_s` is the usual distance of key frames in seconds, 0 where none is known.
    `misannounces`: it was proven to play something else than it says that it will play. `zones` are still to be tried
    where it has nothing; `has_tried_zones`: they were, and showed nothing.
    `rate`: the seconds that pass in one of its media time, where footage that is proven shows it. `front_s`: so much
    of something else comes before the footage. `has_waited`: that was once looked for in vain.
    `has_breached`: it sent more of something than any working camera does. `recorded_bytes_per_s`: what the camera's
    recordings take on disk, 0 where that is not known yet.
    `rest_s`: how long its device rests between two sessions. `has_had_session`: it has played in this fill;
    `lanes_open`: so many sessions this fill may have at once now.
    """

    full_speed: bool
    audio: AudioMode
    took_full_speed: bool | None = None
    calibration: Calibration = _NO_CALIBRATION
    is_calibrated: bool = False
    sends_undecodable: bool = False
    needs_eyes: bool = False
    has_other_bits: bool = False
    takes_word: bool = False
    key_frame_distance_s: float = 0.0
    misannounces: bool = False
    zones: tuple[ZoneHint, ...] = ()
    has_tried_zones: bool = False
    seen_clock_offset_s: float | None = None
    came_as: tuple[str, int, int] | None = None
    rate: float | None = None
    front_s: float = 0.0
    has_waited: bool = False
    has_breached: bool = False
    rest_s: float = 2.0
    has_had_session: bool = False
    lanes_open: int = 1
    recorded_bytes_per_s: float = 0.0

    def extra_s(self, window: Window) -> float:
        """By how many media seconds the footage of a window is longer than it, as far as that is known."""
        faster_s = window.seconds / self.rate - window.seconds if self.rate is not None else 0.0
        return max(0.0, faster_s) + self.front_s


@dataclass(frozen=True, slots=True)
class FillScope:
    """What the pieces of one fill share.

    `stop` is set when the fill shall end; `limits` are its bandwidth limits. `own_clock` tells how much our own clock
    was stepped since the fill began.

    `pieces` are all that it asks for. `are_ends_recorded`: recordings stand beside some of them, so that footage beside
    which there is none yet may still be shown to be of another time than the camera says.
    """

    gap: RecordingGap
    access: CameraAccess
    context: FillContext
    options: NegotiatedOptions
    journal: FillJournal
    progress: ProgressMeter
    log: FillLog
    stop: asyncio.Event
    limits: tuple[RateLimit, ...]
    own_clock: StepWatch
    pieces: tuple[Window, ...] = ()
    are_ends_recorded: bool = False

    def note(self, words: str) -> None:
        """Write a line of the fill's own to its log."""
        self.log.write("fill", words)
