"""What a fetch brought, and the moments at which its runs belong."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from anr_tui.domain.window import Window
from anr_tui.fill.media.verify import Run

# File names have whole seconds, so a shorter file would take the name of the one that follows it.
LEAST_RECORDING_S = 1.0
# Media times are sums of frame durations, so they are not exact to the last digit.
PRECISION_S = 0.001


@dataclass(frozen=True, slots=True)
class PlacedRun:
    """A run of a part file and the moment at which it starts.

    `key_s` is the media time of the key frame from which it is decoded, where that is before its start. `rate`: the
    seconds that pass in one of its media time, where its stamps run at another pace than time.
    """

    part: Path
    run: Run
    start: datetime
    key_s: float | None = None
    rate: float = 1.0

    @property
    def seconds(self) -> float:
        """The time that it covers, in seconds."""
        return self.run.seconds * self.rate

    @property
    def window(self) -> Window:
        """The time that it covers."""
        return Window(self.start, self.start + timedelta(seconds=self.seconds))

    def in_media_time(self, rate: float) -> "PlacedRun":
        """The same by the stamps of the part file, of a run whose times were multiplied by `rate`."""
        key_s = None if self.key_s is None else self.key_s / rate
        return replace(self, run=paced_run(self.run, 1 / rate), key_s=key_s, rate=rate)


@dataclass(frozen=True, slots=True)
class FetchedMedia:
    """What one fetch brought: the window asked for, the part file, and the runs in it (media seconds).

    `is_in_order`: the camera said that it was the end; else the stream may have been cut off anywhere. `shift_s` is the
    shift that it was asked with, and `camera_clock_off_s` how far the camera's clock was ahead then, in seconds; None
    where that is not known.
    """

    window: Window
    part: Path
    runs: tuple[Run, ...]
    is_in_order: bool
    shift_s: float | None = None
    camera_clock_off_s: float | None = None

    @property
    def end_s(self) -> float:
        """Where its last run ends, in media seconds."""
        return self.runs[-1].end_s if self.runs else 0.0

    def paced(self, rate: float) -> "FetchedMedia":
        """The same as if its stamps ran as time does, of which `rate` seconds pass in one of media time."""
        return replace(self, runs=tuple(paced_run(run, rate) for run in self.runs))

    def without_front(self, begins_s: float) -> "FetchedMedia":
        """The same without what comes before a media time."""
        runs = tuple(replace(run, start_s=max(run.start_s, begins_s)) for run in self.runs if run.end_s > begins_s)
        return replace(self, runs=runs)

    def between(self, from_s: float, to_s: float, start: datetime) -> list[PlacedRun]:
        """Its footage between two media times, the first of which is the moment `start`."""
        cut = (
            replace(run, start_s=max(run.start_s, from_s), end_s=min(run.end_s, to_s))
            for run in self.runs
            if max(run.start_s, from_s) < min(run.end_s, to_s)
        )
        return [PlacedRun(self.part, run, start + timedelta(seconds=run.start_s - from_s)) for run in cut]


def paced_run(run: Run, rate: float) -> Run:
    """A run whose times are multiplied by `rate`."""
    pauses = tuple((from_s * rate, to_s * rate) for from_s, to_s in run.pauses)
    return replace(run, start_s=run.start_s * rate, end_s=run.end_s * rate, pauses=pauses)
