"""Conversion of the journal's rows to values. The functions raise ValueError for a row that cannot be used."""

import math
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from anr_tui.domain.camera import Camera
from anr_tui.domain.diagnosis import Check, CheckKind, CheckMark
from anr_tui.domain.evidence.clock_evidence import NO_CLOCKS, ClockEvidence
from anr_tui.domain.evidence.picture_verdict import PictureVerdict
from anr_tui.domain.evidence.time_proof import TimeProof
from anr_tui.domain.fill import Fill, Phase
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.fill_policy import FillPolicy
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.request import Request, RequestKind, RequestState
from anr_tui.domain.timestamps import parse_stamp
from anr_tui.domain.window import Window
from anr_tui.platform.text import duration


@dataclass(frozen=True, slots=True)
class WorkerRecord:
    """A worker that holds or held the lease; `lease_expires_at` is None where it does not hold it."""

    id: int
    user: str
    host: str
    pid: int
    birth: str
    version: str
    started_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    paused: bool
    next_sweep_at: datetime | None
    lease_expires_at: datetime | None
    halted: bool = False
    lifetime: Lifetime = Lifetime.SERVICE
    policy: FillPolicy | None = None


@dataclass(frozen=True, slots=True)
class LandedRecord:
    """The evidence of a file that a fill put on disk, as it was then.

    `window` is what the file covers, `asked` the window that the camera was asked for, `source_url` the masked URL.
    `proof` is how well its time is known, `shown_by` a sentence that says by what.
    `pictures`: whether they can be seen, None where that was not looked at. `clocks`: what clocks showed meanwhile.
    """

    name: str
    window: Window
    asked: Window
    size_bytes: int
    sha256: str
    source_url: str
    ffmpeg_version: str
    fill_id: int = 0
    gap_id: str = ""
    camera_id: str = ""
    asked_by: str = ""
    landed_at: datetime | None = None
    id: int = field(default=0, compare=False)
    proof: TimeProof = TimeProof.UNKNOWN
    shown_by: str = ""
    pictures: PictureVerdict | None = None
    clocks: ClockEvidence = NO_CLOCKS


@dataclass(frozen=True, slots=True)
class FillPace:
    """The speed of a fill: `speed` in times real time while it fetched, and `got_s` seconds of footage in `took_s`."""

    camera_id: str
    ended_at: datetime
    speed: float
    got_s: float
    took_s: float
    size_bytes: int


@dataclass(frozen=True, slots=True)
class CameraMemory:
    """What was learned about a camera.

    `set_aside_why` is the outcome for which the sweep leaves it alone, until `set_aside_until` or, where that is None,
    until its row has another `updated_at` than `set_aside_row`. `failures` counts consecutive failures, `speed` is in
    times real time. `shift_s`: how many seconds later than the moment asked for its pictures are, as `shift_shown_by`
    showed at `shift_found_at`. `zones_tried_at`: when it was last asked by zones for want of footage.
    """

    camera_id: str
    full_speed: bool | None = None
    set_aside_until: datetime | None = None
    set_aside_why: Outcome | None = None
    set_aside_row: str = ""
    failures: int = 0
    speed: float | None = None
    shift_s: float = 0.0
    shift_shown_by: str = ""
    shift_found_at: datetime | None = None
    zones_tried_at: datetime | None = None

    @property
    def shift_words(self) -> str:
        """The camera's calibration, with the camera as its subject; "" where it plays what it is asked for."""
        if not self.shift_s:
            return ""
        side = "later" if self.shift_s > 0 else "earlier"
        shown_by = f", shown by {self.shift_shown_by}" if self.shift_shown_by else ""
        found_at = f", found {self.shift_found_at:%Y-%m-%d %H:%M:%SZ}" if self.shift_found_at else ""
        return f"plays {duration(abs(self.shift_s))} {side} than asked{shown_by}{found_at}"

    def is_set_aside(self, camera: Camera, now: datetime) -> bool:
        """Whether the sweep leaves the camera alone now; a changed camera row ends that."""
        if self.set_aside_why is None or self.set_aside_row != camera.updated_at:
            return False
        return self.set_aside_until is None or now < self.set_aside_until


