"""The place of footage whose camera says it in the media itself: the absolute times of ONVIF replay, for one."""

import math
from collections.abc import Sequence
from datetime import datetime

from anr_tui.fill.placement.placed import FetchedMedia, PlacedRun

Mark = tuple[float, datetime]
"""A media time in seconds, and the moment that the camera gives for it."""

# Marks that differ by less say the same; so many in a row may be wrong.
_SAME_S = 1.0
_MOST_WRONG = 2


def locate_by_times(
    media_fetched: FetchedMedia, times: Sequence[Mark], until_s: float | None = None
) -> list[PlacedRun]:
    """The runs of a fetch at the moments that its camera gives: media times and their moments, wherever they jump.

    They hold before the media time `until_s`, if given. Single marks that the others disagree with do not count.
    """
    placed: list[PlacedRun] = []
    others = _without_outliers(times)
    rising = _rising(others)
    last_s = rising[-1][0] if len(rising) < len(others) else math.inf
    rising = _jumps(rising)
    ends = [at_s for at_s, _ in rising[1:]] + [last_s if until_s is None else min(last_s, until_s)]
    for (from_s, moment), to_s in zip(rising, ends, strict=True):
        placed += media_fetched.between(from_s, to_s, moment)
    return placed


def _rising(times: Sequence[Mark]) -> list[Mark]:
    """The times up to where the camera's time stamps step back or stand: nobody can say what comes after that."""
    rising: list[Mark] = []
    for at_s, moment in times:
        if rising and at_s <= rising[-1][0]:
            break
        rising.append((at_s, moment))
    return rising


def _without_outliers(times: Sequence[Mark]) -> list[Mark]:
    """The times without one or two at once after which the next goes on where the one before them stood.

    The first is left out where two that follow rise, and step back behind it.
    """
    kept = list(times)
    if len(kept) > _MOST_WRONG and kept[1][0] <= kept[0][0] and kept[2][0] > kept[1][0] and not _wrong_at(kept, 1):
        kept = kept[1:]
    at = 1
    while at < len(kept):
        del kept[at : at + _wrong_at(kept, at)]
        at += 1
    return kept


def _wrong_at(times: Sequence[Mark], at: int) -> int:
    """How many times are wrong from `at` on."""
    return next((count for count in range(1, _MOST_WRONG + 1) if _go_on_after(times, at, count)), 0)


def _go_on_after(times: Sequence[Mark], at: int, count: int) -> bool:
    """Whether, but for the `count` times from `at` on, the next one goes on where the one before them stood."""
    if at + count >= len(times):
        return False
    before, wrong, after = times[at - 1], times[at : at + count], times[at + count]
    is_out = any(not before[0] < at_s < after[0] - _SAME_S for at_s, _ in wrong)
    return is_out and after[0] > before[0] and abs(_apart_s(before, after)) <= _SAME_S


def _jumps(times: Sequence[Mark]) -> list[Mark]:
    """The times without those that say what the one before them says."""
    jumps: list[Mark] = []
    for mark in times:
        if not jumps or abs(_apart_s(jumps[-1], mark)) > _SAME_S:
            jumps.append(mark)
    return jumps


def _apart_s(earlier: Mark, later: Mark) -> float:
    """How much later the later mark says it is than the earlier one has for it, in seconds."""
    return (later[1] - earlier[1]).total_seconds() - (later[0] - earlier[0])
