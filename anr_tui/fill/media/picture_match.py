"""Where footage stands in other footage of the same camera, by eye: for another stream, a transcoded one, one with a
text over it, in which no key frame has the same bits.

What is compared is how pictures change: what stands still looks the same at all times, and says nothing. Text and
brightness differ between streams, but what moves, moves in both at the same moment in the same place.
"""

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from operator import mul

from anr_tui.fill.media.decoder_process import PICTURE_HEIGHT, PICTURE_WIDTH
from anr_tui.fill.media.decoding import SmallPicture

_CELL = 2  # pixels of a small picture in each direction
_NOISE_GREYS = 2.5
_LEAST_CELLS = 6
_LEAST_MOVING_STEPS = 4
_LEAST_MOVING_S = 1.5
_LEAST_STEP_S, _MOST_STEP_S = 0.1, 1.0
_MOST_GAP_INTERVALS = 2.5
_MOST_POINTS = 400
_LEAST_SCORE = 0.5
_LARGEST_SECOND = 0.75
_NEAR_S = 1.0
_MOST_ACCURACY_S = 2.0
_TOP_OF_PEAK = 0.95
# So many typical steps count as if nothing in them fitted: a few that fit by chance are then no match.
_DOUBTED_STEPS = 2.0


class MatchState(StrEnum):
    """What a comparison showed. STILL and AMBIGUOUS say nothing: too little moves, or it fits in several places."""

    MATCH = "match"
    STILL = "still"
    AMBIGUOUS = "ambiguous"
    NO_MATCH = "no match"


@dataclass(frozen=True, slots=True)
class PictureMatch:
    """What a comparison showed; `offset_s` is what to add to a fetched media time to have the recorded one.

    The true offset is within `accuracy_s` of it; both are None without a match. `score` is 1 where all that moves is
    the same, and about 0 for other footage; `second_score` that of the best other place.
    """

    state: MatchState
    offset_s: float | None = None
    accuracy_s: float | None = None
    score: float = 0.0
    second_score: float = 0.0


def match_pictures(fetched: Sequence[SmallPicture], recorded: Sequence[SmallPicture]) -> PictureMatch:
    """Find the offset between the media times of two pieces of footage, each as pictures in order, 2 a second or more.

    NO_MATCH is to be believed only where `recorded` spans what `fetched` shows.
    """
    if min(len(fetched), len(recorded)) < _LEAST_MOVING_STEPS:
        return PictureMatch(MatchState.STILL)
    interval_s = max(_usual_interval_s(fetched), _usual_interval_s(recorded))
    longest_s = max(each[-1].at_s - each[0].at_s for each in (fetched, recorded))
    step_s = max(min(max(interval_s / 2, _LEAST_STEP_S), _MOST_STEP_S), longest_s / _MOST_POINTS)
    ours, theirs = _Motion(fetched, step_s), _Motion(recorded, step_s)
    if not (ours.is_enough and theirs.is_enough):
        return PictureMatch(MatchState.STILL)
    scores = _scores(ours, theirs)
    if not scores:
        return PictureMatch(MatchState.STILL)
    shift = max(scores, key=lambda each: scores[each])
    return _judged(scores, shift, step_s, interval_s, recorded[0].at_s - fetched[0].at_s)


def _judged(scores: dict[int, float], shift: int, step_s: float, interval_s: float, base_s: float) -> PictureMatch:
    score = scores[shift]
    near = math.ceil(_NEAR_S / step_s)
    low, high = _peak(scores, shift, -1), _peak(scores, shift, 1)
    others = [each for at, each in scores.items() if at < min(low, shift - near) or at > max(high, shift + near)]
    second = max(others, default=0.0)
    if score < _LEAST_SCORE:
        return PictureMatch(MatchState.NO_MATCH, score=score, second_score=second)
    top = [at for at in range(low, high + 1) if scores[at] >= _TOP_OF_PEAK * score]
    accuracy_s = max(interval_s, max(shift - top[0], top[-1] - shift) * step_s)
    if second > _LARGEST_SECOND * score or accuracy_s > max(_MOST_ACCURACY_S, interval_s):
        return PictureMatch(MatchState.AMBIGUOUS, score=score, second_score=second)
    offset_s = base_s + (shift + _top_between(scores, shift)) * step_s
    return PictureMatch(MatchState.MATCH, offset_s, accuracy_s, score, second)


def _peak(scores: dict[int, float], shift: int, direction: int) -> int:
    """How far the peak around a shift reaches in one direction: up to where the score rises again."""
    while scores.get(shift + direction, math.inf) <= scores[shift]:
        shift += direction
    return shift


def _top_between(scores: dict[int, float], shift: int) -> float:
    """Where between the steps the peak is highest: that of the parabola through the three scores there."""
    before, here, after = scores.get(shift - 1), scores[shift], scores.get(shift + 1)
    if before is None or after is None or before + after >= 2 * here:
        return 0.0
    return (before - after) / (2 * (before - 2 * here + after))


