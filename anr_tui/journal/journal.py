"""The journal: fills, requests, workers, events, what was learned about cameras. Each part has a module of its own."""

from pathlib import Path
from typing import Self

from anr_tui.journal.storage.database_file import JournalFile
from anr_tui.journal.storage.schema import SCHEMA_VERSION
from anr_tui.journal.tables.camera_memory import CameraMemoryTable
from anr_tui.journal.tables.device_trust import DeviceTrustTable
from anr_tui.journal.tables.diagnoses import DiagnosisTable
from anr_tui.journal.tables.events import EventTable
from anr_tui.journal.tables.evidence_chain import EvidenceChainTable
from anr_tui.journal.tables.fills import FillProgress, FillTable
from anr_tui.journal.tables.lease import LeaseTable, WorkerIdentity
from anr_tui.journal.tables.queue import QueueTable
from anr_tui.journal.tables.requests import RequestTable

__all__ = ["SCHEMA_VERSION", "FillProgress", "Journal", "WorkerIdentity"]


class Journal:
    """An open journal, with an attribute for each part. Every failure is a JournalError that says what to do."""

    def __init__(self, file: JournalFile) -> None:
        self.file = file
        self.fills = FillTable(file)
        self.requests = RequestTable(file)
        self.events = EventTable(file)
        self.lease = LeaseTable(file)
        self.queue = QueueTable(file)
        self.camera_memory = CameraMemoryTable(file)
        self.diagnoses = DiagnosisTable(file)
        self.device_trust = DeviceTrustTable(file)
        self.evidence_chain = EvidenceChainTable(file)

    @classmethod
    async def open(cls, path: Path, *, is_read_only: bool = False) -> Self:
        """Open the journal, and create it (mode 0660) where there is none.

        With `is_read_only` nothing is written: where there is none, an empty journal in memory is used instead. Raises
        JournalError.
        """
        return cls(await JournalFile.open(path, is_read_only=is_read_only))

    @classmethod
    async def stand_in(cls, path: Path) -> Self:
        """An empty journal in memory, in place of one that does not exist at `path`."""
        return cls(await JournalFile.stand_in(path))

    @property
    def path(self) -> Path:
        """The path of the journal's file."""
        return self.file.path

    @property
    def is_stand_in(self) -> bool:
        """Whether this is an empty journal in memory, in place of one that does not exist."""
        return self.file.is_stand_in

    @property
    def is_outdated(self) -> bool:
        """Whether the journal must be opened again: it was closed, or another file is at its path."""
        return self.file.is_outdated

    async def data_version(self) -> int:
        """A number that changes when another process has changed the journal. Raises JournalError."""
        return await self.file.data_version()

    async def close(self) -> None:
        """Close the journal's file."""
        await self.file.close()
