"""The journal: fills, requests, workers, events, what was learned about a camera. Each part has a module of its own."""

from anr_tui.journal.checks import CheckTable
from anr_tui.journal.events import EventTable
from anr_tui.journal.fills import FillProgress, FillTable
from anr_tui.journal.lease import LeaseTable, WorkerIdentity
from anr_tui.journal.memory import MemoryTable
from anr_tui.journal.queue import QueueTable
from anr_tui.journal.requests import RequestTable
from anr_tui.journal.shape import SCHEMA_VERSION
from anr_tui.journal.upkeep import UpkeepTable

__all__ = ["SCHEMA_VERSION", "FillProgress", "Journal", "WorkerIdentity"]


class Journal(LeaseTable, RequestTable, QueueTable, FillTable, MemoryTable, EventTable, CheckTable, UpkeepTable):
    """An open journal. Every failure is a JournalError that says what to do."""