def _scores(ours: "_Motion", theirs: "_Motion") -> dict[int, float]:
    """How well the changes agree, for each number of steps that ours are moved by."""
    doubted = _DOUBTED_STEPS * math.sqrt(ours.typical * theirs.typical)
    scores = {}
    for shift in range(1 - len(ours.changes), len(theirs.changes)):
        pairs = [
            (one, other)
            for one in range(max(0, -shift), min(len(ours.changes), len(theirs.changes) - shift))
            if ours.changes[one] is not None and theirs.changes[other := one + shift] is not None
        ]
        if sum(ours.energies[one] > 0 for one, _ in pairs) < ours.least_steps:
            continue
        if sum(theirs.energies[other] > 0 for _, other in pairs) < ours.least_steps:
            continue
        ours_total = sum(ours.energies[one] for one, _ in pairs)
        theirs_total = sum(theirs.energies[other] for _, other in pairs)
        same = sum(_product(ours.changes[one], theirs.changes[other]) for one, other in pairs)
        scores[shift] = same / (math.sqrt(ours_total * theirs_total) + doubted)
    return scores


def _product(one: list[float] | None, other: list[float] | None) -> float:
    return sum(map(mul, one, other)) if one and other else 0.0


class _Motion:
    """How the pictures change, on an even grid of `step_s` seconds.

    `changes` holds a list of numbers, one for each cell of the picture, for each step: empty where nothing moves, None
    where nothing is known.
    """

    def __init__(self, pictures: Sequence[SmallPicture], step_s: float) -> None:
        grid = list(_on_grid(pictures, step_s))
        self.changes = _weighed([_change(before, after) for before, after in zip(grid, grid[2:], strict=False)])
        self.energies = [_product(change, change) for change in self.changes]
        moving = [energy for energy in self.energies if energy > 0]
        self.least_steps = max(_LEAST_MOVING_STEPS, math.ceil(_LEAST_MOVING_S / step_s))
        self.is_enough = len(moving) >= self.least_steps and self._cells_that_move >= _LEAST_CELLS
        self.typical = statistics.median(moving) if moving else 0.0

    @property
    def _cells_that_move(self) -> int:
        return sum(any(cell) for cell in zip(*filter(None, self.changes), strict=True))


def _on_grid(pictures: Sequence[SmallPicture], step_s: float) -> Iterator[list[float] | None]:
    """The pictures at even distances, each between those beside it in time; None where these are too far apart."""
    most_s = _MOST_GAP_INTERVALS * max(_usual_interval_s(pictures), step_s)
    cells = [_cells(picture.grey) for picture in pictures]
    start_s, after = pictures[0].at_s, 1
    for point in range(int((pictures[-1].at_s - start_s) / step_s + 1e-6) + 1):
        at_s = point * step_s
        while after < len(pictures) - 1 and pictures[after].at_s - start_s < at_s:
            after += 1
        early_s, late_s = pictures[after - 1].at_s - start_s, pictures[after].at_s - start_s
        if late_s - early_s > most_s or late_s <= early_s:
            yield None
            continue
        share = min(1.0, (at_s - early_s) / (late_s - early_s))
        yield [one + share * (other - one) for one, other in zip(cells[after - 1], cells[after], strict=True)]


def _cells(grey: bytes) -> list[float]:
    """The picture in cells of 2 x 2 pixels, less its own brightness."""
    cells = [
        sum(grey[(y + down) * PICTURE_WIDTH + x + right] for down in range(_CELL) for right in range(_CELL)) / _CELL**2
        for y in range(0, PICTURE_HEIGHT, _CELL)
        for x in range(0, PICTURE_WIDTH, _CELL)
    ]
    # The median: a lorry that covers a third of the picture does not move the rest.
    middle = statistics.median(cells)
    return [cell - middle for cell in cells]


def _change(before: list[float] | None, after: list[float] | None) -> list[float] | None:
    if before is None or after is None:
        return None
    change = [late - early for early, late in zip(before, after, strict=True)]
    if max(map(abs, change)) < _NOISE_GREYS:
        return []
    return [each if abs(each) >= _NOISE_GREYS else 0.0 for each in change]


def _weighed(changes: Sequence[list[float] | None]) -> list[list[float] | None]:
    """Let no cell count for much more than others: a clock or a lamp changes the most, and at its own pace."""
    moving = [change for change in changes if change]
    if not moving:
        return list(changes)
    totals = (math.sqrt(sum(each * each for each in cell) / len(moving)) for cell in zip(*moving, strict=True))
    weights = [1 / (total + _NOISE_GREYS) for total in totals]
    return [[*map(mul, change, weights)] if change else change for change in changes]


def _usual_interval_s(pictures: Sequence[SmallPicture]) -> float:
    steps = [later.at_s - earlier.at_s for earlier, later in pairwise(pictures)]
    return statistics.median(steps)
