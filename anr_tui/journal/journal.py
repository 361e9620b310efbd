"""The journal: fills, requests, workers, events, what was learned about a camera. Each part has a module of its own."""

from anr_tui.journal.storage.schema import SCHEMA_VERSION
from anr_tui.journal.tables.camera_memory import CameraMemoryTable
from anr_tui.journal.tables.diagnoses import DiagnosisTable
from anr_tui.journal.tables.events import EventTable
from anr_tui.journal.tables.fills import FillProgress, FillTable
from anr_tui.journal.tables.lease import LeaseTable, WorkerIdentity
from anr_tui.journal.tables.pruning import PruningTable
from anr_tui.journal.tables.queue import QueueTable
from anr_tui.journal.tables.requests import RequestTable

__all__ = ["SCHEMA_VERSION", "FillProgress", "Journal", "WorkerIdentity"]


class Journal(
    LeaseTable, RequestTable, QueueTable, FillTable, CameraMemoryTable, EventTable, DiagnosisTable, PruningTable
):
    """An open journal. Every failure is a JournalError that says what to do."""
