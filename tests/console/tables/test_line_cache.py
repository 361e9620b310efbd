"""Lines of a table are formatted once, and anew whenever they would read differently."""

from dataclasses import dataclass, replace
from datetime import UTC

from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.styled_text import Span, Spans, styled, width_of
from anr_tui.console.tables import line_cache
from anr_tui.console.tables.columns import Column, Sorting
from anr_tui.console.tables.line_cache import LineCache
from anr_tui.platform.glyphs import ASCII
from tests.heldar_site import NOW

LOOK = RenderContext(NOW, UTC, ASCII)


@dataclass(frozen=True)
class Row:
    """A row of a table."""

    name: str


class Counting:
    """A table of one column that counts how often a cell of it is drawn."""

    def __init__(self) -> None:
        self.drawn: list[str] = []
        self.cache = LineCache((Column("name", self._cell, 6, 10), Column("more", self._more, 6, rank=1)), LOOK)

    def _cell(self, row: Row, context: RenderContext, width: int) -> Spans:
        self.drawn.append(row.name)
        return styled(row.name)

    def _more(self, row: Row, context: RenderContext, width: int) -> Spans:
        return styled("more")

    def text(self, row: Row, width: int = 30) -> str:
        spans = self.cache.row(row, Span(">"), width)
        assert width_of(spans) == width
        return "".join(part.text for part in spans)


def test_a_row_is_drawn_once_until_context_width_or_what_it_reads_changes() -> None:
    table, row = Counting(), Row("gate")
    for change in (
        lambda: None,
        lambda: table.cache.set_context(replace(LOOK, is_slow=True)),
        table.cache.forget,
    ):
        change()
        table.drawn.clear()
        first = table.text(row)
        before = len(table.drawn)
        assert table.text(row) == first
        assert len(table.drawn) == before <= 1
    table.text(row, 40)
    assert table.drawn[-2:] == ["gate", "gate"]


def test_the_same_context_forgets_nothing() -> None:
    table, row = Counting(), Row("gate")
    table.text(row)
    table.cache.set_context(LOOK)
    table.text(row)

    assert table.drawn == ["gate"]


def test_a_row_that_is_equal_and_not_the_same_is_drawn_for_itself() -> None:
    table = Counting()
    rows = [Row("gate"), Row("gate")]
    for row in rows:
        table.text(row)

    assert table.drawn == ["gate", "gate"]


def test_more_rows_than_are_kept_read_as_they_should(monkeypatch) -> None:
    monkeypatch.setattr(line_cache, "_MOST_KEPT", 3)
    table = Counting()
    rows = [Row(f"cam {number}") for number in range(10)]

    assert [table.text(row).split()[1] for row in (*rows, *rows)] == [str(number) for number in range(10)] * 2


def test_a_narrow_table_leaves_columns_out_and_its_titles_say_the_same() -> None:
    table, row = Counting(), Row("gate")
    assert "more" in table.text(row, 20)
    assert "more" not in table.text(row, 10)

    def titles(sorting: Sorting | None, width: int = 20) -> str:
        return "".join(part.text for part in table.cache.titles(width, sorting))

    assert titles(None).split() == ["name", "more"]
    assert titles(None, 10).split() == ["name"]
    assert titles(Sorting("name", is_down=True)).split() == [f"name{ASCII.down}", "more"]
