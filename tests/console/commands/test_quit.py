"""Leaving: when the console asks what becomes of running fills, and what each answer does."""

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from anr_tui.console.commands import quit as quitting
from anr_tui.console.dialogs.question import QuitDialog
from anr_tui.console.main.app import ConsoleApp
from anr_tui.domain.errors import AnrError
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.request import RequestKind, RequestState
from anr_tui.view.snapshot.snapshot import WorkerRow, WorkerState
from tests.console.site import Chair, RecordingView, console, grid

SIZE = (120, 24)


def view_of(lifetime: Lifetime = Lifetime.CONSOLES) -> RecordingView:
    """A site where three fills run."""
    view = RecordingView()
    view.change(worker=replace(view.snapshot.worker, lifetime=lifetime))
    return view


def without_fills(view: RecordingView) -> None:
    view.change(fills=tuple(row for row in view.snapshot.fills if not row.is_running))


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


async def news(app: ConsoleApp, pilot: Pilot[None]) -> None:
    """The next look at the site."""
    await app.main.read_once()
    await pilot.pause()


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
@pytest.mark.parametrize(
    ("lifetime", "is_last"),
    [(Lifetime.SERVICE, True), (Lifetime.STAY, True), (Lifetime.CONSOLES, False)],
)
async def test_nothing_is_asked_where_the_worker_stays(key: str, lifetime: Lifetime, is_last: bool) -> None:
    view = view_of(lifetime)
    app = console(view, seat=Chair(is_last))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, key)
        assert app._exit
    assert view.asked == []


@pytest.mark.parametrize("is_alive", [True, False])
async def test_nothing_is_asked_where_no_fill_runs(is_alive: bool) -> None:
    view = view_of()
    without_fills(view) if is_alive else view.change(worker=WorkerRow(WorkerState.NONE))
    app = console(view, seat=Chair(last=True))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "q")
        assert app._exit
    assert view.asked == []


async def test_the_last_console_is_asked_and_may_stay() -> None:
    view = view_of()
    app = console(view, seat=Chair(last=True))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "q")
        assert isinstance(app.screen, QuitDialog)
        screen = "\n".join(grid(app))
        assert "3 running fills: wait, stop, or keep filling in the background" in screen
        assert "w wait   s stop   k keep filling   esc do not quit" in screen
        await press(pilot, "escape")
        assert app.screen is app.main
        await news(app, pilot)
        assert not app._exit
    assert view.asked == []


@pytest.mark.parametrize(("key", "kind"), [("s", RequestKind.END), ("k", RequestKind.STAY)])
async def test_stop_and_keep_leave_as_soon_as_the_worker_knows(key: str, kind: RequestKind) -> None:
    view = view_of()
    app = console(view, seat=Chair(last=True))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "q", key)
        assert view.asked == [(kind, None, None)]
        assert "leaving when the worker has answered" in grid(app)[22]
        view.answer(1, RequestState.TAKEN)
        await news(app, pilot)
        assert not app._exit
        view.answer(1, RequestState.DONE)
        await news(app, pilot)
        assert app._exit


async def test_q_again_leaves_a_worker_that_does_not_answer() -> None:
    view = view_of()
    app = console(view, seat=Chair(last=True))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "q", "s", "q")
        assert app._exit
    assert len(view.asked) == 1


async def test_wait_leaves_when_the_fills_are_done() -> None:
    view = view_of()
    app = console(view, seat=Chair(last=True))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "q", "w")
        assert view.asked == [(RequestKind.DRAIN, None, None)]
        assert grid(app)[22].strip() == "leaving when 3 fills are done (esc: stay, q: ask again)"
        view.answer(1, RequestState.DONE)
        await news(app, pilot)
        assert not app._exit
        without_fills(view)
        await news(app, pilot)
        assert app._exit


async def test_wait_is_taken_back_by_escape_and_the_worker_goes_on() -> None:
    view = view_of()
    app = console(view, seat=Chair(last=True))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "q", "w", "escape")
        assert view.asked[1:] == [(RequestKind.SWEEP, None, None)]
        assert grid(app)[22].strip() == "not leaving: the worker keeps running"
        without_fills(view)
        await news(app, pilot)
        assert not app._exit


async def test_another_console_that_comes_takes_over_from_the_one_that_waits() -> None:
    view, seat = view_of(), Chair(last=True)
    app = console(view, seat=seat)
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "q", "w")
        seat.last = False
        await news(app, pilot)
        assert app._exit
    assert view.asked[1:] == [(RequestKind.SWEEP, None, None)]


async def test_a_console_that_leaves_starts_no_other_worker() -> None:
    starts = []

    async def start() -> bool:
        starts.append(1)
        return True

    view = view_of()
    app = console(view, start, seat=Chair(last=True))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "q", "w")
        view.change(worker=WorkerRow(WorkerState.NONE))
        await news(app, pilot)
        assert app._exit
    assert starts == []


async def test_a_refusal_is_said_and_the_console_stays() -> None:
    view = view_of()
    app = console(view, seat=Chair(last=True))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "q", "s")
        view.answer(1, RequestState.REFUSED, "This worker is a service.")
        await news(app, pilot)
        assert not app._exit
        assert grid(app)[22].strip() == "not leaving: This worker is a service."


async def test_an_error_is_a_sentence_and_the_console_stays() -> None:
    view = view_of()
    app = console(view, seat=Chair(last=True))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "q")
        view.error = AnrError("The journal is read-only.")
        await press(pilot, "w")
        assert grid(app)[22].strip().startswith("The journal is read-only.")
        assert not app._exit


async def test_q_again_leaves_where_the_worker_cannot_be_told() -> None:
    view = view_of()
    app = console(view, seat=Chair(last=True))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "q")
        view.error = AnrError("The disk of the journal is full.")
        await press(pilot, "s")
        assert "press q again to leave anyway" in grid(app)[22]
        await press(pilot, "q")
        assert app._exit


async def test_that_offer_ends_with_its_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quitting, "ANYWAY_S", 0.0)
    view = view_of()
    app = console(view, seat=Chair(last=True))
    async with app.run_test(size=SIZE) as pilot:
        await press(pilot, "q")
        view.error = AnrError("The disk of the journal is full.")
        await press(pilot, "s", "q")
        assert isinstance(app.screen, QuitDialog)
        assert not app._exit
