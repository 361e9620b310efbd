"""Which columns fit, how wide each becomes, and what stands in a line."""

from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.styled_text import styled
from anr_tui.console.tables.columns import Column, fit, line, titles
from anr_tui.platform.glyphs import UNICODE
from tests.console.drawing.spans import text
from tests.console.site import NOW, ZONE

LOOK = RenderContext(NOW, ZONE, UNICODE)
COLUMNS: tuple[Column[str], ...] = (
    Column("name", lambda row, context, width: styled(row), 6, 10, rank=0),
    Column("rare", lambda row, context, width: styled("rare"), 6, rank=2),
    Column("size", lambda row, context, width: styled(len(row)), 4, rank=1, to_right=True),
    Column("why", lambda row, context, width: styled("because " * 5), 5, 30, rank=3),
)


def test_columns_of_the_highest_rank_go_first() -> None:
    assert [each.column.title for each in fit(COLUMNS, 24)] == ["name", "rare", "size", "why"]
    assert [each.column.title for each in fit(COLUMNS, 20)] == ["name", "rare", "size"]
    assert [each.column.title for each in fit(COLUMNS, 12)] == ["name", "size"]
    assert [each.column.title for each in fit(COLUMNS, 1)] == ["name"]


def test_columns_of_the_highest_rank_grow_first() -> None:
    assert [each.width for each in fit(COLUMNS, 40)] == [6, 6, 4, 21]
    assert [each.width for each in fit(COLUMNS, 60)] == [10, 6, 4, 30]


def test_titles_stand_over_their_cells() -> None:
    placed = fit(COLUMNS, 24)

    assert text(titles(placed, LOOK)) == "name   rare   size why   "
    assert text(line(placed, "gate", LOOK)) == "gate   rare      4 beca… "
