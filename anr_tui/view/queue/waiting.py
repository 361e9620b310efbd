"""The input of the queue: the site's gaps, the worker's queue, and the open requests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from anr_tui.domain.camera import Camera
from anr_tui.domain.fill import Fill
from anr_tui.domain.gap import RecordingGap
from anr_tui.domain.policy.fill_policy import FillPolicy
from anr_tui.domain.request import Request
from anr_tui.journal.tables.queue import QueueEntry
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.view.snapshot.snapshot import Cap, WorkerState


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the queue is made from; gaps come newest first, as the site lists them.

    `entries` is the worker's queue by gap id, `requests` are the open requests, oldest first.
    """

    cameras: Sequence[Camera]
    gaps: Sequence[RecordingGap]
    running: Sequence[Fill]
    requests: Sequence[Request]
    entries: Mapping[str, QueueEntry]
    memories: Mapping[str, CameraMemory]
    policy: FillPolicy
    worker_state: WorkerState
    next_sweep_at: datetime | None = None
    cap: Cap = field(default_factory=Cap)
    is_disk_low: bool = False
