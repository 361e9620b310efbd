"""Finds gaps between the recordings of one camera. Pure, but for the lengths of files, which a caller gives.

Names come first: where the next recording starts about as long after this one as recordings last, nothing is missing
and no file is opened. Only closed recordings count, those that a later one follows: so a gap is known once the
recorder is back, and nothing is said of the time before the first recording and after the last one.
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
"""What is shorter is the recorder's own seam between two files."""
# Recorders cut at key frames, so their files differ by as much.
_TOLERANCE_S = 2.0
# The usual length is that of the newest so many files, where there are enough of them to tell.
_NEWEST_FILES = 500
_ENOUGH_FILES = 20


def find_gaps(
    recordings: Sequence[Recording], media_length_s: Callable[[Path], float | None], segment_s: float = 0
) -> list[Window]:
    """The windows that no recording holds, ordered. `recordings` are by their starts, without empty files.

    `media_length_s` gives the seconds in a file, or None where it cannot be read: what such a file holds is not known,
    so it may be as long as files usually are, or reach up to the next one where that is not known either. `segment_s`
    is how long the recorder's files are, in seconds; 0: not known.
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
    """What a file that cannot be read holds at most, in seconds."""
    return min(step.total_seconds(), usual_s + _TOLERANCE_S) if usual_s > 0 else step.total_seconds()


def _lasting(length_s: float, step: timedelta) -> timedelta:
    # A damaged file may claim more seconds than a calendar holds; up to the following file it is believed.
    return timedelta(seconds=min(length_s, max(LONGEST_FILE, step).total_seconds()))


def _is_usual(step: timedelta, usual_s: float) -> bool:
    # A shorter step is looked at, too: a recorder that was away for less than a file's length begins a new one.
    return usual_s > 0 and abs(step.total_seconds() - usual_s) <= _TOLERANCE_S


def _usual_step_s(recordings: Sequence[Recording]) -> float:
    steps = [(later - start).total_seconds() for (start, _), (later, _) in pairwise(recordings[-_NEWEST_FILES - 1 :])]
    return median(steps) if len(steps) >= _ENOUGH_FILES else 0
