"""What a worker does in the journal, for tests of what is seen of it."""

from datetime import timedelta

from anr_tui.domain.timestamps import now_utc
from anr_tui.journal.journal import Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.sites.open_site import open_site
from tests.heldar_site import IDENTITY, HeldarSite


async def lease_of(journal: Journal, lasts: timedelta = timedelta(seconds=10)) -> int:
    now = now_utc()
    lease = await journal.lease.claim(
        IDENTITY, now=now, expires_at=now + lasts, starts_paused=False, is_dead=lambda *_: True
    )
    assert lease is not None
    return lease


async def start_fill(heldar_site: HeldarSite, journal: Journal, lease: int) -> int:
    site = await open_site(heldar_site.settings())
    gap = await site.gaps.gap("gap_1")
    await site.close()
    assert gap is not None
    return await LeasedJournal(journal, lease).fills.start(gap, asked_by="sweep", now=now_utc())
