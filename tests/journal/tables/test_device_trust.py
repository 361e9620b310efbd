"""What devices were trusted by: kept for each camera and device, until a person says otherwise."""

from pathlib import Path

import pytest

from anr_tui.domain.errors import LeaseLostError
from anr_tui.journal.journal import Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.journal.tables.device_trust import TrustedBy
from tests.heldar_site import execute
from tests.journal.builders import NOW, lease_of


async def test_it_is_remembered_for_a_camera_and_its_device_until_it_is_forgotten(journal: Journal) -> None:
    leased = LeasedJournal(journal, await lease_of(journal))
    assert await journal.device_trust.of("gate", "cam:322") == TrustedBy(0, "")
    for by in (TrustedBy(2, ""), TrustedBy(2, "ab")):
        await leased.device_trust.note("gate", "cam:322", by, at=NOW)
        assert await journal.device_trust.of("gate", "cam:322") == by
    assert await journal.device_trust.of("gate", "other:322") == TrustedBy()
    assert await journal.device_trust.of("dock", "cam:322") == TrustedBy()

    assert await journal.device_trust.forget("gate") == 1
    assert await journal.device_trust.of("gate", "cam:322") == TrustedBy()


async def test_a_worker_that_lost_the_lease_notes_nothing(journal: Journal, path: Path) -> None:
    leased = LeasedJournal(journal, await lease_of(journal))
    execute(path, "UPDATE lease SET worker_id = 99")
    with pytest.raises(LeaseLostError):
        await leased.device_trust.note("gate", "cam:322", TrustedBy(1, ""), at=NOW)
