"""Who works on the site, and what was asked and waits."""

from dataclasses import replace
from datetime import timedelta

import pytest

from anr_tui.console.tables.row_summary import INTERRUPTED
from anr_tui.domain.request import Request, RequestKind, RequestState
from anr_tui.view.snapshot.snapshot import WorkerRow, WorkerState
from tests.console.main.workers import working
from tests.console.site import NOW, RecordingView, console, grid, settled


async def test_fills_of_a_lost_worker_do_not_look_as_if_they_ran() -> None:
    view = RecordingView()
    lost = {"is_lost": True}
    view.change(
        worker=working(state=WorkerState.LOST, is_late=True, seen_at=NOW - timedelta(seconds=70)),
        gaps=tuple(replace(row, **lost) if row.is_filling else row for row in view.snapshot.gaps),
        fills=tuple(replace(row, **lost) if row.is_running else row for row in view.snapshot.fills),
    )
    app = console(view)
    async with app.run_test(size=(160, 48)) as pilot:
        await pilot.pause()
        screen = grid(app)
        assert "worker lost  last seen 1 min ago" in screen[0]
        assert "Fills 0 running" in "\n".join(screen)
        assert sum("worker lost" in line for line in screen) == 1 + 3 + 1
        assert sum("interrupted; the next worker" in line for line in screen) == 4
        assert INTERRUPTED[:60] in screen[-2]


# What was asked.


def waiting(number: int, kind: RequestKind, gap_id: str | None = None) -> Request:
    return Request(number, kind, gap_id, None, "ana@desk", NOW, RequestState.ASKED, "")


async def test_what_others_asked_is_shown_until_a_worker_takes_it() -> None:
    view = RecordingView()
    gaps = view.snapshot.gaps
    asked = replace(gaps[3], asked_by="ana@desk")
    view.change(
        gaps=(*gaps[:3], asked, *gaps[4:]),
        waiting=(waiting(1, RequestKind.FILL, asked.id), waiting(2, RequestKind.SWEEP)),
    )
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "j", "j")
        await settled(pilot)
        screen = grid(app)
        assert "2 asked  next sweep in 4 min" in screen[1]
        assert any("asked   asked by ana@desk" in line for line in screen)
        assert "asked by ana@desk; pending; camera busy" in screen[22]

        view.change(gaps=gaps, waiting=())
        await app.main.read_once()
        await pilot.pause()
        assert not any("ana@desk" in line for line in grid(app)[:22])


@pytest.mark.parametrize(("many", "words"), [(1, "1 request waits for a worker"), (3, "3 requests wait for a worker")])
async def test_without_a_worker_requests_wait(many: int, words: str) -> None:
    view = RecordingView()
    view.change(
        worker=WorkerRow(WorkerState.NONE), waiting=tuple(waiting(each, RequestKind.SWEEP) for each in range(many))
    )
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert words in grid(app)[1]


# Looking only.


async def test_a_console_that_only_looks_asks_nothing_and_says_so() -> None:
    view = RecordingView(is_read_only=True)
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "read-only" in grid(app)[0]
        assert not {"fill", "retry", "cancel", "pause", "halt", "sweep", "end worker"} & {
            command.title for command in app.get_system_commands(app.main)
        }
        for key in ("f", "r", "c", "p", "H", "s", "E"):
            assert f" {key} " not in grid(app)[23]
            await pilot.press(key)
            await settled(pilot)
            assert grid(app)[22].strip() == "read-only: this console changes nothing"
            await pilot.press("j")
        assert view.asked == []


@pytest.mark.parametrize(("state", "words"), [(WorkerState.PAUSED, "paused"), (WorkerState.HALTED, "halted")])
async def test_a_console_that_only_looks_offers_no_key_to_go_on(state: WorkerState, words: str) -> None:
    view = RecordingView(is_read_only=True)
    view.change(worker=replace(view.snapshot.worker, state=state))
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await app.main.read_once()
        await pilot.pause()
        assert words in grid(app)[0]
        assert "goes on" not in grid(app)[1]


async def test_a_console_that_only_looks_reveals_nothing() -> None:
    view = RecordingView(is_read_only=True)
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("u")
        await settled(pilot)
        assert not any("reveal" in line for line in grid(app))
        await pilot.press("r")
        await settled(pilot)
        assert any("read-only: this console changes nothing" in line for line in grid(app))
        assert view.revealed == [False]