def set_aside(
    cameras: Iterable[Camera], memories: Mapping[str, CameraMemory], now: datetime
) -> dict[str, CameraMemory]:
    """What was learned about those cameras that are set aside now, by camera id."""
    return {
        camera.id: memory
        for camera in cameras
        if (memory := memories.get(camera.id)) is not None and memory.is_set_aside(camera, now)
    }


@dataclass(frozen=True, slots=True)
class Event:
    """One event: who asked for or did what, and when."""

    id: int
    at: datetime
    kind: str
    who: str
    camera_id: str | None
    gap_id: str | None
    words: str
    fill_id: int | None = None


def worker(row: sqlite3.Row) -> WorkerRecord:
    """The worker in a row of `workers` joined with the lease."""
    return WorkerRecord(
        id=row["id"],
        user=row["user"],
        host=row["host"],
        pid=row["pid"],
        birth=row["birth"],
        version=row["version"],
        started_at=parse_stamp(row["started_at"]),
        seen_at=parse_stamp(row["seen_at"]),
        ended_at=_stamp(row["ended_at"]),
        paused=bool(row["paused"]),
        halted=bool(row["halted"]),
        lifetime=Lifetime(row["lifetime"]),
        next_sweep_at=_stamp(row["next_sweep_at"]),
        lease_expires_at=_stamp(row["expires_at"]),
        policy=_policy(row["rules"]),
    )


def request(row: sqlite3.Row) -> Request:
    """The request in a row of `requests`."""
    return Request(
        id=row["id"],
        kind=RequestKind(row["kind"]),
        gap_id=row["gap_id"],
        fill_id=row["fill_id"],
        asked_by=row["asked_by"],
        asked_at=parse_stamp(row["asked_at"]),
        state=RequestState(row["state"]),
        reason=row["reason"],
        camera_id=row["camera_id"],
        ended_at=_stamp(row["ended_at"]),
        part_id=row["part_id"],
        moment=_stamp(row["moment"]),
    )


def fill(row: sqlite3.Row) -> Fill:
    """The fill in a row of `fills`."""
    return Fill(
        id=row["id"],
        gap_id=row["gap_id"],
        camera_id=row["camera_id"],
        window=Window(parse_stamp(row["window_start"]), parse_stamp(row["window_end"])),
        phase=Phase(row["phase"]),
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        reason=row["reason"],
        asked_by=row["asked_by"],
        started_at=parse_stamp(row["started_at"]),
        ended_at=_stamp(row["ended_at"]),
        wanted_s=row["wanted_s"],
        got_s=row["got_s"],
        size_bytes=row["size_bytes"],
        speed=row["speed"],
        pieces=row["pieces"],
        pieces_landed=row["pieces_landed"],
        log_name=row["log_name"],
    )


def landed_record(row: sqlite3.Row) -> LandedRecord:
    """The landed file in a row of `landed_files` joined with its fill."""
    return LandedRecord(
        name=row["name"],
        window=Window(parse_stamp(row["start_time"]), parse_stamp(row["end_time"])),
        asked=Window(parse_stamp(row["asked_start"]), parse_stamp(row["asked_end"])),
        size_bytes=row["size_bytes"],
        sha256=row["sha256"],
        source_url=row["source_url"],
        ffmpeg_version=row["ffmpeg_version"],
        fill_id=row["fill_id"],
        gap_id=row["gap_id"],
        camera_id=row["camera_id"],
        asked_by=row["asked_by"],
        landed_at=parse_stamp(row["landed_at"]),
        id=row["id"],
        proof=_proof(row["proof"]),
        shown_by=row["shown_by"],
        pictures=_pictures(row["pictures"]),
        clocks=_clocks(row),
    )


