"""The snapshot that is shown: one frozen value of the site database and the journal, read at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from anr_tui.domain.fill import Fill
from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.fill_policy import FillPolicy, WaitReason
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.request import Request
from anr_tui.domain.window import Window
from anr_tui.journal.tables.rows import Event


class WorkerState(StrEnum):
    """The state of the worker, according to the journal."""

    NONE = "none"
    RUNNING = "running"
    PAUSED = "paused"
    HALTED = "halted"
    LOST = "lost"

    @property
    def is_alive(self) -> bool:
        """Whether a worker runs."""
        return self not in (WorkerState.NONE, WorkerState.LOST)


@dataclass(frozen=True, slots=True)
class WorkerRow:
    """The worker that holds the site's lease, and how long it means to run; without a worker only the state is set.

    `LOST` is a worker whose heartbeat stopped without an orderly end.
    """

    state: WorkerState
    user: str = ""
    host: str = ""
    pid: int = 0
    version: str = ""
    started_at: datetime | None = None
    # Every heartbeat changes it, which alone is no news: `state` tells whether it is recent.
    seen_at: datetime | None = field(default=None, compare=False)
    next_sweep_at: datetime | None = None
    is_late: bool = False
    lifetime: Lifetime | None = None


@dataclass(frozen=True, slots=True)
class CameraRow:
    """One camera: its state at the recorder, and the counts of its gaps. `missing_s` are those pending and failed.

    `device` is `host:port` without a login, "" where the camera's row names none. `speed` was measured last, in times
    real time; 0 where it never was. `set_aside_why` is the outcome for which the sweep skips the camera, until
    `next_try_at`, or until a person acts where that is None.

    Its pictures are `shift_s` seconds later than the moment asked for, as `shift_shown_by` showed at `shift_found_at`;
    `shift_words` say so, "" where there is no such shift.
    """

    id: str
    name: str
    vendor: str
    state: str
    anr_enabled: bool
    has_replay: bool
    pending: int
    failed: int
    filled: int
    filling: int
    missing_s: float
    next_try_at: datetime | None = None
    set_aside_why: Outcome | None = None
    retention_hours: int = 0
    device: str = ""
    speed: float = 0.0
    shift_s: float = 0.0
    shift_shown_by: str = ""
    shift_found_at: datetime | None = None
    shift_words: str = ""

    @property
    def set_aside_words(self) -> str:
        """The reason in words for which the sweep skips the camera; "" where it does not."""
        return self.set_aside_why.words if self.set_aside_why else ""


@dataclass(frozen=True, slots=True)
class GapRow:
    """One recording gap with its running fill, or else its last one.

    `is_lost` says that the fill never ended and its worker is gone; `asked_by` is who asked for the gap, while the
    request waits; `stuck` is the reason for which no sweep will take the gap until a person acts, "" where one may.
    """

    gap: RecordingGap
    camera_name: str
    fill: Fill | None
    is_lost: bool = False
    asked_by: str = ""
    stuck: str = ""

    @property
    def id(self) -> str:
        """The id of the row."""
        return self.gap.id

    @property
    def window(self) -> Window:
        """The window of the gap."""
        return self.gap.window

    @property
    def is_filling(self) -> bool:
        """Whether a fill of this gap runs now."""
        return self.fill is not None and self.fill.outcome is None and not self.is_lost

    @property
    def is_missing(self) -> bool:
        """Whether the seconds of the gap count as missing."""
        return self.gap.fill_state is not FillState.FILLED


@dataclass(frozen=True, slots=True)
class FillRow:
    """One fill, with its camera's name. `left_s` are the wall-clock seconds to its end, None if unknown.

    `is_lost` says that it never ended and its worker is gone.
    """

    fill: Fill
    camera_name: str
    left_s: float | None
    is_lost: bool = False

    @property
    def is_running(self) -> bool:
        """Whether the fill runs now."""
        return self.fill.outcome is None and not self.is_lost

    @property
    def share(self) -> float:
        """The share of the wanted footage that has arrived, from 0 to 1."""
        return min(1.0, self.fill.got_s / self.fill.wanted_s) if self.fill.wanted_s > 0 else 0.0


@dataclass(frozen=True, slots=True)
class QueuedRow:
    """A gap that waits: its place in the queue, and the reason.

    `behind` is the id of the fill that it waits for, `until` the time at which the reason ends, `more` further words;
    each only where it is known. `requests` are the open requests for its fill, oldest first; without any, a sweep takes
    it.
    """

    gap: RecordingGap
    camera_name: str
    place: int
    why: WaitReason
    until: datetime | None = None
    behind: int | None = None
    more: str = ""
    requests: tuple[Request, ...] = ()

    @property
    def asked_by(self) -> str:
        """The user who asked for the gap first, "" where nobody did."""
        return self.requests[0].asked_by if self.requests else ""


@dataclass(frozen=True, slots=True)
class Queue:
    """The first gaps that wait, in the order in which they are taken, and the number of the others."""

    rows: tuple[QueuedRow, ...] = ()
    more: int = 0

    @property
    def total(self) -> int:
        """The number of gaps that wait."""
        return len(self.rows) + self.more


@dataclass(frozen=True, slots=True)
class Cap:
    """The worker's bandwidth caps for the site and for each camera, in bits per second, with the ends of both.

    None is no cap, 0 a halt; a cap without an end holds for good.
    """

    rate: int | None = None
    until: datetime | None = None
    camera_rate: int | None = None
    camera_until: datetime | None = None

    @property
    def is_closed(self) -> bool:
        """Whether nothing may be fetched."""
        return self.rate == 0 or self.camera_rate == 0


@dataclass(frozen=True, slots=True)
class Timeline:
    """The data for the coverage strips of the last `span`, by camera id.

    `recorded` are the windows, without overlap, that the recorder held at `read_at` (None: not read yet); a camera that
    it does not name is unknown.
    """

    span: timedelta
    read_at: datetime | None = None
    recorded: Mapping[str, tuple[Window, ...]] = field(default_factory=dict)
    # The snapshot has all of them anyway, so a change here alone is no news.
    gaps: Mapping[str, tuple[GapRow, ...]] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Totals:
    """The counts of the site's gaps by state, and the missing footage in seconds."""

    gaps: int = 0
    pending: int = 0
    failed: int = 0
    filled: int = 0
    missing_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that is shown of a site at one moment.

    `version` grows with each snapshot that differs from the one before. `fills` are the running ones, then the newest
    ended ones; `events` are newest first. `problem` is a sentence for the operator while something cannot be read (the
    rest is then as last read), else "". `disk_free_bytes` is None where the recordings directory cannot be read.
    `waiting` are all requests that no worker has taken, oldest first. `timeline` is present only if asked for, since it
    costs the most to read.
    `time_zone` is the name of the site's zone, "" if unknown. `queue` are the gaps that wait to be filled, `cap` is the
    worker's bandwidth cap. `policy` is the one in force: the worker's, not that of this process.
    """

    version: int
    read_at: datetime
    database: Path
    worker: WorkerRow
    cameras: tuple[CameraRow, ...]
    gaps: tuple[GapRow, ...]
    fills: tuple[FillRow, ...]
    requests: tuple[Request, ...]
    totals: Totals
    disk_free_bytes: int | None
    problem: str = ""
    events: tuple[Event, ...] = ()
    waiting: tuple[Request, ...] = ()
    has_journal: bool = True
    timeline: Timeline | None = None
    time_zone: str = ""
    queue: Queue = Queue()
    cap: Cap = Cap()
    policy: FillPolicy = field(default_factory=FillPolicy)


@dataclass(frozen=True, slots=True)
class UrlPreview:
    """The replay URL of a gap and the equivalent ffmpeg command line.

    Both contain the password only if `is_revealed`; otherwise secrets are masked. `note` is a sentence where they ask
    for another time than that of the gap.
    """

    url: str
    command: str
    is_revealed: bool
    note: str = ""
