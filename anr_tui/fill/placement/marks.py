"""The place of footage whose camera says it in the media itself: the absolute times of ONVIF replay, for one."""

import math
from collections.abc import Sequence
from datetime import datetime

from anr_tui.fill.placement.placed import FetchedMedia, PlacedRun

Mark = tuple[float, datetime]
"""A media time in seconds, and the moment that the camera gives for it."""


def locate_by_times(
    media_fetched: FetchedMedia, times: Sequence[Mark], until_s: float | None = None
) -> list[PlacedRun]:
    """The runs of a fetch at the moments that its camera gives: media times and their moments, wherever they jump.

    They hold before the media time `until_s`, if given.
    """
    placed: list[PlacedRun] = []
    rising = _rising(times)
    last_s = rising[-1][0] if len(rising) < len(times) else math.inf
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
