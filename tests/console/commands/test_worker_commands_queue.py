"""What waits, among the fills: why, and what the keys do to it."""

import pytest

from anr_tui.console.keys.actions import Place
from anr_tui.console.screens.gap_screen import GapScreen
from anr_tui.domain.request import RequestKind, RequestState
from anr_tui.view.snapshot.snapshot import QueuedRow, WorkerRow, WorkerState
from tests.console.main.queued import fill_asked, queued_snapshot
from tests.console.site import RecordingView, console, grid, settled, status_line

FILL, CANCEL, FIRST = RequestKind.FILL, RequestKind.CANCEL, RequestKind.FIRST
TAKEN, ASKED, LATER = 3, 4, 5  # rows: three fills run before them


async def go_to(app: object, pilot: object, row: int) -> None:
    """To the fills, and down to this row."""
    app.main.dashboard.fills.focus()  # type: ignore[attr-defined]  # a ConsoleApp
    await pilot.press(*["j"] * row)  # type: ignore[attr-defined]  # a Pilot
    await settled(pilot)  # type: ignore[arg-type]  # a Pilot


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
async def test_what_waits_stands_between_what_runs_and_what_ended(encoding: str) -> None:
    app = console(RecordingView(queued_snapshot()), encoding=encoding)
    async with app.run_test(size=(100, 56)) as pilot:
        await settled(pilot)
        kinds = [isinstance(row, QueuedRow) for row in app.main.dashboard.fills.rows]
        assert kinds == [False] * 3 + [True] * 6 + [False] * (len(kinds) - 9)
        text = "\n".join(grid(app))
        assert "Fills 3 running, 1206 queued: the first 6 and 1200 more" in text
        assert "1. its device is busy with fill 31; asked by anna@nvr-07" in text
        assert "4. for the sweep at 14:33:50" in text
        await go_to(app, pilot, 8)
        assert "6. camera set aside: login refused" in "\n".join(grid(app))


async def test_the_chosen_one_is_written_out_and_enter_opens_its_details() -> None:
    app = console(RecordingView(queued_snapshot()))
    async with app.run_test(size=(160, 48)) as pilot:
        await go_to(app, pilot, TAKEN)
        assert "1 in the queue; its device is busy with fill 31; asked by anna@nvr-07" in status_line(app)
        await pilot.press("enter")
        await settled(pilot)
        assert isinstance(app.screen, GapScreen)


async def test_c_withdraws_what_no_worker_has_taken_and_undo_asks_anew() -> None:
    view = RecordingView(queued_snapshot())
    view.asked = [(FILL, "gap-004", None)]
    view.change(waiting=(fill_asked(1, "gap-004", RequestState.ASKED),))
    app = console(view)
    async with app.run_test(size=(120, 40)) as pilot:
        await go_to(app, pilot, ASKED)
        await pilot.press("c")
        await settled(pilot)
        assert status_line(app).endswith(": taken back")
        assert view.asked == [(FILL, "gap-004", None)], "nothing is asked of the worker"
        await pilot.press("z")
        await settled(pilot)
        assert view.asked[1:] == [(FILL, "gap-004", None)]
        assert status_line(app).startswith("fill again parking north")


async def test_c_cancels_what_a_worker_has_taken_and_undo_asks_anew() -> None:
    view = RecordingView(queued_snapshot())
    app = console(view)
    async with app.run_test(size=(120, 40)) as pilot:
        await go_to(app, pilot, TAKEN)
        await pilot.press("c")
        await settled(pilot)
        assert view.asked == [(CANCEL, "gap-013", None)]
        view.answer(1, RequestState.DONE)
        await app.main.read_once()
        await pilot.press("z")
        await settled(pilot)
        assert view.asked[1:] == [(FILL, "gap-013", None)]


async def test_what_nobody_asked_for_cannot_be_taken_back() -> None:
    view = RecordingView(queued_snapshot())
    app = console(view)
    async with app.run_test(size=(120, 40)) as pilot:
        await go_to(app, pilot, LATER)
        await pilot.press("c")
        await settled(pilot)
        assert "No one requested it" in status_line(app)
        assert view.asked == []


@pytest.mark.parametrize(
    ("row", "worker", "asked"),
    [
        (TAKEN, WorkerState.RUNNING, (FIRST, "gap-013", None)),
        (TAKEN, WorkerState.NONE, (FILL, "gap-013", None)),
        (LATER, WorkerState.RUNNING, (FILL, "gap-008", None)),
    ],
)
async def test_f_brings_it_forward(row: int, worker: WorkerState, asked: tuple[object, ...]) -> None:
    view = RecordingView(queued_snapshot())
    view.change(worker=WorkerRow(worker))
    app = console(view)
    async with app.run_test(size=(120, 40)) as pilot:
        await go_to(app, pilot, row)
        await pilot.press("f")
        await settled(pilot)
        assert view.asked == [asked]


async def test_marks_go_over_fills_and_what_waits_and_undo_brings_all_back() -> None:
    view = RecordingView(queued_snapshot())
    view.asked = [(FILL, "gap-004", None)]
    view.change(waiting=(fill_asked(1, "gap-004", RequestState.ASKED),))
    app = console(view)
    async with app.run_test(size=(120, 40)) as pilot:
        await go_to(app, pilot, TAKEN)
        await pilot.press("space", "space", "space", "c")
        await settled(pilot)
        assert view.asked[1:] == [(CANCEL, "gap-013", None)], "one is withdrawn, and nobody asked for the third"
        assert app.main.dashboard.table_states[Place.FILLS].marks.keys == frozenset()
        view.answer(2, RequestState.DONE)
        await app.main.read_once()
        await pilot.press("z")
        await settled(pilot)
        assert sorted(view.asked[2:], key=str) == [(FILL, "gap-004", None), (FILL, "gap-013", None)]
        assert status_line(app).startswith("fill again 2 gaps")


async def test_it_is_found_sorted_and_needs_somebody_as_fills_do() -> None:
    app = console(RecordingView(queued_snapshot()))
    async with app.run_test(size=(160, 48)) as pilot:
        app.main.dashboard.fills.focus()
        table_state = app.main.dashboard.fills_state
        table_state.set_filter("state:queued asked:anna")
        assert [row.gap.id for row in app.main.dashboard.fills.rows] == ["gap-013"]
        table_state.set_filter("state:queued reason:refused")
        assert [row.gap.id for row in app.main.dashboard.fills.rows] == ["gap-005"]
        table_state.set_filter("state:queued")
        table_state.set_only_faults(True)
        assert [row.gap.id for row in app.main.dashboard.fills.rows] == ["gap-005"]
        table_state.set_only_faults(False)
        for name in table_state.table_fields.columns:
            table_state.sort_by(name)
            assert len(app.main.dashboard.fills.rows) == 6
        await settled(pilot)
