"""Outages: gaps of several cameras that began within seconds of each other, and so have one cause to repair."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from anr_tui.domain.window import Window
from anr_tui.view.snapshot.snapshot import GapRow

TOGETHER = timedelta(seconds=15)
"""The longest time between neighbouring starts of one outage: recorders notice a lost network camera by camera."""


@dataclass(frozen=True, slots=True)
class Outage:
    """Gaps of at least two cameras, newest first; each begins within `TOGETHER` of its neighbour."""

    gaps: tuple[GapRow, ...]

    @property
    def id(self) -> str:
        """The id of the outage, made of its earliest gap, which later gaps do not change."""
        return self.gaps[-1].id

    @property
    def window(self) -> Window:
        """From the start of the first gap to the latest end."""
        return Window(self.gaps[-1].window.start, max(row.window.end for row in self.gaps))

    @property
    def cameras(self) -> int:
        """The number of cameras affected."""
        return len({row.gap.camera_id for row in self.gaps})

    @property
    def missing(self) -> int:
        """The number of gaps that are not filled."""
        return sum(row.is_missing for row in self.gaps)


def outages(gaps: Iterable[GapRow]) -> Iterator[GapRow | Outage]:
    """The gaps in their order (newest start first), those of one outage joined at the place of its newest gap."""
    run: list[GapRow] = []
    for row in gaps:
        if run and abs(run[-1].window.start - row.window.start) > TOGETHER:
            yield from _gathered(run)
            run = []
        run.append(row)
    yield from _gathered(run)


def _gathered(run: list[GapRow]) -> Iterable[GapRow | Outage]:
    has_company = len({row.gap.camera_id for row in run}) > 1
    return [Outage(tuple(run))] if has_company else run


@dataclass(frozen=True, slots=True)
class OutageRow(GapRow):
    """An outage as a row in a list of gaps: it reads as one gap of several cameras. `gap` is its earliest one."""

    outage: Outage = Outage(())
    is_open: bool = False

    @property
    def id(self) -> str:
        """The id of the row, which differs from the ids of its gaps."""
        return f"outage {self.outage.id}"

    @property
    def window(self) -> Window:
        """The window of the whole outage."""
        return self.outage.window

    @property
    def is_filling(self) -> bool:
        """Whether a fill of one of its gaps runs now."""
        return any(row.is_filling for row in self.outage.gaps)

    @property
    def is_missing(self) -> bool:
        """Whether one of its gaps is not filled."""
        return self.outage.missing > 0


@dataclass(frozen=True, slots=True)
class InsideRow(GapRow):
    """The row of a gap that stands below its opened outage."""


def gathered(rows: Sequence[GapRow], opened: Collection[str], *, is_oldest_first: bool = False) -> list[GapRow]:
    """Rows ordered by start, the gaps of an outage in one row; below opened outages (by id) stand their gaps.

    The id of an outage may change when a filter leaves out its earliest gap.
    """
    shown: list[GapRow] = []
    for each in outages(reversed(rows) if is_oldest_first else rows):
        if isinstance(each, GapRow):
            shown.append(each)
            continue
        head = OutageRow(each.gaps[-1].gap, f"{each.cameras} cameras", None, outage=each)
        if head.id not in opened:
            shown.append(head)
            continue
        inside = [InsideRow(row.gap, row.camera_name, row.fill, row.is_lost, row.asked_by) for row in each.gaps]
        opened_row = replace(head, is_open=True)
        # The whole list is reversed at the end.
        shown += [*inside, opened_row] if is_oldest_first else [opened_row, *inside]
    return shown[::-1] if is_oldest_first else shown


def single(rows: Iterable[GapRow]) -> list[GapRow]:
    """The gaps of these rows, each once; an outage stands for its gaps."""
    gaps = (gap for row in rows for gap in (row.outage.gaps if isinstance(row, OutageRow) else (row,)))
    return list({gap.id: gap for gap in gaps}.values())
