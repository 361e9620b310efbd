"""What stands between the screen and the site: reading, starting a worker, following requests."""

from datetime import timedelta

from anr_tui.console.asked import Asked, Said
from anr_tui.console.ink import Role
from anr_tui.console.own_worker import AGAIN_AFTER, OwnWorker
from anr_tui.console.site_watch import SiteWatch
from anr_tui.errors import AnrError, SiteError
from anr_tui.model import Request, RequestKind, RequestState
from anr_tui.view.snapshot import Snapshot, WorkerRow, WorkerState
from tests.console.site import NOW, Clock, RecordingView

NONE, LOST = WorkerRow(WorkerState.NONE), WorkerRow(WorkerState.LOST)
RUNNING, PAUSED = WorkerRow(WorkerState.RUNNING), WorkerRow(WorkerState.PAUSED)


async def test_a_failed_read_keeps_what_was_seen_and_says_why() -> None:
    view, clock = RecordingView(), Clock()
    site = SiteWatch(view, clock)
    assert await site.read_once()
    clock.forward(10)
    view.error = SiteError("The database is locked.")

    assert not await site.read_once()
    assert site.snapshot is view.snapshot
    assert (site.trouble, site.seen_at) == ("The database is locked.", NOW)

    view.error = None
    assert not await site.read_once()
    assert (site.trouble, site.seen_at) == ("", NOW + timedelta(seconds=10))


async def test_a_bug_in_reading_is_no_traceback() -> None:
    class Broken(RecordingView):
        async def read(self) -> Snapshot | None:
            raise KeyError("secret")

    site = SiteWatch(Broken(), Clock())

    assert not await site.read_once()
    assert "console.log" in site.trouble
    assert "secret" not in site.trouble


async def test_a_worker_is_started_where_none_runs_and_not_in_a_tight_loop() -> None:
    started = []

    async def start() -> None:
        started.append(1)

    own = OwnWorker(start)
    assert not own.is_ours
    for worker, at in ((RUNNING, NOW), (PAUSED, NOW), (NONE, NOW), (NONE, NOW), (LOST, NOW + AGAIN_AFTER / 2)):
        await own.ensure(worker, at)
    assert len(started) == 1
    assert own.is_ours

    await own.ensure(LOST, NOW + AGAIN_AFTER)
    assert len(started) == 2


async def test_a_worker_that_cannot_start_is_a_sentence() -> None:
    async def start() -> None:
        raise AnrError("No ffmpeg was found.")

    own = OwnWorker(start)

    assert await own.ensure(NONE, NOW) == Said("No ffmpeg was found.", Role.BAD)
    assert not own.is_ours


async def test_without_a_starter_none_is_started() -> None:
    assert await OwnWorker(None).ensure(NONE, NOW) is None


def request(state: RequestState, reason: str = "", number: int = 7) -> Request:
    return Request(number, RequestKind.FILL, "gap-1", None, "anna", NOW, state, reason)


def test_a_request_is_followed_to_its_end_and_then_forgotten() -> None:
    asked = Asked()
    assert asked.note(7, "fill front gate") == Said("fill front gate: asked", Role.BUSY)

    assert asked.news([request(RequestState.ASKED)]) == []
    assert asked.news([request(RequestState.TAKEN)]) == [Said("fill front gate: the worker took it", Role.BUSY)]
    assert asked.news([request(RequestState.TAKEN)]) == []
    assert asked.news([request(RequestState.DONE)]) == [Said("fill front gate: done", Role.OK)]
    assert asked.news([request(RequestState.DONE)]) == []


def test_a_refusal_gives_its_reason() -> None:
    asked = Asked()
    asked.note(7, "fill lobby")

    assert asked.news([request(RequestState.REFUSED, "no replay URL")]) == [
        Said("fill lobby: refused: no replay URL", Role.BAD)
    ]


def test_other_peoples_requests_are_not_told() -> None:
    assert Asked().news([request(RequestState.DONE)]) == []
