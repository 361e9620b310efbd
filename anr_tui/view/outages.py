"""Outages: gaps of several cameras that began within seconds of each other have one cause, and are one thing to fix."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from anr_tui.view.snapshot import GapRow
from anr_tui.windows import Window

TOGETHER = timedelta(seconds=15)
"""Recorders notice a lost network one camera after the other, each when its own stream runs dry."""


@dataclass(frozen=True, slots=True)
class Outage:
    """Gaps of at least two cameras, newest first; each begins within `TOGETHER` of the one before it."""

    gaps: tuple[GapRow, ...]

    @property
    def id(self) -> str:
        """The id of its earliest gap, which later ones do not change."""
        return self.gaps[-1].id

    @property
    def window(self) -> Window:
        """From the first gap's start to the last one's end."""
        return Window(self.gaps[-1].window.start, max(row.window.end for row in self.gaps))

    @property
    def cameras(self) -> int:
        """How many cameras it hit."""
        return len({row.gap.camera_id for row in self.gaps})

    @property
    def missing(self) -> int:
        """How many of its gaps are not filled."""
        return sum(row.is_missing for row in self.gaps)


def outages(gaps: Iterable[GapRow]) -> Iterator[GapRow | Outage]:
    """The gaps (newest start first) in their order, those of one outage gathered at the place of its newest."""
    run: list[GapRow] = []
    for row in gaps:
        if run and run[-1].window.start - row.window.start > TOGETHER:
            yield from _gathered(run)
            run = []
        run.append(row)
    yield from _gathered(run)


def _gathered(run: list[GapRow]) -> Iterable[GapRow | Outage]:
    has_company = len({row.gap.camera_id for row in run}) > 1
    return [Outage(tuple(run))] if has_company else run
