"""The keys that sort and mark rows, and that lead from fault to fault."""

import pytest

from tests.console.site import RecordingView, console, grid, settled
from tests.console.tables.table_keys import ids, marked, title, type_filter

# The order.


async def test_o_goes_from_column_to_column_and_capital_o_turns() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        newest_first = ids(app)
        await pilot.press("o")
        await settled(pilot)
        names = [row.camera_name for row in app.main.dashboard.gaps.rows]
        assert names == sorted(names)
        assert any("camera▲" in line for line in grid(app))
        await pilot.press("O")
        await settled(pilot)
        assert [row.camera_name for row in app.main.dashboard.gaps.rows] == sorted(names, reverse=True)
        assert any("camera▼" in line for line in grid(app))
        shown = app.main.dashboard.gaps.titles
        await pilot.press(*("o" * len(shown)))
        await settled(pilot)
        assert ids(app) == newest_first
        assert not any("▲" in line or "▼" in line for line in grid(app))


async def test_capital_o_alone_shows_the_oldest_first() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("O")
        await settled(pilot)

        starts = [row.window.start for row in app.main.dashboard.gaps.rows]
        assert starts == sorted(starts)
        assert any("start▲" in line for line in grid(app))


async def test_a_click_on_a_columns_head_sorts_and_another_turns() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        at = next(line for line in grid(app) if line.startswith(" camera") and "length" in line).index("length")
        for is_down in (True, False):
            await pilot.click(app.main.dashboard.gaps, offset=(at + 1, 0))
            await settled(pilot)
            lengths = [row.window.seconds for row in app.main.dashboard.gaps.rows]
            assert lengths == sorted(lengths, reverse=is_down)


async def test_every_column_but_the_strips_can_be_sorted_by() -> None:
    app = console()
    async with app.run_test(size=(300, 48)) as pilot:
        await pilot.pause()
        drawn = {app.main.dashboard.cameras: {"coverage"}, app.main.dashboard.fills: {"last 2 min"}}
        for table_state in app.main.dashboard.table_states.values():
            unsortable = drawn.get(table_state.table, set())
            assert set(table_state.table.titles) - set(table_state.table_fields.columns) == unsortable
            assert set(table_state.table_fields.columns) <= set(table_state.table.titles)
            assert table_state.table_fields.natural[0] in table_state.table_fields.columns


# Marks.


async def test_space_marks_and_goes_on_and_v_marks_a_range() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        first = ids(app)[:6]
        await pilot.press("space", "space", "k", "space")
        await settled(pilot)
        assert marked(app) == first[:1]
        assert "1 marked" in title(app, "Gaps")
        await pilot.press("j", "space", "j", "V")
        await settled(pilot)
        assert marked(app) == [first[0], *first[3:6]]
        shown = [line[0] for line in grid(app)]
        assert (shown.count("●"), shown.count("◉")) == (2, 1)


async def test_shift_with_an_arrow_marks_along_the_way() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        first = ids(app)[:4]
        await pilot.press("j", "shift+down", "shift+down")
        await settled(pilot)
        assert marked(app) == first[1:4]
        await pilot.press("escape", "shift+up")
        await settled(pilot)
        assert marked(app) == first[2:4]


async def test_all_that_is_shown_is_marked_inverted_and_cleared() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await type_filter(pilot, "roof")
        await pilot.press("enter", "asterisk")
        await settled(pilot)
        roof = ids(app)
        assert marked(app) == roof
        await pilot.press("space", "I")
        await settled(pilot)
        assert marked(app) == roof[:1]
        await pilot.press("escape")
        await settled(pilot)
        assert marked(app) == []
        assert ids(app) == roof
        await pilot.press("escape", "I")
        await settled(pilot)
        assert len(marked(app)) == 20


async def test_marks_that_a_filter_hides_are_counted_and_come_back() -> None:
    app = console()
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("space", "space", "slash", *"loading", "enter")
        await settled(pilot)
        assert marked(app) == ["gap-002"]
        assert "1 marked (and 1 not shown)" in title(app, "Gaps")
        await pilot.press("slash", "escape")
        await settled(pilot)
        assert marked(app) == ["gap-001", "gap-002"]


# Faults.


async def test_faults_only_in_all_tables_and_back() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("exclamation_mark")
        await settled(pilot)
        dashboard = app.main.dashboard
        assert [row.id for row in dashboard.gaps.rows] == ["gap-006", "gap-012"]
        assert "warehouse aisle" not in {row.name for row in dashboard.cameras.rows}
        assert "Gaps 2 of 20 of all cameras, faults only" in title(app, "Gaps")
        assert "faults only" in title(app, "Fills")
        await pilot.press("tab", "exclamation_mark")
        await settled(pilot)
        assert len(dashboard.gaps.rows) == 20
        assert len(dashboard.fills.rows) == 17


async def test_n_goes_from_fault_to_fault_and_round() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        assert app.main.dashboard.gaps.cursor == 5
        await pilot.press("N")
        assert app.main.dashboard.gaps.cursor == 11
        await pilot.press("n")
        assert app.main.dashboard.gaps.cursor == 5


async def test_where_nothing_is_wrong_n_says_so() -> None:
    view = RecordingView()
    view.change(gaps=tuple(row for row in view.snapshot.gaps if row.is_filling))
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await settled(pilot)

        assert grid(app)[22].strip() == "No row in this table needs a person."


@pytest.mark.parametrize("key", ["n", "N"])
async def test_in_an_empty_table_nothing_needs_anybody(key: str) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await type_filter(pilot, "zzzz")
        await pilot.press("enter", key)
        await settled(pilot)

        assert not app.main.dashboard.gaps.rows
        assert "No row in this table needs a person." in "\n".join(grid(app))
