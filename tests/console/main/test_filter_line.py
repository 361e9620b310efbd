"""The line in which a filter is typed."""

from anr_tui.console.main.filter_line import LONGEST, FilterInput
from tests.console.site import console, grid, settled
from tests.console.tables.table_keys import ids, title, type_filter

# The filter.


async def test_a_filter_works_as_it_is_typed_and_stays_in_the_title() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await type_filter(pilot, "state:fai")
        assert "Gaps 2 of 20 of all cameras, /state:fai" in title(app, "Gaps")
        assert grid(app)[22].strip() == "filter gaps: state:fai"

        await pilot.press("enter")
        await settled(pilot)
        assert app.focused is app.main.dashboard.gaps
        assert {row.gap.fill_state for row in app.main.dashboard.gaps.rows} == {"failed"}
        assert "filter gaps" not in grid(app)[22]
        await pilot.press("escape")
        await settled(pilot)
        assert len(ids(app)) == 20
        assert "Gaps 20 of all cameras " in f"{title(app, 'Gaps')} "


async def test_escape_in_the_line_shows_all_and_a_click_elsewhere_keeps_the_filter() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await type_filter(pilot, "!gate >1h")
        assert ids(app) == []
        assert any("none match: esc shows all" in line for line in grid(app))
        await pilot.press("escape")
        await settled(pilot)
        assert len(ids(app)) == 20
        assert app.focused is app.main.dashboard.gaps

        await type_filter(pilot, "roof")
        await pilot.click(app.main.dashboard.fills, offset=(5, 2))
        await settled(pilot)
        assert {row.camera_name for row in app.main.dashboard.gaps.rows} == {"roof"}
        assert app.focused is app.main.dashboard.fills
        assert app.main.status.display


async def test_each_table_has_a_filter_of_its_own_that_can_be_changed() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await type_filter(pilot, "roof")
        await pilot.press("down", "shift+tab")
        await type_filter(pilot, "lobby")
        await pilot.press("enter", "slash")
        await settled(pilot)
        assert grid(app)[22].strip() == "filter cameras: lobby"
        await pilot.press("s", "enter")
        await settled(pilot)
        assert [row.name for row in app.main.dashboard.cameras.rows] == []
        assert "Cameras 0 of 6, /lobbys" in title(app, "Cameras")
        assert {row.camera_name for row in app.main.dashboard.gaps.rows} == {"roof"}


async def test_of_a_paste_that_is_too_long_what_fits_is_taken() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", "x")
        line = app.main.filter_line.query_one(FilterInput)
        line.insert_text_at_cursor("y" * 10_000)
        await settled(pilot)
        assert line.value == "x" + "y" * (LONGEST - 1)
        assert app.main.dashboard.gaps_state.order.filter.text == line.value


async def test_a_pasted_control_character_does_not_reach_the_screen() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash")
        app.main.filter_line.query_one("FilterInput").insert_text_at_cursor("ga\x1b]0;PWNED\x07te")  # type: ignore[attr-defined]  # an Input
        await settled(pilot)

        assert grid(app)[22].strip() == "filter gaps: ga]0;PWNEDte"
        assert "\x1b" not in "".join(grid(app))
