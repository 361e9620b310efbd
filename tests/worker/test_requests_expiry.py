"""Requests that come too late are refused with the reason; others wait for a worker, and are done once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from anr_tui.demo.camera.faults import Pace
from anr_tui.domain.event import EventKind
from anr_tui.domain.request import RequestKind, RequestState
from anr_tui.domain.timestamps import format_stamp, now_utc
from anr_tui.domain.window import Window
from anr_tui.journal.journal import Journal
from tests.engine import PATIENCE_S, EngineSite, answer, execute_on, until

FULL_SPEED = Pace(honours_rate_control=True)
MINUTES_AGO = timedelta(minutes=2)


async def ask(site: EngineSite, kind: RequestKind, *, who: str = "ann@desk", ago: timedelta, **about: object) -> int:
    """Ask as a person at a console does, a while ago."""
    journal = await Journal.open(site.journal)
    request = await journal.requests.ask(kind, asked_by=who, now=now_utc() - ago, **about)  # type: ignore[arg-type]
    await journal.close()
    return request


@pytest.mark.parametrize("kind", [kind for kind in RequestKind if not kind.is_about_gap])
async def test_what_was_asked_of_the_worker_before_it_started_is_refused(site: EngineSite, kind: RequestKind) -> None:
    asked = await ask(site, kind, ago=MINUTES_AGO)
    async with site.working() as worker:
        refused = await answer(site, asked)
        assert refused.state is RequestState.REFUSED
        assert refused.reason
        assert (worker.state.is_paused, worker.state.is_halted, worker.state.lifetime.ending.is_set()) == (
            False,
            False,
            False,
        )


async def test_what_was_asked_of_the_worker_just_before_it_started_is_done(site: EngineSite) -> None:
    asked = await ask(site, RequestKind.PAUSE, ago=timedelta(seconds=5))
    async with site.working() as worker:
        assert (await answer(site, asked)).state is RequestState.DONE
        assert worker.state.is_paused


async def test_a_fill_that_was_asked_for_while_no_worker_ran_is_done_by_the_next(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port, anr_enabled=0)
        site.add_gap("gap_1", "gate", site.window(5, 15), state="failed")
        asked = await ask(site, RequestKind.FILL, ago=timedelta(days=6), gap_id="gap_1")
        async with site.working():
            assert (await answer(site, asked)).state is RequestState.DONE
    assert [fill["outcome"] for fill in site.fills()] == ["filled"]


async def test_a_fill_that_nobody_began_for_a_week_is_refused(site: EngineSite) -> None:
    site.add_camera("gate", 9, anr_enabled=0)
    site.add_gap("gap_1", "gate", site.window(5, 15))
    asked = await ask(site, RequestKind.FILL, ago=timedelta(days=8), gap_id="gap_1")
    async with site.working():
        refused = await answer(site, asked)
    assert refused.state is RequestState.REFUSED
    assert refused.reason == "It was requested 8 days ago and never started. Ask again if you still want it."
    assert site.fills() == []


@pytest.mark.parametrize("kind", [RequestKind.FILL, RequestKind.RETRY])
async def test_what_the_site_does_not_keep_any_more_is_refused(site: EngineSite, kind: RequestKind) -> None:
    site.add_camera("gate", 9, anr_enabled=0, retention_hours=0)
    site.add_gap("gap_1", "gate", site.window(5, 15), state="failed")
    asked = await ask(site, kind, ago=timedelta(0), gap_id="gap_1")
    async with site.working():
        refused = await answer(site, asked)
    assert refused.state is RequestState.REFUSED
    assert refused.reason == "It is older than the site keeps footage of Gate (0 h)."
    assert (site.fills(), site.gap("gap_1")["fill_state"]) == ([], "failed")


async def test_a_retry_of_what_was_filled_meanwhile_is_refused_and_a_later_one_is_done(site: EngineSite) -> None:
    site.add_camera("gate", 9, anr_enabled=0)
    site.add_gap("gap_1", "gate", site.window(5, 15), state="filled")
    site.execute("UPDATE recording_gaps SET filled_at = ?", format_stamp(now_utc() - timedelta(minutes=1)))
    asked = await ask(site, RequestKind.RETRY, ago=MINUTES_AGO, gap_id="gap_1")
    async with site.working():
        refused = await answer(site, asked)
        assert (refused.state, refused.reason) == (RequestState.REFUSED, "It was filled meanwhile.")
        assert site.gap("gap_1")["fill_state"] == "filled"
        again = await ask(site, RequestKind.RETRY, ago=timedelta(0), gap_id="gap_1")
        assert (await answer(site, again)).state is RequestState.DONE
    assert site.gap("gap_1")["fill_state"] == "pending"


async def test_a_cancel_of_what_does_not_run_is_refused(site: EngineSite) -> None:
    requests = [
        await ask(site, RequestKind.CANCEL, ago=timedelta(0), fill_id=7),
        await ask(site, RequestKind.CANCEL, ago=timedelta(0), gap_id="gap_1"),
    ]
    async with site.working():
        answers = [await answer(site, request) for request in requests]
    assert {(each.state, each.reason) for each in answers} == {(RequestState.REFUSED, "It is not running any more.")}


async def test_a_gap_that_two_people_and_the_sweep_want_at_once_is_filled_once_and_both_are_answered(
    site: EngineSite,
) -> None:
    async with site.camera(pace=Pace(factor=8)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 15))
        requests = await asyncio.gather(
            ask(site, RequestKind.FILL, who="ann@desk", ago=timedelta(0), gap_id="gap_1"),
            ask(site, RequestKind.FILL, who="ben@nvr", ago=timedelta(0), gap_id="gap_1"),
        )
        async with site.working():
            answers = [await answer(site, request) for request in requests]
            await until(lambda: site.gap("gap_1")["fill_state"] == "filled")
    assert {each.state for each in answers} == {RequestState.DONE}
    assert [fill["outcome"] for fill in site.fills()] == ["filled"]
    asked = execute_on(site.journal, "SELECT who FROM events WHERE kind = 'asked' ORDER BY who")
    assert [row["who"] for row in asked] == ["ann@desk", "ben@nvr"]


async def test_a_fill_that_is_asked_for_while_it_is_being_stopped_is_begun_again(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        camera.hold(after_s=2)
        site.add_camera("gate", camera.port, anr_enabled=0)
        site.add_gap("gap_1", "gate", site.window(5, 25))
        first = await ask(site, RequestKind.FILL, ago=timedelta(0), gap_id="gap_1")
        async with site.working(anr_stall_s=PATIENCE_S) as worker:
            await camera.played(2)
            cancel = await ask(site, RequestKind.CANCEL, ago=timedelta(0), gap_id="gap_1")
            again = await ask(site, RequestKind.FILL, who="ben@nvr", ago=timedelta(0), gap_id="gap_1")
            assert (await answer(site, cancel)).state is RequestState.DONE
            stopped = await answer(site, first)
            assert (stopped.state, "ann@desk" in stopped.reason) == (RequestState.REFUSED, True)
            camera.release()
            assert (await answer(site, again)).state is RequestState.DONE
            await until(lambda: not worker.state.running)
    assert [fill["outcome"] for fill in site.fills()] == ["stopped", "filled"]


# What happens leaves events.


async def test_a_fill_leaves_who_asked_its_start_its_end_and_what_became_of_its_gap(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port, anr_enabled=0)
        site.add_gap("gap_1", "gate", site.window(5, 15))
        asked = await ask(site, RequestKind.FILL, ago=timedelta(0), camera_id="gate", gap_id="gap_1")
        async with site.working() as worker:
            await answer(site, asked)
            events = (await worker.context.journal.events.newest())[::-1]
    kinds = [EventKind.FILL_STARTED, EventKind.FILL_ENDED, EventKind.GAP_FILLED, EventKind.DONE]
    assert [event.kind for event in events] == [EventKind.ASKED, EventKind.WORKER_STARTED, *kinds]
    about = [(event.camera_id, event.gap_id) for event in events if event.kind != EventKind.WORKER_STARTED]
    assert set(about) == {("gate", "gap_1")}
    assert [event.fill_id for event in events if event.kind in kinds[:3]] == [1, 1, 1]
    assert [event.who for event in events if event.kind in (kinds[0], kinds[3])] == ["ann@desk", "ann@desk"]


async def test_a_gap_whose_attempts_are_used_up_and_a_camera_that_is_away_leave_events(site: EngineSite) -> None:
    site.add_camera("gate", 9)
    site.add_gap("gap_1", "gate", site.window(5, 15))
    async with site.camera() as camera:
        site.add_camera("dock", camera.port)
        site.add_gap("gap_2", "dock", site.window(-60, -50))  # nothing was recorded there
        async with site.working(heldar_anr_max_attempts=1) as worker:
            await until(lambda: site.gap("gap_2")["fill_state"] == "failed" and not worker.state.running)
            await until(lambda: len(site.fills()) >= 2)
            retry = await ask(site, RequestKind.RETRY, ago=timedelta(0), camera_id="gate", gap_id="gap_1")
            await answer(site, retry)
            events = await worker.context.journal.events.newest()
    by_kind = {kind: [event for event in events if event.kind == kind] for kind in EventKind}
    assert [event.gap_id for event in by_kind[EventKind.GAP_FAILED]] == ["gap_2"]
    assert "no footage" in by_kind[EventKind.GAP_FAILED][0].words
    assert [event.camera_id for event in by_kind[EventKind.CAMERA_SET_ASIDE]][-1:] == ["gate"]
    assert "unreachable" in by_kind[EventKind.CAMERA_SET_ASIDE][-1].words
    assert [event.camera_id for event in by_kind[EventKind.CAMERA_BACK]] == ["gate"]


async def test_a_sweep_that_fails_is_one_alarm_until_it_works_again(
    site: EngineSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anr_tui.platform.sqlite.BUSY_TIMEOUT_MS", 10)
    async with site.working() as worker:
        await until(lambda: worker.next_sweep_at)
        site.execute("ALTER TABLE recording_gaps RENAME TO elsewhere")
        for _ in range(2):
            await answer(site, await ask(site, RequestKind.SWEEP, ago=timedelta(0)))
        await until(lambda: alarms(site) == ["alarm"])
        site.execute("ALTER TABLE elsewhere RENAME TO recording_gaps")
        await answer(site, await ask(site, RequestKind.SWEEP, ago=timedelta(0)))
        await until(lambda: alarms(site) == ["alarm", "alarm_over"])


def alarms(site: EngineSite) -> list[str]:
    """The alarms and their ends, in order."""
    rows = execute_on(site.journal, "SELECT kind FROM events WHERE kind IN ('alarm', 'alarm_over') ORDER BY id")
    return [row["kind"] for row in rows]


async def test_an_event_that_the_journal_could_not_take_is_told_when_it_can(site: EngineSite) -> None:
    async with site.worker() as worker:
        execute_on(site.journal, "ALTER TABLE events RENAME TO elsewhere")
        await worker.context.events.tell(EventKind.ALARM, "first, of rtsp://anna:s3cr3t@192.0.2.1/")
        await worker.context.events.tell(EventKind.ALARM_OVER, "second")
        execute_on(site.journal, "ALTER TABLE elsewhere RENAME TO events")
        await worker.context.events.catch_up()
        events = await worker.context.journal.events.newest(2)
    assert [event.words for event in events] == ["second", "first, of rtsp://***@192.0.2.1/"]
    assert events[1].at < events[0].at


async def leave_fills_of_dead_workers(site: EngineSite, ends: list[str | None], *, ago: timedelta) -> None:
    """The fills that workers which died left behind: the last one may still be open, as its worker left it."""
    started = format_stamp(now_utc() - ago)
    for number, outcome in enumerate(ends):
        execute_on(
            site.journal,
            "INSERT INTO workers (user, host, pid, birth, version, started_at, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            *("anna", "nvr-07", 4711 + number, "boot 99", "0.1.0", started, started),
        )
        execute_on(
            site.journal,
            "INSERT INTO fills (gap_id, camera_id, worker_id, window_start, window_end, phase, outcome, asked_by,"
            " started_at) SELECT 'gap_1', 'gate', max(id), ?, ?, 'fetching', ?, 'ann@desk', ? FROM workers",
            *(format_stamp(site.window(5, 15).start), format_stamp(site.window(5, 15).end), outcome, started),
        )


@pytest.mark.parametrize(
    ("ends", "ago", "state"),
    [
        ([None], timedelta(minutes=1), RequestState.DONE),
        (["interrupted", None], timedelta(minutes=1), RequestState.REFUSED),
        (["interrupted", "interrupted"], timedelta(minutes=1), RequestState.REFUSED),
        (["unreachable", "unreachable", None], timedelta(minutes=1), RequestState.DONE),
        (["interrupted", "interrupted"], timedelta(days=1), RequestState.DONE),
    ],
)
async def test_a_fill_that_a_worker_died_of_is_tried_once_more_and_then_refused(
    site: EngineSite, ends: list[str | None], ago: timedelta, state: RequestState
) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port, anr_enabled=0)
        site.add_gap("gap_1", "gate", site.window(5, 15))
        asked = await ask(site, RequestKind.FILL, ago=timedelta(minutes=5), gap_id="gap_1")
        await leave_fills_of_dead_workers(site, ends, ago=ago)
        async with site.working():
            answered = await answer(site, asked)
    assert answered.state is state
    if state is RequestState.REFUSED:
        assert answered.reason == (
            "2 workers died while they did this, so no other one tries. "
            "See the worker's log; ask again if it had another reason."
        )


async def test_a_gap_that_begins_in_1970_is_planned_and_ends_as_any_other(site: EngineSite) -> None:
    """GIVEN a row that begins in 1970 and a site that keeps all WHEN a person asks for it THEN the worker lives, and
    answers in words."""
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port, anr_enabled=0, retention_hours=800_000)
        gap = site.window(5, 15)
        site.add_gap("gap_1", "gate", Window(datetime(1970, 1, 1, tzinfo=UTC), gap.end))
        asked = await ask(site, RequestKind.FILL, ago=timedelta(seconds=1), gap_id="gap_1")
        async with site.working(anr_piece_s=0) as worker:
            answered = await answer(site, asked)
            assert not worker.state.lifetime.ending.is_set()
    assert answered.state.is_over and answered.reason
    assert [fill["outcome"] in (None, "interrupted") for fill in site.fills()] == [False]
