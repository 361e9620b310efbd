"""The journal as the worker that holds the site's lease writes it."""

from pathlib import Path

from anr_tui.journal.journal import Journal
from anr_tui.journal.tables.camera_memory import LeasedCameraMemoryTable
from anr_tui.journal.tables.device_trust import LeasedDeviceTrustTable
from anr_tui.journal.tables.diagnoses import LeasedDiagnosisTable
from anr_tui.journal.tables.events import LeasedEventTable
from anr_tui.journal.tables.evidence_chain import EvidenceChainTable
from anr_tui.journal.tables.fills import LeasedFillTable
from anr_tui.journal.tables.lease import OwnLease
from anr_tui.journal.tables.pruning import Pruning
from anr_tui.journal.tables.queue import LeasedQueueTable
from anr_tui.journal.tables.requests import LeasedRequestTable


class LeasedJournal:
    """An open journal together with the site's lease, under which the worker writes.

    A write under a lost lease changes nothing; where its caller must know, it raises LeaseLostError. Events are the
    exception, because the last event of a worker says that it has lost the lease. `lease_id` is the worker's id.
    """

    def __init__(self, journal: Journal, lease_id: int) -> None:
        self.lease_id = lease_id
        self.file = journal.file
        self.lease = OwnLease(journal.file, lease_id, journal.lease.timer)
        self.fills = LeasedFillTable(journal.file, lease_id)
        self.requests = LeasedRequestTable(journal.file, lease_id)
        self.events = LeasedEventTable(journal.file, lease_id)
        self.queue = LeasedQueueTable(journal.file, lease_id)
        self.camera_memory = LeasedCameraMemoryTable(journal.file, lease_id)
        self.diagnoses = LeasedDiagnosisTable(journal.file, lease_id)
        self.device_trust = LeasedDeviceTrustTable(journal.file, lease_id)
        self.evidence_chain = EvidenceChainTable(journal.file)
        self.pruning = Pruning(journal.file, lease_id)

    @property
    def path(self) -> Path:
        """The path of the journal's file."""
        return self.file.path

    async def data_version(self) -> int:
        """A number that changes when another process has changed the journal. Raises JournalError."""
        return await self.file.data_version()
