"""The table: keys, mouse, selection across refreshes, and how little it formats and repaints."""

from dataclasses import dataclass, replace

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.screen import Screen

from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.styled_text import Spans, StyledScreen, styled
from anr_tui.console.tables.columns import Column
from anr_tui.console.tables.line_table import LineTable
from anr_tui.platform.glyphs import UNICODE
from tests.console.site import NOW, ZONE

LOOK = RenderContext(NOW, ZONE, UNICODE)


@dataclass(frozen=True)
class Row:
    key: int
    name: str


class CountingTable(LineTable[Row]):
    """Counts the cells it formats, and notes the regions it repaints."""

    def __init__(self) -> None:
        self.formatted = 0
        self.regions: list[Region] = []
        columns = (Column("name", self.name_of, 20), Column("key", lambda row, context, width: styled(row.key), 8))
        super().__init__(columns, lambda row: row.key, LOOK, if_empty="nothing here", place="table")

    def name_of(self, row: Row, context: RenderContext, width: int) -> Spans:
        self.formatted += 1
        return styled(row.name)

    def refresh(self, *regions: Region, **options: bool) -> "CountingTable":
        self.regions += regions or [Region(-1, -1, 0, 0)]
        return super().refresh(*regions, **options)


class TableApp(App[None]):
    CSS = "LineTable { height: 1fr; overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }"

    def __init__(self) -> None:
        super().__init__()
        self.table = CountingTable()
        self.told: list[object] = []

    def get_default_screen(self) -> Screen[None]:
        return StyledScreen()

    def compose(self) -> ComposeResult:
        yield self.table

    def on_line_table_row_chosen(self, event: LineTable.RowChosen) -> None:
        self.told.append(("chosen", event.key))

    def on_line_table_row_opened(self, event: LineTable.RowOpened) -> None:
        self.told.append(("opened", event.key))

    @property
    def lines(self) -> list[str]:
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]

    @property
    def rows_in_view(self) -> list[str]:
        """The lines below the header, without the scroll bar."""
        return [line_of[:40].rstrip() for line_of in self.lines[1:]]


def rows(count: int, first: int = 0) -> list[Row]:
    return [Row(number, f"row {number}") for number in range(first, first + count)]


@pytest.fixture
def app() -> TableApp:
    return TableApp()


async def test_only_visible_rows_of_a_hundred_thousand_are_formatted(app: TableApp) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        app.table.formatted = 0
        app.table.set_rows(rows(100_000), LOOK)
        await pilot.pause()
        await pilot.press("G")

        assert app.table.row == Row(99_999, "row 99999")
        assert "row 99999" in app.lines[-1]
        assert app.table.formatted < 20 * 12


async def test_one_changed_row_repaints_only_the_cells_that_changed(app: TableApp) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        before = rows(100_000)
        app.table.set_rows(before, LOOK)
        await pilot.pause()
        app.table.regions.clear()
        app.table.set_rows([*before[:3], replace(before[3], name="row X"), *before[4:]], LOOK)

        assert app.table.regions == [Region(5, 4, 1, 1)]
        await pilot.pause()
        assert app.lines[4].split() == ["row", "X", "3"]


async def test_rows_out_of_sight_and_equal_rows_repaint_nothing(app: TableApp) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        before = rows(1000)
        app.table.set_rows(before, LOOK)
        await pilot.pause()
        app.table.regions.clear()
        app.table.set_rows([*before[:500], replace(before[500], name="else"), *before[501:]], LOOK)
        app.table.set_rows(rows(1000), LOOK)

        assert app.table.regions == []


async def test_the_chosen_row_is_kept_by_its_key(app: TableApp) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        app.table.set_rows(rows(50), LOOK)
        await pilot.press("j", "down", "j")
        app.table.set_rows(rows(50, first=-7), LOOK)

        assert app.table.row == Row(3, "row 3")
        assert app.table.cursor == 10


async def test_scroll_stays_on_the_same_rows_when_rows_come_above(app: TableApp) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        app.table.set_rows(rows(100), LOOK)
        await pilot.press("G", "k", "k")
        before = app.rows_in_view
        app.table.set_rows(rows(105, first=-5), LOOK)
        await pilot.pause()

        assert app.rows_in_view == before


