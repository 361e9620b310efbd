"""The search for gaps between the recordings of one camera. Without I/O; a caller supplies the lengths of files.

Names are compared first: where the next recording starts about as much later as recordings usually last, nothing is
missing and no file is opened. Only closed recordings count, those that a later one follows. So a gap is known once the
recorder is back, and the time before the first recording and after the last one is never a gap.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median

from anr_tui.domain.window import Window, merged
from anr_tui.sites.interface import Recording
from anr_tui.sites.recordings.layout import LONGEST_FILE

LEAST_GAP_S = 5.0
"""The shortest gap, in seconds; anything shorter is a recorder's seam between two files."""
# Recorders cut at key frames, so the lengths of their files differ by up to this.
_TOLERANCE_S = 2.0
# The usual length is the median of this many newest files, if there are at least the second number of steps.
_NEWEST_FILES = 500
_ENOUGH_FILES = 20


def find_gaps(
    recordings: Sequence[Recording], media_length_s: Callable[[Path], float | None], segment_s: float = 0
) -> list[Window]:
    """The windows that no recording holds, in order.

    `recordings` are in order of their starts, without empty files. `media_length_s` gives the seconds of video in a
    file, or None where it cannot be read. Such a file is taken to be as long as files usually are, or to reach the next
    one where the usual length is unknown. `segment_s` is how long the recorder's files are in seconds, 0 where not
    known.
    """
    usual_s = segment_s or _usual_step_s(recordings)
    gaps: list[Window] = []
    end: datetime | None = None
    for (start, path), (following, _) in pairwise(recordings):
        length_s = None if _is_usual(following - start, usual_s) else media_length_s(path)
        if length_s is None:
            length_s = _most_s(following - start, usual_s)
        ends = start + _lasting(length_s, following - start)
        end = ends if end is None else max(end, ends)
        if (following - end).total_seconds() > LEAST_GAP_S:
            gaps.append(Window(end, following))
    return merged(gaps)


def _most_s(step: timedelta, usual_s: float) -> float:
    """The longest time in seconds that a file which cannot be read may hold."""
    return min(step.total_seconds(), usual_s + _TOLERANCE_S) if usual_s > 0 else step.total_seconds()


def _lasting(length_s: float, step: timedelta) -> timedelta:
    # A damaged file may claim more seconds than a calendar has; it is believed up to the following file.
    return timedelta(seconds=min(length_s, max(LONGEST_FILE, step).total_seconds()))


def _is_usual(step: timedelta, usual_s: float) -> bool:
    # A shorter step is examined, too: after a short outage a recorder begins a new file.
    return usual_s > 0 and abs(step.total_seconds() - usual_s) <= _TOLERANCE_S


def _usual_step_s(recordings: Sequence[Recording]) -> float:
    steps = [(later - start).total_seconds() for (start, _), (later, _) in pairwise(recordings[-_NEWEST_FILES - 1 :])]
    return median(steps) if len(steps) >= _ENOUGH_FILES else 0
