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
from operator import add, mul

from anr_tui.fill.media.decoder_process import PICTURE_HEIGHT, PICTURE_WIDTH
from anr_tui.fill.media.decoding import SmallPicture

_CELL = 2  # pixels of a small picture in each direction
_LEAST_GREYS = 2.5
_ABOVE_NOISE = 7.0
_LEAST_CELLS_OF_A_STEP = 2
_LEAST_CELLS = 6
_LEAST_MOVING_STEPS = 4
_LEAST_MOVING_S = 2.5
_LEAST_STEP_S, _MOST_STEP_S = 0.1, 1.0
_MOST_GAP_INTERVALS = 2.5
_MOST_POINTS = 400
# Cars that pass one after the other look alike, but not that much; other scenes stay below 0.25.
_LEAST_SCORE = 0.6
_MOST_OF_OTHERS = 0.25
_LARGEST_SECOND = 0.75
_NEAR_S = 1.0
_MOST_ACCURACY_S = 2.0
_TOP_OF_PEAK = 0.95
# So many typical steps count as if nothing in them fitted: a few that fit by chance are then no match.
_DOUBTED_STEPS = 3.0


class MatchState(StrEnum):
    """What a comparison showed. STILL says nothing, as too little moves, nor does UNCLEAR: it fits in several places,
    or in one place but not well."""

    MATCH = "match"
    STILL = "still"
    UNCLEAR = "unclear"
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
    if score < _MOST_OF_OTHERS:
        return PictureMatch(MatchState.NO_MATCH, score=score, second_score=second)
    top = [at for at in range(low, high + 1) if scores[at] >= _TOP_OF_PEAK * score]
    accuracy_s = max(interval_s, max(shift - top[0], top[-1] - shift) * step_s)
    if score < _LEAST_SCORE or second > _LARGEST_SECOND * score or accuracy_s > max(_MOST_ACCURACY_S, interval_s):
        return PictureMatch(MatchState.UNCLEAR, score=score, second_score=second)
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
        first, last = max(0, -shift), min(len(ours.changes), len(theirs.changes) - shift)
        mine, others = ours.between(first, last), theirs.between(first + shift, last + shift)
        known = [pair for pair in zip(mine, others, strict=True) if pair[0][0] is not None and pair[1][0] is not None]
        totals = [[energy for _, energy in side if energy] for side in zip(*known, strict=True)]
        if not totals or min(map(len, totals)) < ours.least_steps:
            continue
        same = sum(sum(map(mul, one, other)) for (one, _), (other, _) in known if one and other)
        scores[shift] = same / (math.sqrt(sum(totals[0]) * sum(totals[1])) + doubted)
    return scores


class _Motion:
    """How the pictures change, on an even grid of `step_s` seconds.

    `changes` holds a list of numbers, one for each cell of the picture, for each step: empty where nothing moves, None
    where nothing is known.
    """

    def __init__(self, pictures: Sequence[SmallPicture], step_s: float) -> None:
        grid = list(_on_grid(pictures, step_s))
        self.changes = _weighed(_changes(grid))
        self.energies = [sum(map(mul, change, change)) if change else 0.0 for change in self.changes]
        moving = [energy for energy in self.energies if energy > 0]
        self.least_steps = max(_LEAST_MOVING_STEPS, math.ceil(_LEAST_MOVING_S / step_s))
        self.is_enough = len(moving) >= self.least_steps and self._cells_that_move >= _LEAST_CELLS
        self.typical = statistics.median(moving) if moving else 0.0

    def between(self, first: int, last: int) -> Sequence[tuple[list[float] | None, float]]:
        """The changes of some steps, each with its energy."""
        return list(zip(self.changes[first:last], self.energies[first:last], strict=True))

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
    cells: list[float] = []
    for y in range(0, PICTURE_HEIGHT, _CELL):
        upper, lower = (grey[line * PICTURE_WIDTH : (line + 1) * PICTURE_WIDTH] for line in (y, y + 1))
        columns = list(map(add, upper, lower))
        cells += [(left + right) / 4 for left, right in zip(columns[::2], columns[1::2], strict=True)]
    # The median: a lorry that covers a third of the picture does not move the rest.
    middle = statistics.median(cells)
    return [cell - middle for cell in cells]


def _changes(grid: Sequence[list[float] | None]) -> list[list[float] | None]:
    """How the pictures differ from those two steps before, without what is noise."""
    differences = [
        None if before is None or after is None else [late - early for early, late in zip(before, after, strict=True)]
        for before, after in zip(grid, grid[2:], strict=False)
    ]
    known = [abs(each) for difference in differences if difference for each in difference]
    # Most of a picture stands still: what the middle one of all differences shows is noise.
    least = max(_LEAST_GREYS, _ABOVE_NOISE * statistics.median(known)) if known else _LEAST_GREYS
    return [None if difference is None else _without_noise(difference, least) for difference in differences]


def _without_noise(difference: Sequence[float], least: float) -> list[float]:
    change = [each if abs(each) >= least else 0.0 for each in difference]
    return change if len(change) - change.count(0.0) >= _LEAST_CELLS_OF_A_STEP else []


def _weighed(changes: Sequence[list[float] | None]) -> list[list[float] | None]:
    """Let no cell count for much more than others: a clock or a lamp changes the most, and at its own pace."""
    moving = [change for change in changes if change]
    if not moving:
        return list(changes)
    totals = (math.sqrt(sum(each * each for each in cell) / len(moving)) for cell in zip(*moving, strict=True))
    weights = [1 / (total + _LEAST_GREYS) for total in totals]
    return [[*map(mul, change, weights)] if change else change for change in changes]


def _usual_interval_s(pictures: Sequence[SmallPicture]) -> float:
    steps = [later.at_s - earlier.at_s for earlier, later in pairwise(pictures)]
    return statistics.median(steps)
