"""`anr-tui requests`."""

import asyncio

from anr_tui.domain.request import RequestKind, RequestState
from anr_tui.domain.timestamps import now_utc
from anr_tui.journal.journal import Journal
from anr_tui.journal.leased_journal import LeasedJournal
from tests.cli.command import Command
from tests.heldar_site import IDENTITY, HeldarSite, execute


async def answer(site: HeldarSite) -> None:
    journal = await Journal.open(site.journal)
    now = now_utc()
    asked = await journal.requests.ask(
        RequestKind.FILL, asked_by="anna@nvr-07", now=now, camera_id="gate", gap_id="gap_1"
    )
    lease = await journal.lease.claim(IDENTITY, now=now, expires_at=now, starts_paused=False, is_dead=lambda *_: True)
    assert lease is not None
    await LeasedJournal(journal, lease).requests.end(asked, RequestState.REFUSED, reason="It is too old.", now=now)
    await journal.requests.ask(RequestKind.CANCEL, asked_by="ben@desk", now=now, fill_id=7)
    await journal.close()


def test_requests_as_json(working_site: HeldarSite, run: Command) -> None:
    assert run("fill", "gap_1") == 0
    (request,) = run.json("requests")
    assert (request["kind"], request["gap_id"], request["state"], request["reason"]) == ("fill", "gap_1", "asked", "")
    assert run.json("status")["requests"] == [request]
    assert run("requests") == 0
    assert "  fill  gap_1  asked" in run.out.splitlines()[1]


def test_requests_are_listed_with_what_became_of_them(heldar_site: HeldarSite, run: Command) -> None:
    asyncio.run(answer(heldar_site))
    newer, older = run.json("requests")
    assert (older["kind"], older["gap_id"], older["camera_id"], older["asked_by"]) == (
        "fill",
        "gap_1",
        "gate",
        "anna@nvr-07",
    )
    assert (older["state"], older["reason"], newer["state"]) == ("refused", "It is too old.", "asked")
    columns = {row["name"] for row in execute(heldar_site.journal, "PRAGMA table_info(requests)")}
    assert set(newer) == columns
    assert run("requests") == 0
    assert "refused  It is too old." in run.out
    assert "fill 7" in run.out
