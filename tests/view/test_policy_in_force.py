"""A worker with other settings than those who look on: what they see of the site goes by the worker's."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import Any

import pytest
import time_machine

from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.fill_policy import FillPolicy
from anr_tui.domain.timestamps import format_stamp
from anr_tui.journal.journal import FillProgress, Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.sites.open_site import open_site
from anr_tui.view.gap.detail import GapDetail
from anr_tui.view.policy_in_force import policy_in_force
from anr_tui.view.reports.backlog import LeftOut
from anr_tui.view.reports.stats import Stats
from anr_tui.view.reports.status import oldest_missing
from anr_tui.view.site_reader import SiteReader
from anr_tui.view.snapshot.snapshot import Snapshot
from tests.builders import WORKER_RECORD
from tests.heldar_site import IDENTITY, NOW, HeldarSite


@dataclass(frozen=True, slots=True)
class Seen:
    """One site as it is seen at `NOW`."""

    snapshot: Snapshot
    stats: Stats
    details: dict[str, GapDetail]

    @property
    def queued(self) -> list[str]:
        return [row.gap.id for row in self.snapshot.queue.rows]


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def site(heldar_site: HeldarSite) -> HeldarSite:
    """A gap of 30 hours ago, and one that was tried four times; the site keeps footage for long enough."""
    heldar_site.execute("UPDATE cameras SET retention_hours = 1000")
    start = NOW - timedelta(hours=30)
    end = start + timedelta(minutes=10)
    heldar_site.add_gap("gap_old", "gate", gap_start=format_stamp(start), gap_end=format_stamp(end))
    heldar_site.add_gap("gap_tried", "dock", fill_attempts=4)
    return heldar_site


def see(site: HeldarSite, **settings: Any) -> Seen:
    """Look at a site whose worker runs under these settings; who looks has none of them."""
    return asyncio.run(_see(site, site.settings(**settings).fill_policy))


async def _see(site: HeldarSite, policy: FillPolicy) -> Seen:
    await _work(site, policy)
    view = await SiteReader.open(site.settings(), is_read_only=True)
    try:
        snapshot = await view.look()
        details = {row.id: await view.lookups.gap_detail(row.id) for row in snapshot.gaps}
        return Seen(snapshot, await view.stats(UTC, 2), details)
    finally:
        await view.close()


async def _work(site: HeldarSite, policy: FillPolicy) -> None:
    """A worker that notes its policy, and one fill of each camera, so that speeds are known."""
    database, journal = await open_site(site.settings()), await Journal.open(site.journal)
    lease = await journal.lease.claim(
        IDENTITY, now=NOW, expires_at=NOW + timedelta(minutes=1), starts_paused=False, is_dead=lambda *_: True
    )
    assert lease is not None
    await LeasedJournal(journal, lease).queue.note_policy(policy)
    for gap in (await database.gaps.all()).good:
        fill = await LeasedJournal(journal, lease).fills.start(gap, asked_by="sweep", now=NOW - timedelta(minutes=1))
        progress = FillProgress(wanted_s=600, got_s=60, speed=1)
        await LeasedJournal(journal, lease).fills.end(fill, progress, Outcome.PARTLY_FILLED, reason="", now=NOW)
    await journal.close()
    await database.close()


def test_the_queue_and_the_details_go_by_the_workers_policy(site: HeldarSite) -> None:
    seen = see(site, heldar_anr_max_gap_hours=100, heldar_anr_max_attempts=10)

    assert seen.queued == ["gap_tried", "gap_old"]
    assert {detail.row.stuck for detail in seen.details.values()} == {""}
    assert {row.stuck for row in seen.snapshot.gaps} == {""}


def test_under_the_same_policy_all_agree(site: HeldarSite) -> None:
    seen = see(site)

    assert seen.queued == []
    assert seen.details["gap_old"].row.stuck != ""
    assert seen.stats.backlog.tasks == ()
    assert set(seen.stats.backlog.left_out) == {LeftOut.TOO_OLD, LeftOut.FAILED}


def test_the_backlog_is_what_waits_where_the_worker_takes_older_gaps(site: HeldarSite) -> None:
    seen = see(site, heldar_anr_max_gap_hours=100)

    assert seen.queued == ["gap_old"]
    assert {task.camera_id for task in seen.stats.backlog.tasks} == {"gate"}


def test_the_backlog_is_what_waits_where_the_worker_tries_more_often(site: HeldarSite) -> None:
    seen = see(site, heldar_anr_max_attempts=10)

    assert seen.queued == ["gap_tried"]
    assert {task.camera_id for task in seen.stats.backlog.tasks} == {"dock"}


def test_the_forecast_goes_by_how_many_fills_the_worker_runs_at_once(site: HeldarSite) -> None:
    site.execute("UPDATE recording_gaps SET fill_attempts = 0")
    site.execute("UPDATE recording_gaps SET gap_start = ?, gap_end = ?", *_an_hour_ago())

    at_once = see(site).stats.forecast.takes_s
    one_by_one = see(site, anr_max_fills=1).stats.forecast.takes_s

    assert at_once is not None
    assert one_by_one == pytest.approx(2 * at_once, rel=0.1)


def test_the_forecast_goes_by_how_long_the_worker_rests_between_two_sessions(site: HeldarSite) -> None:
    site.execute("UPDATE recording_gaps SET fill_attempts = 0 WHERE id = 'gap_tried'")

    at_once = see(site, anr_rest_s=0).stats.forecast.takes_s
    rested = see(site, anr_rest_s=500).stats.forecast.takes_s

    assert at_once is not None
    assert rested == pytest.approx(at_once + 500, rel=0.1)


def test_the_status_goes_by_how_long_the_worker_knows_the_cards_to_keep_footage(site: HeldarSite) -> None:
    assert _first_kept(see(site)) == "gap_old"
    assert _first_kept(see(site, anr_card_hours=10)) == "gap_tried"


def test_the_pieces_of_a_gap_are_those_that_the_worker_asks_for(site: HeldarSite) -> None:
    pieces = see(site, anr_piece_s=60).details["gap_old"].pieces

    assert {piece.window.seconds for piece in pieces} == {60}


def test_where_no_worker_noted_a_policy_who_looks_on_goes_by_its_own(site: HeldarSite) -> None:
    own = FillPolicy(max_age_hours=100)
    noted = FillPolicy(max_age_hours=1)

    assert policy_in_force(None, own) is own
    assert policy_in_force(replace(WORKER_RECORD, policy=None), own) is own
    assert policy_in_force(replace(WORKER_RECORD, policy=noted), own) is noted


def _first_kept(seen: Seen) -> str:
    missing = oldest_missing(seen.snapshot, seen.snapshot.policy.card_hours)
    assert missing is not None
    return missing.row.id


def _an_hour_ago() -> tuple[str, str]:
    return format_stamp(NOW - timedelta(hours=1)), format_stamp(NOW - timedelta(minutes=50))
