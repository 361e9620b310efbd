"""The status of a site for people and for monitors, and the problems that need a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import humanize

from anr_tui.domain.event import EventKind, event_traits
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.site import StorageLimits
from anr_tui.domain.request import Request, RequestState
from anr_tui.domain.timestamps import format_stamp
from anr_tui.journal.journal import Journal
from anr_tui.journal.tables.rows import Event
from anr_tui.platform.text import duration, plain_line
from anr_tui.sites.recordings.free_space import BYTES_PER_GB
from anr_tui.view.snapshot.snapshot import CameraRow, GapRow, Snapshot, WorkerState
from anr_tui.view.tables.event_tables import request_fields
from anr_tui.view.tables.text_tables import Fields, fill_fields, stamp_or_none

SCHEMA = 1
"""The version of all JSON output: it grows when a field goes away or changes its meaning, not when one is added."""

# An event records that a sweep failed, but none that sweeps succeed again.
_ALARM_STANDS = timedelta(days=1)
_MOST_ALARMS = 500
_OPEN = (RequestState.ASKED, RequestState.TAKEN)


class ProblemKind(StrEnum):
    """The kinds of problems that need a person."""

    WORKER_NONE = "worker_none"
    WORKER_LOST = "worker_lost"
    ALARM = "alarm"
    GAPS_FAILED = "gaps_failed"
    LOGIN_REFUSED = "login_refused"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem that needs a person, in a sentence."""

    kind: ProblemKind
    words: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A missing gap whose footage can still be had; the first second of it is lost at `lost_at`."""

    row: GapRow
    lost_at: datetime | None


@dataclass(frozen=True, slots=True)
class Status:
    """A snapshot and the figures that only a status needs: seconds of footage, bytes of disk."""

    snapshot: Snapshot
    recovered_s: float
    disk_floor_bytes: int
    oldest_missing: Missing | None
    problems: tuple[Problem, ...]

    @property
    def open_requests(self) -> tuple[Request, ...]:
        """The requests that have not ended, oldest first."""
        known = {request.id: request for request in (*self.snapshot.requests, *self.snapshot.waiting)}
        return tuple(known[number] for number in sorted(known) if known[number].state in _OPEN)

    @property
    def set_aside(self) -> list[CameraRow]:
        """The cameras that the sweep skips for now."""
        return [row for row in self.snapshot.cameras if row.set_aside_why]


async def read_status(snapshot: Snapshot, journal: Journal, limits: StorageLimits) -> Status:
    """The status of a site: its snapshot, its problems, and the footage recovered. Raises JournalError."""
    alarms, recovered_s = list[Event](), 0.0
    if snapshot.has_journal:
        alarms = await journal.events.newest(_MOST_ALARMS, kinds=(EventKind.ALARM, EventKind.ALARM_OVER))
        recovered_s = await journal.fills.recovered_s()
    return Status(
        snapshot=snapshot,
        recovered_s=recovered_s,
        disk_floor_bytes=int(limits.min_free_gb * BYTES_PER_GB),
        oldest_missing=oldest_missing(snapshot, snapshot.policy.card_hours),
        problems=tuple(problems(snapshot, alarms)),
    )


def problems(snapshot: Snapshot, alarms: Sequence[Event] = ()) -> list[Problem]:
    """The problems that need a person, the worst first; `alarms` are alarm events and their ends, newest first."""
    found = [*_worker_problems(snapshot)]
    if snapshot.problem:
        found.append(Problem(ProblemKind.SITE, snapshot.problem))
    started_at = snapshot.worker.started_at
    # Of the site, and of each camera, only the last one says how it is now.
    last_of_each = {alarm.camera_id: alarm for alarm in reversed(alarms)}
    for alarm in sorted(last_of_each.values(), key=lambda each: each.id, reverse=True):
        is_of_this_worker = started_at is None or alarm.at >= started_at
        if event_traits(alarm.kind).is_alarm and is_of_this_worker and snapshot.read_at - alarm.at < _ALARM_STANDS:
            found.append(Problem(ProblemKind.ALARM, alarm.words))
    for row in snapshot.cameras:
        if row.set_aside_why is Outcome.LOGIN_REFUSED:
            words = f"{row.name} refused the login, and is not contacted: correct its user and password, then retry."
            found.append(Problem(ProblemKind.LOGIN_REFUSED, words))
    failed = snapshot.totals.failed
    if failed:
        words = f"{failed} {'gap was' if failed == 1 else 'gaps were'} given up: look at `anr-tui gaps`, then retry."
        found.append(Problem(ProblemKind.GAPS_FAILED, words))
    return found


def _worker_problems(snapshot: Snapshot) -> list[Problem]:
    worker = snapshot.worker
    if worker.state is WorkerState.NONE:
        return [Problem(ProblemKind.WORKER_NONE, "No worker runs: nothing is filled.")]
    if worker.state is WorkerState.LOST:
        seen = f" since {worker.seen_at:%Y-%m-%d %H:%M:%SZ}" if worker.seen_at else ""
        words = f"The worker of {worker.user}@{worker.host} (process {worker.pid}) has not reported{seen}."
        return [Problem(ProblemKind.WORKER_LOST, words)]
    return []


def oldest_missing(snapshot: Snapshot, card_hours: int) -> Missing | None:
    """The oldest missing gap of which nothing is lost yet, by the site's retention and by the hours that a card keeps.

    `card_hours` of 0 means that this is not known.
    """
    kept_hours = {row.id: row.retention_hours for row in snapshot.cameras}
    for row in sorted((row for row in snapshot.gaps if row.is_missing), key=lambda row: row.window.start):
        hours = [each for each in (kept_hours.get(row.gap.camera_id, 0), card_hours) if each > 0]
        lost_at = _later(row.window.start, min(hours)) if hours else None
        if lost_at is None or lost_at > snapshot.read_at:
            return Missing(row, lost_at)
    return None


def _later(moment: datetime, hours: int) -> datetime | None:
    try:
        return moment + timedelta(hours=hours)
    except OverflowError:
        return None


def status_fields(status: Status) -> Fields:
    """The fields of the status for JSON."""
    snapshot, worker, total = status.snapshot, status.snapshot.worker, status.snapshot.totals
    return {
        "schema": SCHEMA,
        "read_at": format_stamp(snapshot.read_at),
        "database": str(snapshot.database),
        "worker": {
            "state": worker.state,
            "lifetime": worker.lifetime,
            "user": worker.user,
            "host": worker.host,
            "pid": worker.pid,
            "version": worker.version,
            "started_at": stamp_or_none(worker.started_at),
            "seen_at": stamp_or_none(worker.seen_at),
            "next_sweep_at": stamp_or_none(worker.next_sweep_at),
        },
        "gaps": total.gaps,
        "pending": total.pending,
        "failed": total.failed,
        "filled": total.filled,
        "missing_s": total.missing_s,
        "recovered_s": round(status.recovered_s, 3),
        "oldest_missing": _missing_fields(status),
        "fills": [fill_fields(row) for row in snapshot.fills if row.is_running],
        "requests": [request_fields(request) for request in status.open_requests],
        "set_aside": [_aside_fields(row) for row in status.set_aside],
        "disk_free_bytes": snapshot.disk_free_bytes,
        "disk_floor_bytes": status.disk_floor_bytes,
        "problems": [{"kind": problem.kind, "words": problem.words} for problem in status.problems],
    }


def _missing_fields(status: Status) -> Fields | None:
    missing = status.oldest_missing
    if missing is None:
        return None
    left = missing.lost_at - status.snapshot.read_at if missing.lost_at else None
    return {
        "gap_id": missing.row.id,
        "camera_id": missing.row.gap.camera_id,
        "gap_start": format_stamp(missing.row.window.start),
        "lost_at": stamp_or_none(missing.lost_at),
        "left_s": round(left.total_seconds()) if left is not None else None,
    }


def _aside_fields(row: CameraRow) -> Fields:
    why, until = row.set_aside_words, stamp_or_none(row.next_try_at)
    return {"camera_id": row.id, "camera_name": row.name, "set_aside_why": why, "set_aside_until": until}


def status_text(status: Status) -> str:
    """The status as text, one fact a line."""
    snapshot, worker, total = status.snapshot, status.snapshot.worker, status.snapshot.totals
    disk = snapshot.disk_free_bytes
    floor = humanize.naturalsize(status.disk_floor_bytes)
    lines = [
        ("site", str(snapshot.database)),
        ("worker", _worker_words(snapshot)),
        ("next sweep", f"{worker.next_sweep_at:%H:%M:%SZ}" if worker.next_sweep_at else "none"),
        ("gaps", f"{total.pending} pending, {total.failed} failed, {total.filled} filled"),
        ("missing", duration(total.missing_s)),
        ("recovered", duration(status.recovered_s)),
        ("filling", str(sum(row.is_running for row in snapshot.fills))),
        ("asked", str(len(status.open_requests))),
        ("disk free", f"{humanize.naturalsize(disk)} (never below {floor})" if disk is not None else "unknown"),
    ]
    if status.oldest_missing:
        lines.append(("oldest", _missing_words(status.oldest_missing, snapshot.read_at)))
    lines += [("set aside", _aside_words(row)) for row in status.set_aside]
    lines += [("problem", problem.words) for problem in status.problems]
    return "\n".join(f"{name:<11} {plain_line(value)}" for name, value in lines)


def _worker_words(snapshot: Snapshot) -> str:
    worker = snapshot.worker
    if not worker.user:
        return str(worker.state)
    since = f", since {worker.started_at:%Y-%m-%d %H:%M:%SZ}" if worker.started_at else ""
    return f"{worker.state} ({worker.user}@{worker.host}, process {worker.pid}, {worker.version}{since})"


def _missing_words(missing: Missing, now: datetime) -> str:
    row = missing.row
    words = f"{row.camera_name} {row.window.start:%Y-%m-%d %H:%M:%SZ} ({row.id})"
    if missing.lost_at is None:
        return words
    return f"{words}, lost in {duration((missing.lost_at - now).total_seconds())}"


def _aside_words(row: CameraRow) -> str:
    until = f"until {row.next_try_at:%H:%M:%SZ}" if row.next_try_at else "until it is changed or retried"
    return f"{row.name}: {row.set_aside_words}, {until}"


def check_text(status: Status) -> str:
    """The status for monitors of the Nagios kind: a summary line with figures behind a bar, then the problems.

    Format: https://nagios-plugins.org/doc/guidelines.html#PLUGOUTPUT
    """
    total, disk = status.snapshot.totals, status.snapshot.disk_free_bytes
    words = f"{total.pending} pending, {total.failed} failed, {duration(total.missing_s)} missing"
    if status.problems:
        first = status.problems[0].words.replace("|", "/")
        more = f" (and {len(status.problems) - 1} more)" if len(status.problems) > 1 else ""
        words = f"{first}{more}"
    figures = [f"pending={total.pending}", f"failed={total.failed}", f"missing={total.missing_s:.0f}s"]
    figures += [f"disk_free={disk}B;;{status.disk_floor_bytes}"] if disk is not None else []
    head = f"ANR {'WARNING' if status.problems else 'OK'}: {plain_line(words)} | {' '.join(figures)}"
    return "\n".join([head, *(plain_line(problem.words) for problem in status.problems[1:])])
