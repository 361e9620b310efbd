"""What people are shown: one frozen snapshot of the site database and the journal, read in one go."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from anr_tui.domain.fill import Fill
from anr_tui.domain.fill_policy import FillPolicy, WaitReason
from anr_tui.domain.gap import FillState, RecordingGap
from anr_tui.domain.lifetime import Lifetime
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.request import Request
from anr_tui.domain.window import Window
from anr_tui.journal.tables.rows import Event


class WorkerState(StrEnum):
    """The state of the worker, from what the journal holds."""

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
    """Who holds the site's lease, and how long it means to stay; without a worker, nothing but that.

    `LOST` is a worker whose heartbeat stopped without a farewell.
    """

    state: WorkerState
    user: str = ""
    host: str = ""
    pid: int = 0
    version: str = ""
    started_at: datetime | None = None
    # Every heartbeat moves it, so it alone is no news; how fresh it is, the state says.
    seen_at: datetime | None = field(default=None, compare=False)
    next_sweep_at: datetime | None = None
    is_late: bool = False
    lifetime: Lifetime | None = None


@dataclass(frozen=True, slots=True)
class CameraRow:
    """One camera: the recorder's view of it and its gaps. `missing_s` counts pending and failed gaps.

    `device` is `host:port` without a login, "" where its row names none. `speed` is what was last measured, x real
    time; 0 where nothing was. `set_aside_why` is the outcome for which the sweep leaves it alone, until `next_try_at`
    or, where that is None, until a person acts.
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

    @property
    def set_aside_words(self) -> str:
        """Why the sweep leaves it alone, as people read it; "" where it does not."""
        return self.set_aside_why.words if self.set_aside_why else ""


@dataclass(frozen=True, slots=True)
class GapRow:
    """One recording gap with its running fill, else its last one.

    `is_lost`: the fill never ended, and its worker is gone. `asked_by` is who asked for the gap, while that waits.
    `stuck` is why no sweep will ever take it as things are, "" where one may.
    """

    gap: RecordingGap
    camera_name: str
    fill: Fill | None
    is_lost: bool = False
    asked_by: str = ""
    stuck: str = ""

    @property
    def id(self) -> str:
        return self.gap.id

    @property
    def window(self) -> Window:
        return self.gap.window

    @property
    def is_filling(self) -> bool:
        """Whether a fill of this gap runs now."""
        return self.fill is not None and self.fill.outcome is None and not self.is_lost

    @property
    def is_missing(self) -> bool:
        """Whether its seconds still count as missing."""
        return self.gap.fill_state is not FillState.FILLED


@dataclass(frozen=True, slots=True)
class FillRow:
    """One fill, with its camera's name. `left_s` is wall-clock seconds to go, None where nobody knows.

    `is_lost`: it never ended, and its worker is gone.
    """

    fill: Fill
    camera_name: str
    left_s: float | None
    is_lost: bool = False

    @property
    def is_running(self) -> bool:
        return self.fill.outcome is None and not self.is_lost

    @property
    def share(self) -> float:
        """How much of the wanted media has arrived, 0 to 1."""
        return min(1.0, self.fill.got_s / self.fill.wanted_s) if self.fill.wanted_s > 0 else 0.0


@dataclass(frozen=True, slots=True)
class QueuedRow:
    """A gap that waits, at which place in the queue, and why.

    `behind` is the fill that it waits for, `until` when the reason ends, `more` what else there is to say of it; each
    only where it is known. `requests` are the open ones for its fill, oldest first; none: the sweep's turn comes.
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
        """Who asked for it first, "" where nobody did."""
        return self.requests[0].asked_by if self.requests else ""


@dataclass(frozen=True, slots=True)
class Queue:
    """The first gaps that wait, in the order in which they are taken, and how many more there are."""

    rows: tuple[QueuedRow, ...] = ()
    more: int = 0

    @property
    def total(self) -> int:
        """How many gaps wait."""
        return len(self.rows) + self.more


@dataclass(frozen=True, slots=True)
class Cap:
    """The worker's caps on bandwidth, for the site and for each camera, in bits per second, and until when they hold.

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
    """What the cameras' coverage strips of the last `span` are drawn from, by camera id.

    `recorded` is what the recorder held at `read_at` (None: not read yet), in windows that do not overlap; a camera
    that it does not name is unknown.
    """

    span: timedelta
    read_at: datetime | None = None
    recorded: Mapping[str, tuple[Window, ...]] = field(default_factory=dict)
    # All of them are in the snapshot too, so they alone are no news.
    gaps: Mapping[str, tuple[GapRow, ...]] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Totals:
    """The site in five numbers; seconds of footage."""

    gaps: int = 0
    pending: int = 0
    failed: int = 0
    filled: int = 0
    missing_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything on the screen at one moment.

    `version` grows with each snapshot that differs from the one before. `fills` are the running ones, then the
    newest ended ones; `events` are the newest, newest first. `problem` is a sentence for the operator while something
    cannot be read (the rest is then what was last seen), else "". `disk_free_bytes` is None where the recordings
    directory cannot be looked at. `waiting` are all requests that no worker has taken, oldest first. `timeline` is
    there only for who asked for it: it costs the most to read.
    `time_zone` is the site's by name, "" where that is not known. `queue` is what waits to be filled, `cap` what the
    worker may use of the line. `policy` is the one in force: it is the worker's, not that of who looks on.
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
    """How a gap would be asked for: the replay URL and the equivalent ffmpeg command line.

    Both hold the password only if `is_revealed`; else secrets are masked.
    """

    url: str
    command: str
    is_revealed: bool
