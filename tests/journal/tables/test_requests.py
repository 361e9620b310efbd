"""What was asked, by whom, and what became of it."""

import asyncio
from pathlib import Path

from anr_tui.domain.event import EventKind
from anr_tui.domain.request import NewRequest, RequestKind, RequestState
from anr_tui.journal.journal import Journal
from anr_tui.journal.leased_journal import LeasedJournal
from tests.journal.builders import NOW, claim, lease_of

# Requests.


async def test_the_same_thing_asked_twice_is_one_request(journal: Journal) -> None:
    async def ask(kind: RequestKind, who: str, **what: object) -> int:
        return await journal.requests.ask(kind, asked_by=who, now=NOW, **what)  # type: ignore[arg-type]  # a gap or a fill

    first = await ask(RequestKind.FILL, "anna", gap_id="gap_1")
    assert await ask(RequestKind.FILL, "ben", gap_id="gap_1") == first
    others = [
        await ask(RequestKind.FILL, "anna", gap_id="gap_2"),
        await ask(RequestKind.RETRY, "anna", gap_id="gap_3"),
        await ask(RequestKind.CANCEL, "anna", fill_id=1),
        await ask(RequestKind.CANCEL, "anna", fill_id=2),
        await ask(RequestKind.PAUSE, "anna"),
    ]
    assert len({first, *others}) == 6
    assert await ask(RequestKind.PAUSE, "ben") == others[-1]
    lease = await lease_of(journal)
    assert await LeasedJournal(journal, lease).requests.take(first)
    assert await ask(RequestKind.FILL, "anna", gap_id="gap_1") == first
    await LeasedJournal(journal, lease).requests.end(first, RequestState.DONE, reason="filled", now=NOW)
    assert await ask(RequestKind.FILL, "anna", gap_id="gap_1") not in {first, *others}


async def test_the_same_thing_asked_by_many_at_once_is_one_request(path: Path) -> None:
    journals = await asyncio.gather(*(Journal.open(path) for _ in range(10)))
    asked = await asyncio.gather(
        *(journal.requests.ask(RequestKind.FILL, asked_by="anna", now=NOW, gap_id="gap_1") for journal in journals)
    )
    assert len(set(asked)) == 1
    await asyncio.gather(*(journal.close() for journal in journals))


async def test_many_things_are_asked_in_one_go_and_each_leaves_its_event(journal: Journal) -> None:
    first = await journal.requests.ask(RequestKind.FILL, asked_by="ben", now=NOW, gap_id="gap_2")
    wishes = [NewRequest(RequestKind.FILL, gap, camera_id="gate") for gap in ("gap_1", "gap_2", "gap_1")]

    asked = await journal.requests.ask_all(wishes, asked_by="anna", now=NOW)

    assert asked == [first + 1, first, first + 1]
    assert [request.id for request in await journal.requests.get_all({first, first + 1, 99})] == [first, first + 1]
    told = [(event.who, event.gap_id, event.words) for event in await journal.events.newest(3)]
    assert told == [
        ("anna", "gap_1", f"Asked: fill gap gap_1, as somebody has already (request {first + 1})."),
        ("anna", "gap_2", f"Asked: fill gap gap_2, as somebody has already (request {first})."),
        ("anna", "gap_1", f"Asked: fill gap gap_1 (request {first + 1})."),
    ]


async def test_only_who_asked_takes_back_and_only_what_no_worker_has_taken(journal: Journal) -> None:
    lease = await lease_of(journal)
    wishes = [NewRequest(RequestKind.RETRY, gap, camera_id="gate") for gap in ("gap_1", "gap_2")]
    taken, own = await journal.requests.ask_all(wishes, asked_by="anna", now=NOW)
    other = await journal.requests.ask(RequestKind.CANCEL, asked_by="ben", now=NOW, fill_id=7)
    assert await LeasedJournal(journal, lease).requests.take(taken)

    assert await journal.requests.withdraw([taken, own, other, 99], who="anna", now=NOW) == [own]
    assert await journal.requests.withdraw([own], who="anna", now=NOW) == []

    assert [request.state for request in await journal.requests.get_all([taken, own, other])] == [
        RequestState.TAKEN,
        RequestState.WITHDRAWN,
        RequestState.ASKED,
    ]
    assert not await LeasedJournal(journal, lease).requests.take(own)
    (event,) = await journal.events.newest(1)
    assert (event.kind, event.who, event.gap_id) == (EventKind.WITHDRAWN, "anna", "gap_2")
    assert event.words == f"Taken back: retry gap gap_2 (request {own})."
    assert await journal.requests.ask(RequestKind.RETRY, asked_by="anna", now=NOW, gap_id="gap_2") not in (own, taken)


async def test_a_request_goes_from_asked_to_answered(journal: Journal) -> None:
    lease = await lease_of(journal)
    request_id = await journal.requests.ask(RequestKind.FILL, asked_by="anna@nvr-07", now=NOW, gap_id="gap_1")
    (request,) = await journal.requests.asked()
    assert (request.id, request.kind, request.gap_id, request.fill_id) == (request_id, RequestKind.FILL, "gap_1", None)
    assert (request.asked_by, request.asked_at, request.state) == ("anna@nvr-07", NOW, RequestState.ASKED)
    assert await LeasedJournal(journal, lease).requests.take(request_id)
    assert not await LeasedJournal(journal, lease).requests.take(request_id)
    assert await journal.requests.asked() == []
    await LeasedJournal(journal, lease).requests.end(request_id, RequestState.REFUSED, reason="no such gap", now=NOW)
    await LeasedJournal(journal, lease).requests.end(request_id, RequestState.DONE, reason="too late", now=NOW)
    answered = await journal.requests.get(request_id)
    assert answered is not None
    assert (answered.state, answered.reason) == (RequestState.REFUSED, "no such gap")
    assert await journal.requests.newest(5) == [answered]
    assert await journal.requests.get(99) is None


async def test_what_a_dead_worker_had_taken_is_asked_again_and_only_that(journal: Journal) -> None:
    lease = await lease_of(journal)
    taken, done = [await journal.requests.ask(RequestKind.FILL, asked_by="anna", now=NOW, gap_id=gap) for gap in "ab"]
    for request_id in (taken, done):
        assert await LeasedJournal(journal, lease).requests.take(request_id)
    await LeasedJournal(journal, lease).requests.end(done, RequestState.DONE, reason="", now=NOW)
    assert await claim(journal, is_dead=lambda *_: True) is not None
    assert [request.id for request in await journal.requests.asked()] == [taken]


async def test_the_newest_requests_come_first_and_not_too_many(journal: Journal) -> None:
    asked = [
        await journal.requests.ask(RequestKind.FILL, asked_by="anna", now=NOW, gap_id=f"gap_{i}") for i in range(5)
    ]
    assert [request.id for request in await journal.requests.newest(3)] == asked[:1:-1]
    assert [request.id for request in await journal.requests.asked()] == asked
