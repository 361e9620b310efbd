"""When a gap is filled: the one rule on how much of it may be missing. Pure.

Recorders name their files by the whole second, so a file's place is known to less than a second only. Such errors do
not add up: a file that seems to end too early is followed by others that seem to overlap by as much. Here overlaps of
less than a second are therefore set against the holes that follow, and what remains is added up over the whole gap.
"""

from collections.abc import Iterable

from anr_tui.domain.window import Window, subtract

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
    total_s = rounded_s = 0.0
    end = window.start
    for each in sorted(held):
        if each.end <= window.start or each.start >= window.end:
            continue
        hole_s = (each.start - end).total_seconds()
        if hole_s > 0:
            from_rounding_s = min(rounded_s, hole_s)
            total_s += hole_s - from_rounding_s
            rounded_s -= from_rounding_s
        elif -hole_s < _ROUNDING_S and end > window.start:
            rounded_s = min(rounded_s - hole_s, _ROUNDING_S)
        end = max(end, each.end)
    last_s = max(0.0, (window.end - end).total_seconds())
    return total_s + last_s - min(rounded_s, last_s)


def is_covered(window: Window, held: Iterable[Window]) -> bool:
    """Whether recordings that hold `held` fill a gap of this window."""
    return missing_s(window, held) <= allowed_missing_s(window.seconds) + _PRECISION_S


def holes_to_fill(window: Window, held: Iterable[Window]) -> list[Window]:
    """The holes, ordered, without which `window` is not covered: the largest ones; none where it is covered."""
    held = list(held)
    largest = sorted(subtract(window, held), key=lambda hole: (-hole.seconds, hole))
    few, enough = -1, len(largest)
    # The more holes are filled, the less is missing.
    while enough - few > 1:
        middle = (few + enough) // 2
        if is_covered(window, [*held, *largest[:middle]]):
            enough = middle
        else:
            few = middle
    return sorted(largest[:enough])
