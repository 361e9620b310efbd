"""Where a few pictures stand among others of the same camera at the same size, though no bit of them is the same.

Some cameras encode anew for each replay. Two replays of one moment then differ by what an encoder leaves out, and by
nothing else: no text, no scale, no brightness. So the pictures themselves are compared, not how they change: what
stands still may be told from another still.
"""

import math
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from operator import sub

from anr_tui.fill.media.decoding import SmallPicture

_STEP_S = 0.1
# Two pictures that lie further apart have nothing known between them.
_MOST_GAP_S = 1.5
_MOST_OFF_S = 0.15
_FEWEST_PICTURES = 5
_LEAST_SHARE = 0.75
# What an encoder changes in a small picture stays below this; the rest is added up over all its pixels.
_CODING_GREYS = 6
_FITS, _DIFFERS = 12.0, 60.0
# Pictures so close in time may look the same in any scene.
_NEAR_S = 0.75
_FEWEST_CHANGES, _LEAST_CHANGING_S = 4, 2.0
_MOST_OF_A_PICTURE = 0.5
_FEWEST_OF_A_PERIOD = 4
_SHARE_OF_USUAL = 0.2
# By difference of two greys; a negative one stands at the end.
_ABOVE = tuple(max(0, grey - _CODING_GREYS) for grey in range(256)) + (0,) * 255


class PlaceState(StrEnum):
    """FOUND: at one place, and nowhere else. UNCLEAR: it looks like several places, or not quite like one."""

    FOUND = "found"
    UNCLEAR = "unclear"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class PicturePlace:
    """What a comparison showed. `offset_s` is what to add to the time of what was looked for to have that of its place;
    None unless it was found. `is_alike`: at the best place, or at several, the pictures are the same by eye."""

    state: PlaceState
    offset_s: float | None = None
    is_alike: bool = False


NOTHING_TO_SEE = PicturePlace(PlaceState.UNCLEAR)


def place_pictures(shown: Sequence[SmallPicture], among: Sequence[SmallPicture]) -> PicturePlace:
    """Find where some pictures stand among others, both in order, those looked through every 0.1 s or so.

    ABSENT is to be believed only where `among` spans all places at which `shown` may stand.
    """
    if len(shown) < _FEWEST_PICTURES or len(among) < _FEWEST_PICTURES:
        return NOTHING_TO_SEE
    differences = _differences(shown, among)
    if not differences:
        return NOTHING_TO_SEE
    best = min(differences, key=lambda offset_s: differences[offset_s])
    if differences[best] >= _DIFFERS:
        return PicturePlace(PlaceState.ABSENT)
    if differences[best] > _FITS:
        return NOTHING_TO_SEE
    alike = [offset_s for offset_s, difference in differences.items() if difference < _DIFFERS]
    if max(alike) - min(alike) > 2 * _NEAR_S:
        return PicturePlace(PlaceState.UNCLEAR, is_alike=True)
    fitting = [offset_s for offset_s in alike if differences[offset_s] <= _FITS]
    return PicturePlace(PlaceState.FOUND, (min(fitting) + max(fitting)) / 2, is_alike=True)


def moves(pictures: Sequence[SmallPicture]) -> bool:
    """Whether something in them changes again and again, and not all of them at once as when a light is switched."""
    changed_s: list[float] = []
    known = pictures[0]
    for picture in pictures[1:]:
        differences = list(map(abs, map(sub, picture.grey, known.grey)))
        if sum(map(_ABOVE.__getitem__, differences)) < _DIFFERS:
            continue
        if sum(each > _CODING_GREYS for each in differences) <= _MOST_OF_A_PICTURE * len(differences):
            changed_s.append(picture.at_s)
        known = picture
    return len(changed_s) >= _FEWEST_CHANGES and changed_s[-1] - changed_s[0] >= _LEAST_CHANGING_S


def repeats(earlier: Sequence[SmallPicture], pictures: Sequence[SmallPicture]) -> bool:
    """Whether what moves in some pictures is in others of the same recording as well; these may be far apart."""
    if len(earlier) < _FEWEST_OF_A_PERIOD or len(pictures) < _FEWEST_PICTURES:
        return False
    differences = _differences(earlier, pictures, fewest=_FEWEST_OF_A_PERIOD)
    if not differences:
        return False
    usual = statistics.median(differences.values())
    return usual >= _DIFFERS and min(differences.values()) <= _SHARE_OF_USUAL * usual


def _differences(
    shown: Sequence[SmallPicture], among: Sequence[SmallPicture], *, fewest: int | None = None
) -> dict[float, float]:
    """How much the pictures differ, on average, for each offset at which `fewest` of them lie among the others.

    That is most of them, if not given.
    """
    fewest = fewest or max(_FEWEST_PICTURES, math.ceil(_LEAST_SHARE * len(shown)))
    spans = _Spans(among)
    first = round((among[0].at_s - shown[-1].at_s) / _STEP_S)
    last = round((among[-1].at_s - shown[0].at_s) / _STEP_S)
    found: dict[float, float] = {}
    for step in range(first, last + 1):
        offset_s = step * _STEP_S
        differences = [spans.difference(index, picture, offset_s) for index, picture in enumerate(shown)]
        known = [each for each in differences if each is not None]
        if len(known) >= fewest:
            found[offset_s] = sum(known) / len(known)
    return found


class _Spans:
    """What a pixel may be between two pictures that follow each other: from the darker to the brighter of both."""

    def __init__(self, pictures: Sequence[SmallPicture]) -> None:
        near = [(one, other) for one, other in pairwise(pictures) if 0 < other.at_s - one.at_s <= _MOST_GAP_S]
        self._starts = [one.at_s for one, _ in near]
        self._ends = [other.at_s for _, other in near]
        self._darkest = [bytes(map(min, one.grey, other.grey)) for one, other in near]
        self._brightest = [bytes(map(max, one.grey, other.grey)) for one, other in near]
        self._known: dict[tuple[int, int], int] = {}

    def difference(self, index: int, picture: SmallPicture, offset_s: float) -> float | None:
        """How much a picture (the `index`th of those looked for) differs from what stands at its time and the offset.

        None where nothing is known of that time.
        """
        at_s = picture.at_s + offset_s
        first = bisect_left(self._ends, at_s - _MOST_OFF_S)
        beyond = bisect_right(self._starts, at_s + _MOST_OFF_S)
        return min((self._of_span(index, picture, span) for span in range(first, beyond)), default=None)

    def _of_span(self, index: int, picture: SmallPicture, span: int) -> int:
        known = self._known.get((index, span))
        if known is None:
            brighter = sum(map(_ABOVE.__getitem__, map(sub, picture.grey, self._brightest[span])))
            darker = sum(map(_ABOVE.__getitem__, map(sub, self._darkest[span], picture.grey)))
            known = self._known[index, span] = brighter + darker
        return known
