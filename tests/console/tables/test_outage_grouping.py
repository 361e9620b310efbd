"""Gaps that began together as one row: opened, closed and filled with one key."""

from dataclasses import replace
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from anr_tui.console.dialogs.question import ConfirmDialog
from anr_tui.console.drawing.styled_text import Spans
from anr_tui.console.tables import outage_grouping
from anr_tui.console.tables.outage_grouping import gap_columns
from anr_tui.domain.gap import FillState
from anr_tui.domain.request import RequestKind
from anr_tui.view.snapshot.outages import Outage, OutageRow
from anr_tui.view.snapshot.snapshot import GapRow
from tests.console.site import NAMES, RecordingView, console, gap, grid, settled, site_events

SIZE = (120, 40)


def outage(cameras: int, *, filled: int = 0, lone: int = 0) -> tuple[GapRow, ...]:
    """Gaps of so many cameras that began within seconds of each other, so many of them filled; and lone ones before."""
    rows = []
    for number in range(cameras):
        state = FillState.FILLED if number < filled else FillState.PENDING
        one = gap(number + 1, f"camera {number:02}", 30 + number / 60, 240, fill_state=state)
        rows.append(GapRow(one, f"camera {number:02}", None))
    for number in range(lone):
        one = gap(cameras + number + 1, NAMES[number % 6], 60 + 10 * number, 60)
        rows.append(GapRow(one, NAMES[number % 6], None))
    return tuple(rows)


def view_of(rows: tuple[GapRow, ...]) -> RecordingView:
    view = RecordingView()
    view.change(gaps=rows, fills=())
    return view


def shown(pilot: Pilot[None]) -> list[str]:
    return [row.id for row in pilot.app.main.dashboard.gaps.rows]  # type: ignore[attr-defined]  # a ConsoleApp


def lines_of_gaps(pilot: Pilot[None]) -> list[str]:
    lines = grid(pilot.app)  # type: ignore[arg-type]  # a ConsoleApp
    at = next(number for number, line in enumerate(lines) if line.startswith("─ Gaps"))
    return [line.strip() for line in lines[at + 2 : at + 6]]


@pytest.mark.parametrize("keys", [("right", "left"), ("enter", "enter")])
async def test_an_outage_is_one_row_that_opens_and_closes(keys: tuple[str, str]) -> None:
    app = console(view_of(outage(3, filled=2, lone=1)))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("t")
        await settled(pilot)
        assert shown(pilot) == ["outage gap-003", "gap-004"]
        row = lines_of_gaps(pilot)[0]
        assert "+ 3 cameras" in row and "13:59:58" in row and "2 of 3 filled" in row

        await pilot.press(keys[0])
        await settled(pilot)
        assert shown(pilot) == ["outage gap-003", "gap-001", "gap-002", "gap-003", "gap-004"]
        assert "- 3 cameras" in lines_of_gaps(pilot)[0]
        assert lines_of_gaps(pilot)[1].startswith("camera 00")

        await pilot.press(keys[1])
        await settled(pilot)
        assert shown(pilot) == ["outage gap-003", "gap-004"]

        await pilot.press("t")
        await settled(pilot)
        assert shown(pilot) == ["gap-001", "gap-002", "gap-003", "gap-004"]


async def test_enter_on_a_gap_inside_still_opens_its_log() -> None:
    app = console(view_of(outage(2)))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("t", "right", "down", "enter")
        await settled(pilot)
        assert app.main.has_class("-zoom-log")


async def test_what_is_chosen_and_open_stays_so_when_the_site_has_news() -> None:
    view = view_of(outage(3, lone=2))
    app = console(view)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("t", "right", "down", "down")
        newest = GapRow(gap(90, "lobby", 1, 20), "lobby", None)
        view.change(gaps=(newest, *view.snapshot.gaps))
        await app.main.read_once()
        await settled(pilot)

        assert shown(pilot)[:5] == ["gap-090", "outage gap-003", "gap-001", "gap-002", "gap-003"]
        assert app.main.dashboard.gaps.row is not None and app.main.dashboard.gaps.row.id == "gap-002"


async def test_f_asks_for_all_that_an_outage_misses() -> None:
    view = view_of(outage(4, filled=1))
    app = console(view)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("t", "f")
        await settled(pilot)

        assert [asked[:2] for asked in view.asked] == [(RequestKind.FILL, f"gap-{number:03}") for number in (2, 3, 4)]


@pytest.mark.parametrize(("answer", "asked"), [("y", 12), ("n", 0)])
async def test_more_than_ten_gaps_are_asked_about(answer: str, asked: int) -> None:
    view = view_of(outage(12))
    app = console(view)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("t", "f")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmDialog)
        await pilot.press(answer)
        await settled(pilot)

        assert len(view.asked) == asked


async def test_keys_for_one_gap_say_so_on_an_outage() -> None:
    app = console(view_of(outage(2)))
    async with app.run_test(size=SIZE) as pilot:
        for key in ("d", "v", "u"):
            await pilot.press("t" if key == "d" else "left", key)
            await settled(pilot)
            assert app.screen is app.main
            assert "There is no gap to choose here" in grid(app)[-2]


async def test_many_gaps_are_gathered_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage_grouping, "AT_ONCE_ROWS", 3)
    app = console(view_of(outage(3, lone=1)))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("t")
        while shown(pilot) != ["outage gap-003", "gap-004"]:
            await pilot.pause(0.01)


async def test_an_event_leads_into_the_outage_that_its_gap_is_in() -> None:
    view = view_of(outage(3))
    event = replace(site_events()[-2], gap_id="gap-002", fill_id=None)
    view.change(events=(event,))
    app = console(view)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("t", "e")
        await settled(pilot)
        await pilot.press("enter")
        await settled(pilot)

        assert app.main.dashboard.gaps.row is not None and app.main.dashboard.gaps.row.id == "gap-002"


def test_every_column_draws_an_outage_and_its_gaps() -> None:
    context = console().context()
    rows = outage(2)
    head = OutageRow(rows[1].gap, "2 cameras", None, outage=Outage(rows))

    def drawn(row: GapRow) -> list[Spans]:
        return [column.cell(row, context, column.width) for column in gap_columns()]

    assert all(all(part.text.isprintable() for part in spans) for row in (head, *rows) for spans in drawn(row))
    later = replace(rows[0].gap, window=replace(rows[0].window, end=rows[0].window.end + timedelta(minutes=1)))
    assert drawn(head) != drawn(replace(head, outage=Outage((replace(rows[0], gap=later), rows[1]))))
