"""What stands in the journal of what happened, and the requests that leave it there."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from anr_tui.domain.errors import LeaseLostError
from anr_tui.domain.event import EventKind
from anr_tui.domain.request import RequestKind, RequestState
from anr_tui.journal.journal import Journal
from anr_tui.journal.leased_journal import LeasedJournal
from tests.heldar_site import IDENTITY, execute
from tests.journal.builders import GAP, NOW


async def lease_of(journal: Journal, now: datetime = NOW) -> int:
    lease = await journal.lease.claim(
        IDENTITY, now=now, expires_at=now + timedelta(seconds=10), starts_paused=False, is_dead=lambda *_: True
    )
    assert lease is not None
    return lease


async def note(journal: Journal, kind: EventKind, words: str = "", **about: object) -> None:
    now = about.pop("now", NOW)
    await journal.events.add(kind, words, who="anna@nvr-07", now=now, **about)  # type: ignore[arg-type]


async def words_of(journal: Journal, **wanted: object) -> list[str]:
    return [event.words for event in await journal.events.newest(**wanted)]  # type: ignore[arg-type]


async def test_events_say_who_did_what_to_what_newest_first(journal: Journal) -> None:
    for number in range(3):
        await note(journal, EventKind.URL_REVEALED, f"words {number}", camera_id="gate", gap_id="gap_1")
    events = await journal.events.newest(2)
    assert [event.words for event in events] == ["words 2", "words 1"]
    assert (events[0].kind, events[0].camera_id, events[0].gap_id) == (EventKind.URL_REVEALED, "gate", "gap_1")


async def test_an_event_about_a_fill_is_about_its_gap_and_camera_too(journal: Journal) -> None:
    fill_id = await LeasedJournal(journal, await lease_of(journal)).fills.start(GAP, asked_by="sweep", now=NOW)
    await note(journal, EventKind.FILL_STARTED, fill_id=fill_id)
    await note(journal, EventKind.FILL_STARTED, fill_id=99, gap_id="gap_9")
    newer, older = await journal.events.newest(2)
    assert (older.camera_id, older.gap_id, older.fill_id) == ("gate", "gap_1", fill_id)
    assert (newer.camera_id, newer.gap_id, newer.fill_id) == (None, "gap_9", 99)


async def test_events_are_chosen_by_time_kind_camera_and_what_was_seen_before(journal: Journal) -> None:
    await note(journal, EventKind.ALARM, "old", now=NOW - timedelta(hours=2))
    await note(journal, EventKind.ALARM, "gate", camera_id="gate", now=NOW + timedelta(microseconds=1))
    await note(journal, EventKind.ALARM_OVER, "dock", camera_id="dock", now=NOW + timedelta(seconds=1))
    assert await words_of(journal) == ["dock", "gate", "old"]
    assert await words_of(journal, since=NOW) == ["dock", "gate"]
    assert await words_of(journal, kinds=[EventKind.ALARM]) == ["gate", "old"]
    assert await words_of(journal, camera_id="gate") == ["gate"]
    assert await words_of(journal, after=2) == ["dock"]
    assert await words_of(journal, most=1, kinds=[EventKind.ALARM, EventKind.ALARM_OVER]) == ["dock"]


async def test_a_flood_of_words_is_cut(journal: Journal) -> None:
    await note(journal, EventKind.ALARM, "x" * 100_000)
    (words,) = await words_of(journal)
    assert len(words) == 4000


async def test_the_newest_event_handed_over_is_kept_under_the_lease(path: Path, journal: Journal) -> None:
    assert await journal.events.last_handed_over() == 0
    lease = await lease_of(journal)
    await LeasedJournal(journal, lease).events.note_handed_over(7)
    await LeasedJournal(journal, lease).events.note_handed_over(9)
    other = await Journal.open(path)
    assert await other.events.last_handed_over() == 9
    await lease_of(other)
    with pytest.raises(LeaseLostError):
        await LeasedJournal(journal, lease).events.note_handed_over(11)
    assert await other.events.last_handed_over() == 9
    await other.close()


MEMORY_OF_VERSION_2 = (
    "full_speed INTEGER, set_aside_until TEXT, set_aside_why TEXT NOT NULL DEFAULT '', "
    "set_aside_row TEXT NOT NULL DEFAULT '', failures INTEGER NOT NULL DEFAULT 0, speed REAL"
)


async def test_a_journal_of_the_version_before_is_brought_up_with_what_it_holds(path: Path, journal: Journal) -> None:
    request_id = await journal.requests.ask(RequestKind.PAUSE, asked_by="anna@nvr-07", now=NOW)
    for column in ("camera_id", "part_id", "moment"):
        execute(path, f"ALTER TABLE requests DROP COLUMN {column}")
    execute(path, "DROP TABLE hook")
    execute(path, "DROP TABLE checks")
    execute(path, "DROP TABLE evidence_chain")
    execute(path, "DROP TABLE device_trust")
    execute(path, "DROP TABLE queue")
    execute(path, "ALTER TABLE workers DROP COLUMN rules")
    clocks = ("shift_s", "camera_clock_off_s", "own_clock_synced", "own_clock_step_s")
    for column in ("shown_by", "proof", "pictures", *clocks):
        execute(path, f"ALTER TABLE landed_files DROP COLUMN {column}")
    execute(path, "DROP TABLE camera_memory")
    execute(path, f"CREATE TABLE camera_memory (camera_id TEXT PRIMARY KEY, {MEMORY_OF_VERSION_2})")
    for index in ("idx_requests_gap", "idx_events_gap"):
        execute(path, f"DROP INDEX {index}")
    execute(path, "PRAGMA user_version = 2")
    other = await Journal.open(path)
    request = await other.requests.get(request_id)
    assert request is not None and (request.kind, request.camera_id) == (RequestKind.PAUSE, None)
    assert await other.events.last_handed_over() == 0
    assert len(await other.events.newest()) == 1
    await other.close()


# Requests leave events.


async def test_whoever_asks_leaves_an_event_and_whoever_joins_too(path: Path, journal: Journal) -> None:
    other = await Journal.open(path)
    first = await journal.requests.ask(
        RequestKind.FILL, asked_by="anna@nvr-07", now=NOW, camera_id="gate", gap_id="gap_1"
    )
    second = await other.requests.ask(RequestKind.FILL, asked_by="ben@desk", now=NOW, camera_id="gate", gap_id="gap_1")
    await other.close()
    assert first == second
    joined, asked = await journal.events.newest(2)
    assert (asked.kind, asked.who, asked.camera_id, asked.gap_id) == (EventKind.ASKED, "anna@nvr-07", "gate", "gap_1")
    assert asked.words == f"Asked: fill gap gap_1 (request {first})."
    assert (joined.kind, joined.who) == (EventKind.ASKED, "ben@desk")
    assert joined.words == f"Asked: fill gap gap_1, as somebody has already (request {first})."


async def test_what_is_asked_of_the_worker_itself_is_told_in_plain_words(journal: Journal) -> None:
    kinds = [kind for kind in RequestKind if not kind.is_about_gap]
    for kind in kinds:
        about = "gate" if kind in (RequestKind.DIAGNOSE, RequestKind.PLACE) else None
        part_id, moment = ("5f3a91c2", NOW) if kind is RequestKind.PLACE else (None, None)
        await journal.requests.ask(
            kind, asked_by="anna@nvr-07", now=NOW, camera_id=about, part_id=part_id, moment=moment
        )
    told = [event.words for event in await journal.events.newest()]
    assert len(told) == len(kinds)
    assert not any("None" in words or "_" in words for words in told)
    assert any(words.startswith("Asked: resume fetching (") for words in told)
    placed = f"Asked: place the kept part 5f3a91c2 of camera gate at {NOW:%Y-%m-%d %H:%M:%SZ} ("
    assert any(words.startswith(placed) for words in told)


async def test_a_part_that_is_asked_for_at_two_moments_is_asked_for_twice(journal: Journal) -> None:
    about = {"asked_by": "anna@nvr-07", "now": NOW, "camera_id": "gate", "part_id": "5f3a91c2"}
    first = await journal.requests.ask(RequestKind.PLACE, moment=NOW, **about)
    other = await journal.requests.ask(RequestKind.PLACE, moment=NOW + timedelta(seconds=1), **about)
    assert await journal.requests.ask(RequestKind.PLACE, moment=NOW, **about) == first != other
    request = await journal.requests.get(first)
    assert request is not None
    assert (request.part_id, request.moment) == ("5f3a91c2", NOW)


async def test_a_request_whose_event_cannot_be_written_was_not_asked(path: Path, journal: Journal) -> None:
    execute(path, "CREATE TRIGGER refuse BEFORE INSERT ON events BEGIN SELECT raise(ABORT, 'no room'); END")
    with pytest.raises(Exception, match="no room"):
        await journal.requests.ask(RequestKind.SWEEP, asked_by="anna@nvr-07", now=NOW)
    assert await journal.requests.asked() == []


@pytest.mark.parametrize("state", [RequestState.DONE, RequestState.REFUSED])
async def test_an_answer_leaves_an_event_once(journal: Journal, state: RequestState) -> None:
    lease = await lease_of(journal)
    about = {"camera_id": "gate", "gap_id": "gap_1"}
    request_id = await journal.requests.ask(RequestKind.RETRY, asked_by="anna@nvr-07", now=NOW, **about)
    await LeasedJournal(journal, lease).requests.end(request_id, state, reason="So it is.", now=NOW)
    await LeasedJournal(journal, lease).requests.end(request_id, RequestState.DONE, reason="Again.", now=NOW)
    answer, asked = await journal.events.newest(2)
    assert (asked.kind, answer.kind, answer.who) == (EventKind.ASKED, EventKind(state), "anna@nvr-07")
    assert answer.words == f"{state.capitalize()}: retry gap gap_1. So it is."
    assert (answer.camera_id, answer.gap_id) == ("gate", "gap_1")


async def test_pause_resume_pause_are_three_requests_in_this_order(path: Path, journal: Journal) -> None:
    other = await Journal.open(path)
    kinds = [RequestKind.PAUSE, RequestKind.RESUME, RequestKind.PAUSE, RequestKind.PAUSE]
    for each, kind in zip([journal, other, journal, other], kinds, strict=True):
        await each.requests.ask(kind, asked_by="anna@nvr-07", now=NOW)
    assert [request.kind for request in await journal.requests.asked()] == kinds[:3]
    await other.close()


async def test_two_people_who_ask_at_the_same_instant_are_one_request(path: Path) -> None:
    journals = await asyncio.gather(*(Journal.open(path) for _ in range(4)))
    asked = await asyncio.gather(
        *(
            each.requests.ask(RequestKind.FILL, asked_by=f"person{number}@desk", now=NOW, gap_id="gap_1")
            for number, each in enumerate(journals)
        )
    )
    assert len(set(asked)) == 1
    events = await journals[0].events.newest()
    assert {event.who for event in events} == {f"person{number}@desk" for number in range(4)}
    assert sum("already" in event.words for event in events) == 3
    await asyncio.gather(*(each.close() for each in journals))


# Workers leave events.


async def test_a_worker_leaves_an_event_as_it_starts_and_another_as_it_takes_over(journal: Journal) -> None:
    await lease_of(journal)
    await lease_of(journal)
    took_over, started = await journal.events.newest()
    assert (started.kind, started.who, started.words) == (
        EventKind.WORKER_STARTED,
        "anna@nvr-07",
        "Worker process 4711 started.",
    )
    assert (took_over.kind, took_over.words) == (
        EventKind.WORKER_TOOK_OVER,
        "Worker process 4711 took over from a worker that was lost.",
    )


async def test_a_worker_that_starts_after_one_that_ended_took_nothing_over(journal: Journal) -> None:
    await LeasedJournal(journal, await lease_of(journal)).lease.give_back(NOW)
    await lease_of(journal)
    assert {event.kind for event in await journal.events.newest()} == {EventKind.WORKER_STARTED}
