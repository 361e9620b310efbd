"""Working in the tables: filter, order, marks and faults, by key and by mouse, and that they last."""

import random
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from anr_tui.console.main.app import ConsoleApp
from anr_tui.console.main.filter_line import LONGEST, FilterInput
from anr_tui.console.tables.table_state import ARRANGING, AT_ONCE_ROWS, TableState
from anr_tui.view.snapshot.snapshot import GapRow
from anr_tui.view.tables.table_fields import gap_needs_somebody
from tests.console.site import NAMES, RecordingView, camera_id, console, gap, grid, settled


def ids(app: ConsoleApp) -> list[str]:
    return [row.id for row in app.main.dashboard.gaps.rows]


def title(app: ConsoleApp, name: str) -> str:
    return next(line.strip(" ─") for line in grid(app) if line.startswith(f"─ {name}"))


def marked(app: ConsoleApp) -> list[str]:
    return [row.id for row in app.main.dashboard.gaps_state.picked]


async def type_filter(pilot: Pilot[None], text: str) -> None:
    await pilot.press("slash", *(" " if key == " " else key for key in text))
    await settled(pilot)


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


async def test_marks_of_rows_in_another_order_are_counted_without_a_look_at_all_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    contexts: list[object] = []
    picked = TableState.picked.fget
    assert picked is not None
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        monkeypatch.setattr(
            TableState, "picked", property(lambda table_state: contexts.append(table_state) or picked(table_state))
        )
        await pilot.press("o", "space", "space")
        await settled(pilot)
        assert "Gaps 20 of all cameras, 2 marked" in title(app, "Gaps")
        assert not contexts
        assert len(marked(app)) == 2


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


# The mouse.


async def test_a_click_chooses_and_one_on_the_chosen_opens() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        gaps = app.main.dashboard.gaps
        await pilot.click(gaps, offset=(5, 3))
        await settled(pilot)
        assert gaps.cursor == 2
        assert app.focused is gaps
        await pilot.click(gaps, offset=(5, 3))
        await settled(pilot)
        assert app.focused is app.main.dashboard.log_pane


async def test_the_click_that_brings_the_focus_opens_nothing() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.click(app.main.dashboard.fills, offset=(5, 1))
        await settled(pilot)
        assert app.focused is app.main.dashboard.fills
        await pilot.click(app.main.dashboard.cameras, offset=(5, 1), times=2)
        await settled(pilot)
        assert app.focused is app.main.dashboard.gaps
        assert app.main.dashboard.is_one_camera


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
async def test_the_wheel_scrolls_and_leaves_the_choice(encoding: str) -> None:
    app = console(encoding=encoding)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        gaps = app.main.dashboard.gaps
        await pilot._post_mouse_events([events_down()], gaps, offset=(5, 3))
        await settled(pilot)

        assert gaps.scroll_offset.y > 0
        assert gaps.cursor == 0


def events_down() -> type:
    from textual import events

    return events.MouseScrollDown


# What lasts.


async def test_everything_lasts_while_the_site_changes_and_the_screen_is_resized() -> None:
    view = RecordingView()
    app = console(view)
    dice = random.Random(7)
    pool = list(view.snapshot.gaps)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("slash", *"state:pending", "enter", "o", "o", "O", "j", "j", "space", "space")
        await settled(pilot)
        table_state, table = app.main.dashboard.gaps_state, app.main.dashboard.gaps
        order, chosen, marks = table_state.order, table.row, set(marked(app))
        for turn in range(40):
            assert chosen is not None
            gaps = [row for row in pool if row.id in marks | {chosen.id} or dice.random() < 0.7]
            gaps = [replace(row, gap=replace(row.gap, fill_attempts=dice.randint(0, 9))) for row in gaps]
            view.change(gaps=tuple(gaps))
            await app.main.read_once()
            if turn % 8 == 0:
                await pilot.resize_terminal(dice.randint(60, 200), dice.randint(20, 60))
            await pilot.pause()

            assert table.row is not None
            assert table.row.id == chosen.id
            assert set(marked(app)) == marks
            assert table_state.order == order
            assert [row.window.start for row in table.rows] == sorted(row.window.start for row in table.rows)
            assert table.scroll_offset.y <= table.cursor < table.scroll_offset.y + table.size.height
        view.change(gaps=tuple(row for row in pool if row.id not in marks))
        await app.main.read_once()
        assert table_state.marks.keys == frozenset()


