"""The rate of each fill in bytes a second, from the snapshots that this console has read."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from anr_tui.view.snapshot.snapshot import FillRow

CELLS = 12
"""The number of steps in a graph."""
STEP_S = 10
_SLOW_STEP_S = 60
_KEPT = timedelta(seconds=(CELLS + 2) * _SLOW_STEP_S)
_RATE_OVER = timedelta(seconds=STEP_S)
_MOST_SAMPLES = 2000

Sample = tuple[datetime, int]


class RateHistory:
    """Keeps the number of bytes of each fill at each time, for as long as a graph shows."""

    def __init__(self) -> None:
        self._samples: dict[int, list[Sample]] = {}
        self._noted_at: datetime | None = None

    def note(self, fills: Iterable[FillRow], now: datetime) -> None:
        """Note the number of bytes of the fills at `now`; those of an ended fill are kept as long as a graph shows."""
        for row in fills:
            samples = self._samples.get(row.fill.id)
            if samples is None and row.is_running:
                self._samples[row.fill.id] = [(now, row.fill.size_bytes)]
            elif samples is not None and samples[-1][1] != row.fill.size_bytes:
                if self._noted_at is not None and self._noted_at > samples[-1][0]:
                    samples.append((self._noted_at, samples[-1][1]))  # it did not change until then
                samples.append((now, row.fill.size_bytes))
                del samples[: max(0, len(samples) - _MOST_SAMPLES)]
        self._noted_at = now
        for fill_id in [each for each, samples in self._samples.items() if now - samples[-1][0] > _KEPT]:
            del self._samples[fill_id]

    def of(self, fill_id: int, now: datetime, *, is_slow: bool = False) -> list[float]:
        """The bytes a second of a fill in each of the last complete steps, of 10 s each, or of 60 s with `is_slow`."""
        step_s = _SLOW_STEP_S if is_slow else STEP_S
        samples = self._samples.get(fill_id)
        if samples is None:
            return []
        end = datetime.fromtimestamp(now.timestamp() // step_s * step_s, now.tzinfo)
        marks = [end - timedelta(seconds=step_s * number) for number in range(CELLS, -1, -1)]
        had = [_had(samples, mark) for mark in marks]
        return [
            max(0.0, (later - earlier) / step_s)
            for mark, earlier, later in zip(marks[1:], had, had[1:], strict=False)
            if mark > samples[0][0]
        ]

    def total(self, now: datetime) -> float:
        """The bytes a second of all fills together, over the last ten seconds."""
        since = now - _RATE_OVER
        return (
            sum(max(0.0, _had(samples, now) - _had(samples, since)) for samples in self._samples.values())
            / _RATE_OVER.total_seconds()
        )


def _had(samples: Sequence[Sample], moment: datetime) -> float:
    """The number of bytes at a moment, interpolated between two samples."""
    at = bisect_right(samples, moment, key=lambda sample: sample[0])
    if at == 0:
        return float(samples[0][1])
    if at == len(samples):
        return float(samples[-1][1])
    (earlier, before), (later, after) = samples[at - 1], samples[at]
    return before + (after - before) * ((moment - earlier) / (later - earlier))
