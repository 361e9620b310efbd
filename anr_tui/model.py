"""The words everyone speaks: camera, recording gap, fill, outcome, request. No I/O."""

import difflib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pydantic import SecretStr

from anr_tui.windows import Window


class FillState(StrEnum):
    """`recording_gaps.fill_state` in the site database."""

    PENDING = "pending"
    FILLED = "filled"
    FAILED = "failed"


class Outcome(StrEnum):
    """How a fill ended, as the journal and JSON say it."""

    FILLED = "filled"
    PARTLY_FILLED = "partly_filled"
    NO_FOOTAGE = "no_footage"
    CAMERA_BUSY = "camera_busy"
    UNREACHABLE = "unreachable"
    LOGIN_REFUSED = "login_refused"
    NOT_UNDERSTOOD = "not_understood"
    DISK_FULL = "disk_full"
    STOPPED = "stopped"
    TIMED_OUT = "timed_out"
    TOO_OLD = "too_old"
    INTERRUPTED = "interrupted"

    @property
    def words(self) -> str:
        """The outcome as a person reads it."""
        return _WORDS[self]

    @property
    def counts_as_attempt(self) -> bool:
        """Whether it uses up one of the gap's attempts."""
        return self in _COUNTED


_WORDS = {
    Outcome.FILLED: "filled",
    Outcome.PARTLY_FILLED: "partly filled",
    Outcome.NO_FOOTAGE: "no footage on the camera",
    Outcome.CAMERA_BUSY: "camera busy",
    Outcome.UNREACHABLE: "unreachable",
    Outcome.LOGIN_REFUSED: "login refused",
    Outcome.NOT_UNDERSTOOD: "not understood",
    Outcome.DISK_FULL: "disk full or not writable",
    Outcome.STOPPED: "stopped",
    Outcome.TIMED_OUT: "timed out",
    Outcome.TOO_OLD: "too old",
    Outcome.INTERRUPTED: "interrupted",
}
_COUNTED = {
    Outcome.FILLED,
    Outcome.PARTLY_FILLED,
    Outcome.NO_FOOTAGE,
    Outcome.NOT_UNDERSTOOD,
    Outcome.TIMED_OUT,
}


class Phase(StrEnum):
    """Where a fill is right now."""

    PLANNING = "planning"
    FETCHING = "fetching"
    VERIFYING = "verifying"
    LANDING = "landing"
    RESTING = "resting"
    ENDED = "ended"


class RequestKind(StrEnum):
    """What a person can ask of the worker."""

    FILL = "fill"
    RETRY = "retry"
    CANCEL = "cancel"
    FIRST = "first"
    PAUSE = "pause"
    RESUME = "resume"
    SWEEP = "sweep"
    HALT = "halt"
    GO_ON = "go_on"
    END = "end"
    DRAIN = "drain"
    STAY = "stay"
    DIAGNOSE = "diagnose"

    @property
    def is_about_gap(self) -> bool:
        """Whether it is about one gap or fill, and not about the worker itself."""
        return self in (RequestKind.FILL, RequestKind.RETRY, RequestKind.CANCEL, RequestKind.FIRST)


class Lifetime(StrEnum):
    """How long a worker means to stay."""

    SERVICE = "service"
    CONSOLES = "consoles"
    STAY = "stay"


class EventKind(StrEnum):
    """What happened, in a word: the same in the journal, in JSON, for the hook and on the screen (docs/events.md)."""

    WORKER_STARTED = "worker_started"
    WORKER_TOOK_OVER = "worker_took_over"
    WORKER_ENDED = "worker_ended"
    PAUSED = "paused"
    RESUMED = "resumed"
    HALTED = "halted"
    WENT_ON = "went_on"
    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    FILL_STARTED = "fill_started"
    FILL_ENDED = "fill_ended"
    GAP_FILLED = "gap_filled"
    GAP_FAILED = "gap_failed"
    CAMERA_SET_ASIDE = "camera_set_aside"
    CAMERA_BACK = "camera_back"
    ALARM = "alarm"
    ALARM_OVER = "alarm_over"
    CAMERA_ADDED = "camera_added"
    CAMERA_CHANGED = "camera_changed"
    URL_REVEALED = "url_revealed"
    JOURNAL_SET_ASIDE = "journal_set_aside"


def parse_event_kinds(text: str) -> frozenset[EventKind]:
    """Read kinds of events with commas between them. Raises ValueError, in a sentence with the nearest, for others."""
    words = [word.strip() for word in text.split(",")]
    for word in filter(None, words):
        if word not in set(EventKind):
            near = difflib.get_close_matches(word, list(EventKind), n=1, cutoff=0.5)
            guess = f"did you mean {near[0]}" if near else f"there are {', '.join(EventKind)}"
            raise ValueError(f"there is no kind of event {word[:40]!r} ({guess})")
    return frozenset(EventKind(word) for word in words if word)


class RequestState(StrEnum):
    """What became of a request."""

    ASKED = "asked"
    TAKEN = "taken"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self not in (RequestState.ASKED, RequestState.TAKEN)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked: of the worker itself, or about a gap or a fill."""

    kind: RequestKind
    gap_id: str | None = None
    fill_id: int | None = None
    camera_id: str | None = None


@dataclass(frozen=True, slots=True)
class Camera:
    """A row of `cameras`, with the state the recorder last noted. Secrets may still be sealed (`enc:v1:`)."""

    id: str
    name: str
    vendor: str
    address: str | None
    rtsp_port: int
    username: str | None
    password: SecretStr | None
    record_stream: str
    record_audio: bool
    retention_hours: int
    segment_seconds: int
    anr_enabled: bool
    replay_url_template: SecretStr | None
    state: str
    updated_at: str = ""


@dataclass(frozen=True, slots=True)
class RecordingGap:
    """A row of `recording_gaps`. Times are cut to the microsecond; `gap_seconds` is as the recorder wrote it."""

    id: str
    camera_id: str
    window: Window
    gap_seconds: int
    fill_state: FillState
    fill_attempts: int
    last_attempt_at: datetime | None
    filled_at: datetime | None


@dataclass(frozen=True, slots=True)
class GapCount:
    """A camera's gaps of one state, which need not be one that we know; `seconds` as the recorder wrote them."""

    camera_id: str
    fill_state: str
    gaps: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Fill:
    """The work on one gap, once: a row of the journal's `fills`. Lengths in seconds of media."""

    id: int
    gap_id: str
    camera_id: str
    window: Window
    phase: Phase
    outcome: Outcome | None
    reason: str
    asked_by: str
    started_at: datetime
    ended_at: datetime | None
    wanted_s: float
    got_s: float
    size_bytes: int
    speed: float
    pieces: int
    pieces_landed: int
    log_name: str


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asked: a row of the journal's `requests`."""

    id: int
    kind: RequestKind
    gap_id: str | None
    fill_id: int | None
    asked_by: str
    asked_at: datetime
    state: RequestState
    reason: str
    camera_id: str | None = None
    ended_at: datetime | None = None