async def test_many_rows_are_arranged_while_the_screen_goes_on() -> None:
    view = RecordingView()
    rows = []
    for number in range(2 * AT_ONCE_ROWS):
        name = NAMES[number % 6]
        rows.append(GapRow(gap(number, camera_id(name), number, 1 + number % 97), name, None))
    view.change(gaps=tuple(rows))
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("slash", *"roof", "enter", "o", "o", "o")
        await arranged(pilot)
        table = app.main.dashboard.gaps
        assert len(table.rows) == 2 * AT_ONCE_ROWS // 6
        starts = [row.window.end for row in table.rows]
        assert app.main.dashboard.gaps_state.order.by == table.titles[2]
        assert starts == sorted(starts, reverse=True)

        view.change(gaps=(GapRow(gap(99_999, "roof", -60, 5), "roof", None), *rows))
        await app.main.read_once()
        await arranged(pilot)
        assert table.rows[0].id == "gap-99999"
        assert table.row is not None
        assert table.row.id != "gap-99999"


async def test_marks_of_gaps_that_go_while_many_are_arranged_are_forgotten() -> None:
    view = RecordingView()
    rows = [GapRow(gap(number, "roof", number, 5), "roof", None) for number in range(2 * AT_ONCE_ROWS)]
    view.change(gaps=tuple(rows))
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("O")
        await arranged(pilot)
        await pilot.press("g", "space", "space", "space")
        await settled(pilot)
        first, *others = marked(app)
        view.change(gaps=tuple(row for row in rows if row.id != first))
        await app.main.read_once()
        await arranged(pilot)
        assert app.main.dashboard.gaps_state.marks.keys == set(others) == set(marked(app))
        assert "2 marked" in title(app, "Gaps")


async def arranged(pilot: Pilot[None]) -> None:
    await settled(pilot)
    for worker in [worker for worker in pilot.app.workers if worker.group == ARRANGING]:
        await worker.wait()
    await settled(pilot)


async def test_marks_of_gaps_that_are_gone_and_of_outages_taken_apart_are_forgotten() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("t", "asterisk")
        await settled(pilot)
        table_state = app.main.dashboard.gaps_state
        outages = {key for key in table_state.marks.keys if str(key).startswith("outage ")}
        assert outages
        await pilot.press("t")
        await settled(pilot)
        assert table_state.marks.keys & outages == set()
        assert f"{len(table_state.marks.keys)} marked" in title(app, "Gaps")

        await pilot.press("asterisk")
        view.change(gaps=view.snapshot.gaps[5:])
        await app.main.read_once()
        await settled(pilot)
        assert table_state.marks.keys == {row.id for row in view.snapshot.gaps}
        assert "15 marked" in title(app, "Gaps")


@pytest.mark.parametrize("key", ["n", "N"])
async def test_in_an_empty_table_nothing_needs_anybody(key: str) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await type_filter(pilot, "zzzz")
        await pilot.press("enter", key)
        await settled(pilot)

        assert not app.main.dashboard.gaps.rows
        assert "No row in this table needs a person." in "\n".join(grid(app))


async def test_the_next_and_the_last_fault_are_found_all_the_way_round() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        gaps = app.main.dashboard.gaps
        faults = [at for at, row in enumerate(gaps.rows) if gap_needs_somebody(row)]
        assert len(faults) > 1
        seen = []
        for key in ("n", "N"):
            for _ in faults:
                await pilot.press(key)
                seen.append(gaps.cursor)

        onwards = [*[at for at in faults if at > 0], *[at for at in faults if at == 0]]
        last = onwards.index(seen[len(faults) - 1])
        assert seen[: len(faults)] == onwards
        assert seen[len(faults) :] == [onwards[(last - step) % len(faults)] for step in range(1, len(faults) + 1)]
