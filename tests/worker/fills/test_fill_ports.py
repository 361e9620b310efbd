"""What a fill says is kept under the worker's lease, and counted once."""

import pytest

from anr_tui.domain.errors import LeaseLostError
from anr_tui.fill.land import LandedFile
from anr_tui.worker.fills.fill_ports import LeasedFillJournal
from tests.builders import FILL_WINDOW
from tests.worker.parts import WorkerParts

FILE = LandedFile(
    name="20260613_115000.mp4",
    window=FILL_WINDOW,
    asked=FILL_WINDOW,
    size_bytes=7,
    sha256="ab" * 32,
    source_url="rtsp://***@192.0.2.11/",
)


@pytest.fixture
async def journal(parts: WorkerParts) -> LeasedFillJournal:
    """The journal of a fill that runs."""
    parts.add_gap("gap_1")
    job = await parts.started("gap_1")
    return LeasedFillJournal(parts.context, parts.state, job.fill_id, "gate")


async def test_a_file_that_landed_is_evidence_and_counts(parts: WorkerParts, journal: LeasedFillJournal) -> None:
    await journal.note_landed(FILE)

    (record,) = await parts.journal.fills.landed("gap_1")
    assert (record.name, record.camera_id, record.window, record.size_bytes) == (FILE.name, "gate", FILL_WINDOW, 7)
    assert (parts.state.counters.recovered_s, parts.state.counters.recovered_bytes) == (FILL_WINDOW.seconds, 7)


async def test_a_name_is_known_of_its_own_camera_only(parts: WorkerParts, journal: LeasedFillJournal) -> None:
    await journal.note_landed(FILE)
    of_another = LeasedFillJournal(parts.context, parts.state, 1, "dock")

    assert await journal.has_noted(FILE.name)
    assert not await journal.has_noted("20260613_115001.mp4")
    assert not await of_another.has_noted(FILE.name)


async def test_a_worker_that_lost_the_site_is_told_and_counts_nothing(
    parts: WorkerParts, journal: LeasedFillJournal
) -> None:
    await journal.check_lease()
    await parts.lose_lease()

    with pytest.raises(LeaseLostError):
        await journal.check_lease()
    with pytest.raises(LeaseLostError):
        await journal.note_landed(FILE)
    assert parts.state.counters.recovered_s == 0
