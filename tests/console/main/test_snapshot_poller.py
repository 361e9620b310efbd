"""What stands between the screen and the site: reading, starting a worker, following requests."""

import gc
from dataclasses import replace
from datetime import timedelta

import pytest

from anr_tui.console.commands.request_tracker import RequestTracker
from anr_tui.console.commands.worker_autostart import AGAIN_AFTER, WorkerAutostart
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.main.snapshot_poller import MANY_GAPS, SnapshotPoller
from anr_tui.domain.errors import AnrError, SiteError
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.request import Request, RequestKind, RequestState
from anr_tui.view.snapshot.snapshot import Snapshot, WorkerRow, WorkerState
from tests.console.site import NOW, Clock, RecordingView, site_snapshot

NONE, LOST = WorkerRow(WorkerState.NONE), WorkerRow(WorkerState.LOST)
RUNNING, PAUSED = WorkerRow(WorkerState.RUNNING), WorkerRow(WorkerState.PAUSED)


async def test_a_failed_read_keeps_what_was_seen_and_says_why() -> None:
    view, clock = RecordingView(), Clock()
    site = SnapshotPoller(view, clock)
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

    site = SnapshotPoller(Broken(), Clock())

    assert not await site.read_once()
    assert "console.log" in site.trouble
    assert "secret" not in site.trouble


def seen(worker: WorkerRow, *requests: Request) -> Snapshot:
    return replace(site_snapshot(), worker=worker, requests=requests)


class Starter:
    """Counts the starts, and says how they went."""

    def __init__(self, is_ours: bool = True) -> None:
        self.starts = 0
        self._is_ours = is_ours

    async def __call__(self) -> bool:
        self.starts += 1
        return self._is_ours


async def test_a_worker_is_started_where_none_runs_and_not_in_a_tight_loop() -> None:
    start = Starter()
    own = WorkerAutostart(start)
    for worker, at in ((RUNNING, NOW), (PAUSED, NOW), (NONE, NOW), (NONE, NOW), (LOST, NOW + AGAIN_AFTER / 2)):
        await own.ensure(seen(worker), at)
    assert start.starts == 1

    await own.ensure(seen(LOST), NOW + AGAIN_AFTER)
    assert start.starts == 2


async def test_nothing_is_said_where_another_console_was_faster() -> None:
    assert await WorkerAutostart(Starter(is_ours=False)).ensure(seen(NONE), NOW) is None


async def test_a_service_that_has_gone_is_given_time_to_come_back() -> None:
    start = Starter()
    own = WorkerAutostart(start)
    await own.ensure(seen(replace(RUNNING, lifetime=Lifetime.SERVICE)), NOW)
    await own.ensure(seen(NONE), NOW + AGAIN_AFTER / 2)
    assert start.starts == 0
    await own.ensure(seen(NONE), NOW + AGAIN_AFTER)
    assert start.starts == 1


async def test_no_worker_is_started_after_one_that_somebody_ended_until_one_is_wanted_again() -> None:
    start = Starter()
    own = WorkerAutostart(start)
    earlier, now = ended(7), ended(8)
    await own.ensure(seen(RUNNING, earlier), NOW)
    said = await own.ensure(seen(RUNNING, now, earlier), NOW)
    assert said is not None
    assert "E starts one" in said.text
    for later in range(3):
        await own.ensure(seen(NONE, now, earlier), NOW + later * AGAIN_AFTER)
    assert start.starts == 0

    own.wake()
    await own.ensure(seen(NONE, now, earlier), NOW)
    assert start.starts == 1


async def test_a_worker_that_cannot_start_is_a_sentence() -> None:
    async def start() -> bool:
        raise AnrError("No ffmpeg was found.")

    assert await WorkerAutostart(start).ensure(seen(NONE), NOW) == StatusMessage("No ffmpeg was found.", Tone.BAD)


async def test_without_a_starter_none_is_started() -> None:
    assert await WorkerAutostart(None).ensure(seen(NONE), NOW) is None


def ended(number: int) -> Request:
    return replace(request(RequestState.DONE, number=number), kind=RequestKind.END)


def request(state: RequestState, reason: str = "", number: int = 7) -> Request:
    return Request(number, RequestKind.FILL, "gap-1", None, "anna", NOW, state, reason)


def test_a_request_is_followed_to_its_end_and_then_forgotten() -> None:
    asked = RequestTracker()
    assert asked.note(7, "fill front gate") == StatusMessage("fill front gate: asked", Tone.BUSY)

    assert asked.news([request(RequestState.ASKED)]) == []
    assert asked.news([request(RequestState.TAKEN)]) == [
        StatusMessage("fill front gate: the worker took it", Tone.BUSY)
    ]
    assert asked.news([request(RequestState.TAKEN)]) == []
    assert asked.news([request(RequestState.DONE)]) == [StatusMessage("fill front gate: done", Tone.OK)]
    assert asked.news([request(RequestState.DONE)]) == []


def test_a_refusal_gives_its_reason() -> None:
    asked = RequestTracker()
    asked.note(7, "fill lobby")

    assert asked.news([request(RequestState.REFUSED, "no replay URL")]) == [
        StatusMessage("fill lobby: refused: no replay URL", Tone.BAD)
    ]


def test_other_peoples_requests_are_not_told() -> None:
    assert RequestTracker().news([request(RequestState.DONE)]) == []


@pytest.mark.parametrize(("gaps", "is_frozen"), [(MANY_GAPS, False), (MANY_GAPS + 1, True)])
async def test_garbage_collections_leave_out_what_many_gaps_are_made_of(gaps: int, is_frozen: bool) -> None:
    view = RecordingView()
    view.change(gaps=view.snapshot.gaps[:1] * gaps)
    gc.unfreeze()  # what an earlier import froze
    try:
        await SnapshotPoller(view, Clock()).read_once()
        assert (gc.get_freeze_count() > 0) is is_frozen
    finally:
        gc.unfreeze()
