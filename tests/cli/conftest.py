"""What the tests of the commands share: the command line, and a watch over all that it prints."""

import asyncio
import base64
from collections.abc import Iterator
from datetime import timedelta

import pytest

from anr_tui.domain.fill import Phase
from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.timestamps import now_utc
from anr_tui.journal.journal import FillProgress, Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.sites.open_site import open_site
from tests.cli.command import Command, StatusMessage
from tests.heldar_site import IDENTITY, PASSWORD, TEMPLATE_PASSWORD, HeldarSite, execute


@pytest.fixture(autouse=True)
def no_password_in_any_output(capfd: pytest.CaptureFixture[str]) -> Iterator[StatusMessage]:
    """Whatever a test runs, neither password may be in what it printed, unless the test says that it asked for it."""
    said = StatusMessage(capfd)
    yield said
    said.read()
    if not said.is_revealed:
        for secret in (PASSWORD, TEMPLATE_PASSWORD):
            assert secret not in said.all
            assert base64.b64encode(secret.encode()).decode() not in said.all


@pytest.fixture
def run(heldar_site: HeldarSite, no_password_in_any_output: StatusMessage) -> Command:
    return Command(heldar_site, no_password_in_any_output)


@pytest.fixture
def working_site(heldar_site: HeldarSite) -> HeldarSite:
    """A site with gaps in all states, a worker that lives, a running and an ended fill."""
    heldar_site.add_gap("gap_1")
    heldar_site.add_gap(
        "gap_2", "dock", fill_state="failed", fill_attempts=3, last_attempt_at="2026-06-13T11:30:00.5+00:00"
    )
    heldar_site.add_gap(
        "gap_3", gap_start="2026-06-13T09:00:00+00:00", fill_state="filled", filled_at="2026-06-13T11:31:00+00:00"
    )
    asyncio.run(work_on(heldar_site))
    return heldar_site


async def work_on(heldar_site: HeldarSite) -> None:
    site, journal = await open_site(heldar_site.settings()), await Journal.open(heldar_site.journal)
    now = now_utc()
    lease = await journal.lease.claim(
        IDENTITY, now=now, expires_at=now + timedelta(minutes=1), starts_paused=False, is_dead=lambda *_: True
    )
    assert lease is not None
    gaps: dict[str, RecordingGap] = {gap.id: gap for gap in (await site.gaps.all()).good}
    assert gaps["gap_2"].fill_state is FillState.FAILED
    ended = await LeasedJournal(journal, lease).fills.start(gaps["gap_2"], asked_by="sweep", now=now)
    await LeasedJournal(journal, lease).fills.end(ended, FillProgress(), Outcome.NO_FOOTAGE, reason="404", now=now)
    running = await LeasedJournal(journal, lease).fills.start(gaps["gap_1"], asked_by="anna@nvr-07", now=now)
    progress = FillProgress(Phase.FETCHING, wanted_s=600, got_s=150, size_bytes=7_000_000, speed=30, pieces=2)
    await LeasedJournal(journal, lease).fills.note_progress(running, progress)
    await journal.close()
    await site.close()


@pytest.fixture
def reported_site(working_site: HeldarSite) -> HeldarSite:
    """The site with three gaps of a morning, two minutes of one of them landed."""
    execute(
        working_site.journal,
        "INSERT INTO landed_files (fill_id, camera_id, name, start_time, end_time, asked_start, asked_end, size_bytes,"
        " sha256, source_url, ffmpeg_version, landed_at) VALUES (2, 'gate', 'x.mp4', ?, ?, ?, ?, 5000, '', '', '', ?)",
        *("2026-06-13T11:01:00.5+00:00", "2026-06-13T11:03:00.500+00:00") * 2,
        "2026-06-13T11:03:00+00:00",
    )
    return working_site
