"""What is asked of the worker by a key, and what is said of it on the status line."""

from dataclasses import replace

import pytest

from anr_tui.console.dialogs.question import ConfirmDialog
from anr_tui.domain.errors import AnrError
from anr_tui.domain.gap import FillState
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.request import RequestKind, RequestState
from anr_tui.platform.glyphs import UNICODE
from anr_tui.view.snapshot.snapshot import WorkerRow, WorkerState
from tests.console.site import RecordingView, console, grid, settled, until

DASH = UNICODE.dash


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        ("f", (RequestKind.FILL, "gap-001", None)),
        ("r", (RequestKind.RETRY, "gap-001", None)),
        ("p", (RequestKind.PAUSE, None, None)),
        ("H", (RequestKind.HALT, None, None)),
        ("s", (RequestKind.SWEEP, None, None)),
    ],
)
async def test_a_key_asks_the_worker_and_is_acknowledged(key: str, asked: tuple[object, ...]) -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(key)
        await settled(pilot)

        assert view.asked == [asked]
        assert grid(app)[22].rstrip().endswith(": asked")


async def test_what_became_of_a_request_is_said() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("f")
        await settled(pilot)
        for state, reason, words in (
            (RequestState.TAKEN, "", "the worker took it"),
            (RequestState.REFUSED, "the card no longer holds it", "refused: the card no longer holds it"),
        ):
            view.answer(1, state, reason)
            await app.main.read_once()
            await pilot.pause()

            assert grid(app)[22].strip() == f"fill front gate 06-13 13:48:00{DASH}13:58:00: {words}"


async def test_p_resumes_a_paused_worker() -> None:
    view = RecordingView()
    view.change(worker=replace(view.snapshot.worker, state=WorkerState.PAUSED))
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("p")
        await settled(pilot)

        assert view.asked == [(RequestKind.RESUME, None, None)]
        assert "worker paused" in grid(app)[0]


@pytest.mark.parametrize(("answer", "asked"), [("y", [(RequestKind.CANCEL, None, 31)]), ("n", []), ("escape", [])])
async def test_cancel_asks_first(answer: str, asked: list[object]) -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("c")
        await pilot.pause()
        assert isinstance(app.screen, ConfirmDialog)
        assert any(f"Cancel the fill of front gate 06-13 13:48:00{DASH}13:58:00?" in line for line in grid(app))
        await pilot.press(answer)
        await settled(pilot)

        assert view.asked == asked
        assert app.screen is app.main


@pytest.mark.parametrize(("answer", "asked"), [("y", [RequestKind.RETRY]), ("n", [])])
@pytest.mark.parametrize("keys", [(), ("d",)], ids=["in the table", "in the details"])
async def test_a_filled_gap_is_not_tried_again_without_a_question(
    answer: str, asked: list[RequestKind], keys: tuple[str, ...]
) -> None:
    view = RecordingView()
    filled = next(at for at, row in enumerate(view.snapshot.gaps) if row.gap.fill_state is FillState.FILLED)
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*("j",) * filled, *keys)
        await settled(pilot)
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        assert any("It is filled" in line for line in grid(app))
        assert any("anr-tui verify" in line for line in grid(app))
        assert any(view.snapshot.gaps[filled].id in line for line in grid(app))
        await pilot.press(answer)
        await settled(pilot)

        assert [kind for kind, *_ in view.asked] == asked


async def test_a_gap_that_is_filled_by_now_is_asked_about_whatever_row_of_it_is_chosen() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("tab")
        await settled(pilot)
        chosen = app.main.dashboard.chosen().gap_id
        filled = [
            replace(row, gap=replace(row.gap, fill_state=FillState.FILLED)) if row.id == chosen else row
            for row in view.snapshot.gaps
        ]
        assert app.main.focused is app.main.dashboard.fills
        view.change(gaps=tuple(filled))
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, ConfirmDialog))
        assert view.asked == []
        await pilot.press("n")
        await settled(pilot)


async def test_what_does_not_run_cannot_be_cancelled() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "j", "j", "c")
        await settled(pilot)

        assert "no fill of it runs" in grid(app)[22]
        assert view.asked == []


async def test_a_fill_is_acted_on_from_the_fills_too() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("tab", "j", "c", "y")
        await settled(pilot)

        assert view.asked == [(RequestKind.CANCEL, None, 32)]


async def test_a_site_without_a_worker_says_that_requests_wait() -> None:
    view = RecordingView()
    view.change(worker=WorkerRow(WorkerState.NONE))
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("s")
        await settled(pilot)

        assert grid(app)[22].strip() == "sweep now: asked; no worker runs, so it waits"
        assert "no worker runs" in grid(app)[0]


async def test_an_error_is_a_sentence() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        view.error = AnrError("The journal is read-only.", "Ask the owner for mode 0660.")
        for key in ("f", "u", "s"):
            await pilot.press(key)
            await settled(pilot)

            assert grid(app)[22].strip() == "The journal is read-only. Ask the owner for mode 0660."
            assert app.screen is app.main


@pytest.mark.parametrize(("answer", "asked"), [("y", [(RequestKind.END, None, None)]), ("n", [])])
async def test_ending_the_worker_asks_first(answer: str, asked: list[object]) -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("E")
        await pilot.pause()
        assert any("Running fills stop and keep what arrived" in line for line in grid(app))
        await pilot.press(answer)
        await settled(pilot)

        assert view.asked == asked


async def test_a_service_is_not_ended_from_here_and_that_is_said_at_once() -> None:
    view = RecordingView()
    view.change(worker=replace(view.snapshot.worker, lifetime=Lifetime.SERVICE))
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.main.read_once()
        await pilot.press("E")
        await settled(pilot)
        assert "This worker is a service" in grid(app)[22]
        assert view.asked == []
