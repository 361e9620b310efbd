"""When a gap is filled: the one rule on how much of it may be missing. Pure.

Recorders name their files by the whole second, so a file's place is known to less than a second only. Such errors do
not add up: a file that seems to end too early is followed by others that seem to overlap by as much. Here overlaps of
less than a second are therefore set against the holes that follow, and what remains is added up over the whole gap.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from anr_tui.domain.window import Window

MOST_MISSING_S = 2.0
"""Of a gap of 20 s and more, so many seconds may be missing in all."""
_MOST_MISSING_SHARE = 0.1
_ROUNDING_S = 1.0
# Media lengths are sums of frame durations, so they are not exact to the last digit.
_PRECISION_S = 0.001


def allowed_missing_s(gap_s: float) -> float:
    """The seconds that may be missing of a gap of `gap_s` seconds, all seams and both ends together."""
    return min(MOST_MISSING_S, gap_s * _MOST_MISSING_SHARE)


def missing_s(window: Window, held: Iterable[Window]) -> float:
    """The seconds of `window` that are missing; `held` is what each recording holds of it, which may overlap."""
    return _missing_s(_seams(window, held), set())


def is_covered(window: Window, held: Iterable[Window]) -> bool:
    """Whether recordings that hold `held` fill a gap of this window."""
    return _is_little(window, missing_s(window, held))


def holes_to_fill(window: Window, held: Iterable[Window]) -> list[Window]:
    """The holes, ordered, without which `window` is not covered: the largest ones; none where it is covered."""
    seams = _seams(window, held)
    holes = [seam for seam in seams if seam.hole_s > 0]
    largest = sorted(holes, key=lambda hole: (-hole.hole_s, hole.at))
    few, enough = -1, len(largest)
    # The more holes are filled, the less is missing.
    while enough - few > 1:
        middle = (few + enough) // 2
        if _is_little(window, _missing_s(seams, {hole.at for hole in largest[:middle]})):
            enough = middle
        else:
            few = middle
    return [Window(hole.at, hole.until) for hole in sorted(largest[:enough], key=lambda hole: hole.at)]


class _Seam(NamedTuple):
    """Where one recording ends and the next begins, or where the window does: a hole, or an overlap of some seconds."""

    at: datetime
    until: datetime
    hole_s: float
    overlap_s: float = 0.0


def _seams(window: Window, held: Iterable[Window]) -> list[_Seam]:
    """The seams inside a window, in order; one that fits to the moment is none."""
    seams: list[_Seam] = []
    end = window.start
    for each in sorted(held):
        if each.end <= window.start or each.start >= window.end:
            continue
        hole_s = (each.start - end).total_seconds()
        if hole_s > 0:
            seams.append(_Seam(end, each.start, hole_s))
        elif 0 < -hole_s < _ROUNDING_S and end > window.start:
            seams.append(_Seam(end, end, 0.0, -hole_s))
        end = max(end, each.end)
    if end < window.end:
        seams.append(_Seam(end, window.end, (window.end - end).total_seconds()))
    return seams


def _missing_s(seams: Iterable[_Seam], filled: Collection[datetime]) -> float:
    """The seconds that are missing if the holes that begin at the moments in `filled` were none."""
    total_s = rounded_s = 0.0
    for seam in seams:
        if not seam.hole_s:
            rounded_s = min(rounded_s + seam.overlap_s, _ROUNDING_S)
        elif seam.at not in filled:
            from_rounding_s = min(rounded_s, seam.hole_s)
            total_s += seam.hole_s - from_rounding_s
            rounded_s -= from_rounding_s
    return total_s


def _is_little(window: Window, seconds: float) -> bool:
    """Whether no more than this may be missing of a gap of this window."""
    return seconds <= allowed_missing_s(window.seconds) + _PRECISION_S
