"""What lasts in a table while the site changes: filter, order, marks, the chosen row."""

import random
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from anr_tui.console.tables.table_state import ARRANGING, AT_ONCE_ROWS, TableState
from anr_tui.view.snapshot.snapshot import GapRow
from anr_tui.view.tables.table_fields import gap_needs_somebody
from tests.console.site import NAMES, RecordingView, camera_id, console, gap, settled
from tests.console.tables.table_keys import marked, title


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
