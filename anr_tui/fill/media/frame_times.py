"""The times of frames as a file has them, and as they were where one stamp alone was wrong."""

import itertools
import statistics
from collections.abc import Iterator, Sequence
from typing import NamedTuple

LEAST_TOLERANCE_S = 1.0
ROUNDING_S = 0.001
_LOOK_AHEAD = 1000
_DEFAULT_INTERVAL_S = 0.04
_LEAST_CROWD = 3
_FITS_SHARE = 0.1


class Frame(NamedTuple):
    """A video packet's times in media seconds; `duration_s` is 0 where unknown.

    `sequence_sets`: those that came with a key frame, if any did. `is_estimated`: its own stamp is lost, and its times
    were counted from the frames before it.
    """

    dts_s: float
    pts_s: float
    duration_s: float
    is_key: bool
    sequence_sets: bytes = b""
    is_estimated: bool = False


def usual_interval_s(frames: Sequence[Frame]) -> float:
    """The usual distance in seconds between the first frames, a thousand at most."""
    steps = steps_s(frames[:_LOOK_AHEAD])
    forward = [step for step in steps if step > ROUNDING_S]
    return statistics.median(forward) if forward else _DEFAULT_INTERVAL_S


def steps_s(frames: Sequence[Frame]) -> Iterator[float]:
    """The distances in decoding time between frames."""
    return (later.dts_s - earlier.dts_s for earlier, later in itertools.pairwise(frames))


def tolerance_s(interval_s: float) -> float:
    """The largest step in seconds that is nothing special where frames usually come `interval_s` apart."""
    return max(LEAST_TOLERANCE_S, 3 * interval_s)


def repair_times(frames: Sequence[Frame]) -> list[Frame]:
    """The frames, in decoding order, with the time of a single wrong stamp mended; one for each that was given.

    A frame whose stamp is far off while the next one goes on where the last one stood is put between the two. ffmpeg
    lets no stamp step back: where the wrong one lies ahead it crowds the frames behind it into ticks, until time has
    caught up. These are spread over the time between, if that is as long as so many frames usually take. If it is not,
    or time never catches up, they are counted on from the last good stamp, and marked as estimated.
    """
    return _Repair(frames).run()


class _Repair:
    def __init__(self, frames: Sequence[Frame]) -> None:
        self._frames = list(frames)
        self._interval_s = usual_interval_s(frames)
        self._tolerance_s = tolerance_s(self._interval_s)

    def run(self) -> list[Frame]:
        at = 1
        while at < len(self._frames):
            at = self._after(at)
        return self._frames

    def _after(self, at: int) -> int:
        """Mend what is wrong at a frame; the index of the next one to look at."""
        last_s = self._frames[at - 1].dts_s
        if 0 <= self._frames[at].dts_s - last_s <= self._tolerance_s:
            return at + 1
        if at + 1 < len(self._frames) and 0 < self._frames[at + 1].dts_s - last_s <= self._tolerance_s:
            self._set_time(at, (last_s + self._frames[at + 1].dts_s) / 2, is_estimated=False)
            return at + 1
        end = self._crowd_end(at)
        is_crowd = end - at > _LEAST_CROWD or (end - at > 1 and end == len(self._frames))
        if self._frames[at].dts_s > last_s and is_crowd:
            self._spread(at, end, last_s)
            return end
        return at + 1

    def _crowd_end(self, at: int) -> int:
        """The index of the first frame after `at` that is no tick behind the one before it."""
        end = at + 1
        while end < len(self._frames) and 0 <= self._frames[end].dts_s - self._frames[end - 1].dts_s < ROUNDING_S:
            end += 1
        return end

    def _spread(self, at: int, end: int, last_s: float) -> None:
        expected_s = (end - at + 1) * self._interval_s
        step_s, is_estimated = self._interval_s, True
        if end < len(self._frames):
            between_s = self._frames[end].dts_s - last_s
            fits = abs(between_s - expected_s) <= max(self._tolerance_s / 2, _FITS_SHARE * expected_s)
            step_s, is_estimated = between_s / (end - at + 1), not fits
            step_s = step_s if fits else min(step_s, self._interval_s)
        for index in range(at, end):
            self._set_time(index, last_s + (index - at + 1) * step_s, is_estimated=is_estimated)

    def _set_time(self, at: int, dts_s: float, *, is_estimated: bool) -> None:
        frame = self._frames[at]
        delay_s = frame.pts_s - frame.dts_s
        delay_s = delay_s if 0 <= delay_s <= self._tolerance_s else 0.0
        self._frames[at] = frame._replace(dts_s=dts_s, pts_s=dts_s + delay_s, duration_s=0.0, is_estimated=is_estimated)