def held(row: sqlite3.Row) -> tuple[str, Window]:
    """The camera id and the window in a row of `landed_files`."""
    return str(row["camera_id"]), Window(parse_stamp(row["start_time"]), parse_stamp(row["end_time"]))


def fill_pace(row: sqlite3.Row) -> FillPace:
    """The speed of the fill in a row of `fills`. Raises ValueError where it has none."""
    speed, got_s, took_s = float(row["speed"]), float(row["got_s"]), float(row["took_s"])
    if not all(math.isfinite(figure) and figure > 0 for figure in (speed, got_s, took_s)):
        raise ValueError(f"no speed: {got_s} s in {took_s} s at {speed}")
    return FillPace(row["camera_id"], parse_stamp(row["ended_at"]), speed, got_s, took_s, int(row["size_bytes"]))


def camera_memory(row: sqlite3.Row) -> CameraMemory:
    """What was learned about the camera of a row of `camera_memory`."""
    return CameraMemory(
        camera_id=row["camera_id"],
        full_speed=None if row["full_speed"] is None else bool(row["full_speed"]),
        set_aside_until=_stamp(row["set_aside_until"]),
        set_aside_why=_set_aside_why(row["set_aside_why"]),
        set_aside_row=row["set_aside_row"],
        failures=row["failures"],
        speed=row["speed"],
        shift_s=row["shift_s"],
        shift_shown_by=row["shift_shown_by"],
        shift_found_at=_stamp(row["shift_found_at"]),
        zones_tried_at=_stamp(row["zones_tried_at"]),
    )


def event(row: sqlite3.Row) -> Event:
    """The event in a row of `events`."""
    return Event(
        id=row["id"],
        at=parse_stamp(row["at"]),
        kind=row["kind"],
        who=row["who"],
        camera_id=row["camera_id"],
        gap_id=row["gap_id"],
        words=row["words"],
        fill_id=row["fill_id"],
    )


def check(row: sqlite3.Row) -> Check:
    """The check in a row of `checks`."""
    return Check(CheckKind(row["kind"]), CheckMark(row["mark"]), row["seen"], row["hint"], parse_stamp(row["at"]))


def _stamp(value: str | None) -> datetime | None:
    return parse_stamp(value) if value is not None else None


def _proof(text: str) -> TimeProof:
    """How well a time is known; a word of a newer version says no more than that nothing is known here."""
    return TimeProof(text) if text in set(TimeProof) else TimeProof.UNKNOWN


def _pictures(text: str) -> PictureVerdict | None:
    """Whether pictures can be seen; None for "", and for a word of a newer version."""
    return PictureVerdict(text) if text in set(PictureVerdict) else None


def _clocks(row: sqlite3.Row) -> ClockEvidence:
    """What clocks showed, by the columns of `landed_files`."""
    synced = row["own_clock_synced"]
    return ClockEvidence(
        shift_s=_seconds(row["shift_s"]),
        camera_clock_off_s=_seconds(row["camera_clock_off_s"]),
        own_clock_synced=None if synced is None else bool(synced),
        own_clock_step_s=_seconds(row["own_clock_step_s"]),
    )


def _seconds(value: float | None) -> float | None:
    return None if value is None else float(value)


def _set_aside_why(text: str) -> Outcome | None:
    """The outcome of a code, None for "". Raises ValueError for anything else.

    Workers before version 6 of the journal write its words instead, and may still run while a newer console migrates
    the journal. A journal that was saved from a damaged one may have them, too.
    """
    return Outcome(text.replace(" ", "_")) if text else None


def _policy(text: str) -> FillPolicy | None:
    """The policy that a worker noted; None where there is none that this version understands."""
    try:
        return FillPolicy.from_json(text) if text else None
    except ValueError:
        return None