async def test_a_row_that_went_leaves_the_cursor_in_its_place(app: TableApp) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        app.table.set_rows(rows(10), LOOK)
        await pilot.press("G")
        app.table.set_rows(rows(4), LOOK)

        assert app.table.row == Row(3, "row 3")


async def test_a_table_can_stay_on_top(app: TableApp) -> None:
    async with app.run_test(size=(60, 20)):
        app.table.set_rows(rows(10), LOOK)
        app.table.set_rows(rows(12, first=-2), LOOK, stay_on_top=True)

        assert app.table.row == Row(-2, "row -2")


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        (("down",), 1),
        (("j", "j", "k"), 1),
        (("pagedown",), 18),
        (("pagedown", "pageup"), 0),
        (("G",), 99),
        (("end", "g"), 0),
        (("up",), 0),
    ],
)
async def test_every_move(app: TableApp, keys: tuple[str, ...], key: int) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        app.table.set_rows(rows(100), LOOK)
        await pilot.press(*keys)

        assert app.table.row == Row(key, f"row {key}")
        assert app.told[-1] == ("chosen", key)


async def test_the_mouse_chooses_and_opens(app: TableApp) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        app.table.set_rows(rows(100), LOOK)
        await pilot.pause()
        await pilot.click(app.table, offset=(5, 4))
        assert app.told == [("chosen", 3)]
        await pilot.click(app.table, offset=(5, 0))
        assert app.told == [("chosen", 3)]
        await pilot.click(app.table, offset=(5, 6), times=2)
        assert app.told[-1] == ("opened", 5)


async def test_the_header_stays_while_rows_scroll(app: TableApp) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        app.table.set_rows(rows(100), LOOK)
        await pilot.press("G")

        assert app.lines[0].split() == ["name", "key"]


async def test_an_empty_table_says_so(app: TableApp) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.press("j", "G")
        await pilot.pause()

        assert app.lines[1] == " nothing here"
        assert app.table.row is None


async def test_choosing_by_key(app: TableApp) -> None:
    async with app.run_test(size=(60, 20)):
        app.table.set_rows(rows(100), LOOK)

        assert app.table.choose(70)
        assert app.table.row == Row(70, "row 70")
        assert not app.table.choose(700)
        assert app.told == []


async def test_rows_that_change_after_a_resize_are_repainted(app: TableApp) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        app.table.set_rows(rows(5), LOOK)
        await pilot.pause()
        await pilot.resize_terminal(60, 12)
        await pilot.pause()
        app.table.set_rows([replace(row, name=f"new {row.key}") for row in rows(5)], LOOK)
        await pilot.pause()
        assert "new 3" in app.rows_in_view[3]


async def test_a_row_is_formatted_once_until_something_it_reads_has_changed(app: TableApp) -> None:
    async with app.run_test(size=(60, 20)) as pilot:
        app.table.set_rows(shown := rows(10), LOOK)
        await pilot.pause()
        app.table.formatted = 0
        app.table.set_rows(shown, LOOK)
        await pilot.press("j", "j", "k")
        assert app.table.formatted == 0

        app.table.set_rows([*shown[:3], replace(shown[3], name="row X"), *shown[4:]], LOOK)
        await pilot.pause()
        assert app.table.formatted == 1

        app.table.set_rows(shown, replace(LOOK, is_slow=True))
        await pilot.pause()
        assert app.table.formatted == 1 + 10

        app.table.lines.forget()
        app.table.set_rows(shown, app.table.lines.context)
        await pilot.pause()
        assert app.table.formatted == 1 + 20

        await pilot.resize_terminal(50, 20)
        await pilot.pause()
        assert app.lines[4].split() == ["row", "3", "3"]


async def test_more_rows_than_are_kept_read_as_they_should(app: TableApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anr_tui.console.tables.line_cache._MOST_KEPT", 25)
    async with app.run_test(size=(60, 20)) as pilot:
        app.table.set_rows(rows(100), LOOK)
        await pilot.press(*["pagedown"] * 5)
        assert len(app.table.lines._rows) <= 25
        await pilot.press("g")

        assert app.rows_in_view[0].split() == ["\N{LEFT HALF BLOCK}row", "0", "0"]
