"""A place that a person gives: what of a kept part would land there, and whether recordings contradict it.

A person knows what no witness shows: a clock in the picture, a car that passed two cameras. Their word counts where
nothing contradicts it, and footage that stands there already is never touched.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from anr_tui.domain.errors import FillError
from anr_tui.domain.window import Window, subtract
from anr_tui.fill.media.key_frame_match import KeyFrame, key_frames
from anr_tui.fill.media.verify import read_media
from anr_tui.fill.placement.cut import cut_to
from anr_tui.fill.placement.placed import PlacedRun
from anr_tui.fill.placement.time_shift.calibration import find_elsewhere
from anr_tui.fill.placement.witnesses.recordings import matches, recorded_frames
from anr_tui.fill.placement.witnesses.seams import reach
from anr_tui.fill.plan import TOLERANCE_S
from anr_tui.sites.interface import RecordingArchive
from anr_tui.sites.recordings.kept_parts import KeptPart

# File names have whole seconds, so that recordings that follow each other seem to leave less than this out.
_LEAST_S = 1.0
_DROP = "`anr-tui parts drop` deletes it."


@dataclass(frozen=True, slots=True)
class HandPlace:
    """A kept part at the moment that a person gave.

    `window` is from its first picture to the end of its last one. `runs` are what of it no recording holds, each at its
    moment; `held_s` seconds of it would stand where recordings stand. `is_shown`: its pictures were found at their
    moments in the recordings beside it.
    """

    window: Window
    runs: tuple[PlacedRun, ...]
    held_s: float
    is_shown: bool

    @property
    def landing_s(self) -> float:
        """How many seconds of it can land."""
        return sum(each.run.seconds for each in self.runs)

    def shared_s(self, window: Window) -> float:
        """How many seconds of it can land in a window."""
        shared = (window.intersection(each.window) for each in self.runs)
        return sum(each.seconds for each in shared if each is not None)


def place_by_hand(
    archive: RecordingArchive, part: KeptPart, at: datetime, *, now: datetime, doubtful: Collection[str]
) -> HandPlace:
    """A kept part whose first picture is of the moment `at`; the rest follows by its own stamps.

    Recordings named in `doubtful` prove nothing. Blocking. Raises FillError, in a sentence, where the part cannot be
    read, or stands in the future, or recordings hold all of that time or contradict it; SiteError.
    """
    runs = read_media(part.path).runs
    if not runs:
        raise FillError(f"The part {part.id} holds no picture that can be placed.", _DROP)
    begins = at - timedelta(seconds=runs[0].start_s)
    placed = [PlacedRun(part.path, run, begins + timedelta(seconds=run.start_s)) for run in runs]
    window = Window(at, placed[-1].window.end)
    if window.end > now:
        raise FillError(f"Its last picture would be of {window.end:%Y-%m-%d %H:%M:%SZ}, which is in the future.")
    frames = key_frames(part.path)
    is_shown = _are_there(archive, part, window, begins, frames, now=now, doubtful=doubtful)
    holes = subtract(window, archive.held_by_each(part.camera_id, window))
    missing = [hole for hole in holes if hole.seconds >= _LEAST_S]
    cut = tuple(each for hole in missing for each in cut_to(placed, hole, frames) if each.run.seconds >= _LEAST_S)
    if not cut:
        raise FillError(f"Recordings hold all of the time from {_words(window)} already, so that nothing would land.")
    held_s = sum(run.seconds for run in runs) - sum(each.run.seconds for each in cut)
    return HandPlace(window, cut, held_s if held_s >= _LEAST_S else 0.0, is_shown)


def _are_there(
    archive: RecordingArchive,
    part: KeptPart,
    window: Window,
    begins: datetime,
    frames: Sequence[KeyFrame],
    *,
    now: datetime,
    doubtful: Collection[str],
) -> bool:
    """Whether recordings show its pictures at their moments. FillError where they show them at others."""
    beside = recorded_frames(archive, part.camera_id, reach(window), left_out=doubtful)
    # How much later the recordings have them.
    offs_s = [(pair.moment - begins).total_seconds() - pair.at_s for pair in matches(frames, beside)]
    if not offs_s:
        hints_s = [(moment - begins).total_seconds() for moment in (part.facts.asked.start, part.facts.kept_at)]
        found_s = find_elsewhere(archive, part.camera_id, begins, frames, hints_s=hints_s, left_out=doubtful, now=now)
        offs_s = [] if found_s is None else [found_s]
    off_s = max(offs_s, key=abs, default=0.0)
    if abs(off_s) <= TOLERANCE_S:
        return bool(offs_s)
    side, shown = "later" if off_s > 0 else "earlier", window.start + timedelta(seconds=off_s)
    raise FillError(
        f"The recordings contradict that: they show pictures of the part {abs(off_s):.0f} s {side}.",
        f"By them its first picture is of {shown:%Y-%m-%d %H:%M:%SZ}.",
    )


def _words(window: Window) -> str:
    return f"{window.start:%Y-%m-%d %H:%M:%SZ} to {window.end:%Y-%m-%d %H:%M:%SZ}"
