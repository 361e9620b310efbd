"""The journal: fills, requests, workers, events, what was learned about a camera.

Whoever writes a result names the lease under which it worked (a worker's row id, which only grows); a write under a
lost lease changes nothing and raises LeaseLostError.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

from anr_tui.errors import JournalError, LeaseLostError
from anr_tui.journal import rows as read
from anr_tui.journal.rows import CameraMemory, Event, LandedRecord, WorkerRecord
from anr_tui.model import Fill, Outcome, Phase, RecordingGap, Request, RequestKind, RequestState
from anr_tui.sqlite import BUSY_TIMEOUT_MS, Database, load_queries
from anr_tui.times import format_stamp

SCHEMA_VERSION = 1

_SQL = load_queries("anr_tui.journal")


@dataclass(frozen=True, slots=True)
class WorkerIdentity:
    """Who a worker is. `birth` tells a process from a later one with the same pid; "" where nobody knows."""

    user: str
    host: str
    pid: int
    birth: str
    version: str


@dataclass(frozen=True, slots=True)
class FillProgress:
    """How far a fill is; seconds of media, `speed` in times real time."""

    phase: Phase = Phase.PLANNING
    wanted_s: float = 0.0
    got_s: float = 0.0
    size_bytes: int = 0
    speed: float = 0.0
    pieces: int = 0
    pieces_landed: int = 0


class Journal:
    """An open journal. Every failure is a JournalError that says what to do."""

    def __init__(self, database: Database, path: Path) -> None:
        self._database = database
        self._file_id = _file_id(path)
        self.path = path

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Open the journal, and make it (mode 0660) where there is none."""
        try:
            _make_file(path)
            database = await Database.open(path, mode="rw")
        except (OSError, sqlite3.Error) as error:
            raise _in_words(error, path) from None
        try:
            await _make_tables(database, path)
        except sqlite3.Error as error:
            await database.close()
            raise _in_words(error, path) from None
        except BaseException:
            await database.close()
            raise
        return cls(database, path)

    async def close(self) -> None:
        """Close the file."""
        await self._database.close()

    async def data_version(self) -> int:
        """A number that changes when another process has changed the journal."""
        try:
            return await self._database.data_version()
        except sqlite3.Error as error:
            raise _in_words(error, self.path) from None

    # The lease.

    async def claim(
        self,
        worker: WorkerIdentity,
        *,
        now: datetime,
        expires_at: datetime,
        starts_paused: bool,
        is_dead: Callable[[str, int, str], bool],
    ) -> int | None:
        """Take the site's lease if it is free, has expired, or `is_dead(host, pid, birth)` says so of its holder.

        Returns the lease (the worker's id), or None while another worker holds it.
        """
        try:
            async with self._database.transaction() as transaction:
                held = await transaction.row(_SQL["lease"])
                is_running = held is not None and held["expires_at"] > format_stamp(now)
                if held is not None and is_running and not is_dead(held["host"], held["pid"], held["birth"]):
                    return None
                identity = {"user": worker.user, "host": worker.host, "pid": worker.pid, "birth": worker.birth}
                values = {**identity, "version": worker.version, "at": format_stamp(now), "paused": starts_paused}
                lease = await transaction.insert(_SQL["add_worker"], values)
                await transaction.write(_SQL["take_lease"], {"lease": lease, "expires_at": format_stamp(expires_at)})
                await transaction.write(_SQL["reopen_requests"], {"lease": lease})
                return lease
        except sqlite3.Error as error:
            raise _in_words(error, self.path) from None

    async def renew(self, lease: int, *, expires_at: datetime) -> None:
        """Keep the lease until then. LeaseLostError where another worker has it."""
        self._check_file()
        await self._write_under(lease, "renew_lease", expires_at=format_stamp(expires_at))

    async def check(self, lease: int) -> None:
        """LeaseLostError where another worker has the lease."""
        self._check_file()
        held = await self._row("lease")
        if held is None or held["worker_id"] != lease:
            raise LeaseLostError("Another worker holds the site now.")

    async def note_worker(
        self, lease: int, *, now: datetime, paused: bool, next_sweep_at: datetime | None, halted: bool = False
    ) -> None:
        """The worker's heartbeat and what it is up to."""
        next_text = format_stamp(next_sweep_at) if next_sweep_at else None
        await self._write_under(
            lease, "note_worker", at=format_stamp(now), paused=paused, halted=halted, next_sweep_at=next_text
        )

    async def give_back(self, lease: int, now: datetime) -> None:
        """End the worker in order: the lease is free at once."""
        await self._write("give_back_lease", lease=lease)
        await self._write("end_worker", lease=lease, at=format_stamp(now))

    async def last_worker(self) -> WorkerRecord | None:
        """The newest worker, with its lease's end if it holds it."""
        row = await self._row("last_worker")
        return read.worker(row) if row else None

    async def first_worker_at(self) -> datetime | None:
        """When the first worker of this journal started."""
        row = await self._row("first_worker")
        return read.worker(row).started_at if row else None

    # Requests.

    async def ask(
        self,
        kind: RequestKind,
        *,
        asked_by: str,
        now: datetime,
        gap_id: str | None = None,
        fill_id: int | None = None,
    ) -> int:
        """Ask the worker for something; returns the request's id. The same thing asked twice is one request."""
        same = {"kind": kind, "gap_id": gap_id, "fill_id": fill_id}
        try:
            async with self._database.transaction() as transaction:
                open_one = await transaction.row(_SQL["same_request"], same)
                if open_one is not None:
                    return int(open_one["id"])
                return await transaction.insert(_SQL["ask"], {**same, "asked_by": asked_by, "at": format_stamp(now)})
        except sqlite3.Error as error:
            raise _in_words(error, self.path) from None

    async def asked_requests(self) -> list[Request]:
        """Requests that no worker has taken yet, oldest first."""
        return [read.request(row) for row in await self._rows("asked_requests")]

    async def newest_requests(self, most: int) -> list[Request]:
        """The newest requests, newest first."""
        return [read.request(row) for row in await self._rows("newest_requests", most=most)]

    async def request(self, request_id: int) -> Request | None:
        """One request."""
        row = await self._row("request", request_id=request_id)
        return read.request(row) if row else None

    async def take_request(self, lease: int, request_id: int) -> bool:
        """Note that the worker has begun what was asked. False: somebody else has."""
        return await self._write("take_request", lease=lease, request_id=request_id) > 0

    async def ask_again(self, lease: int, request_id: int) -> None:
        """Put a request that was taken back: it could not be done now."""
        await self._write("ask_again", lease=lease, request_id=request_id)

    async def end_request(
        self, lease: int, request_id: int, state: RequestState, *, reason: str, now: datetime
    ) -> None:
        """Note what became of a request."""
        values = {"request_id": request_id, "state": state, "reason": reason, "at": format_stamp(now)}
        await self._write("end_request", lease=lease, **values)

    # Fills.

    async def start_fill(self, lease: int, gap: RecordingGap, *, asked_by: str, now: datetime) -> int:
        """Open a fill; returns its id."""
        values = {
            "lease": lease,
            "gap_id": gap.id,
            "camera_id": gap.camera_id,
            "window_start": format_stamp(gap.window.start),
            "window_end": format_stamp(gap.window.end),
            "asked_by": asked_by,
            "at": format_stamp(now),
        }
        try:
            async with self._database.transaction() as transaction:
                if await transaction.write(_SQL["start_fill"], values) == 0:
                    raise LeaseLostError("Another worker holds the site now.")
                row = await transaction.row("SELECT last_insert_rowid() AS id")
                fill_id = int(row["id"]) if row else 0
                await transaction.write(_SQL["name_fill_log"], {"fill_id": fill_id, "log_name": f"fill-{fill_id}.log"})
                return fill_id
        except sqlite3.Error as error:
            raise _in_words(error, self.path) from None

    async def note_fill(self, lease: int, fill_id: int, progress: FillProgress) -> None:
        """How far a fill is."""
        await self._write_under(lease, "note_fill", fill_id=fill_id, **_columns(progress))

    async def end_fill(
        self, lease: int, fill_id: int, progress: FillProgress, outcome: Outcome, *, reason: str, now: datetime
    ) -> None:
        """Close a fill with its outcome."""
        values = {**_columns(progress), "outcome": outcome, "reason": reason, "at": format_stamp(now)}
        del values["phase"]
        await self._write_under(lease, "end_fill", fill_id=fill_id, **values)

    async def fill(self, fill_id: int) -> Fill | None:
        """One fill."""
        row = await self._row("fill", fill_id=fill_id)
        return read.fill(row) if row else None

    async def running_fills(self) -> list[Fill]:
        """The fills without an outcome, oldest first."""
        return [read.fill(row) for row in await self._rows("running_fills")]

    async def newest_fills(self, most: int) -> list[Fill]:
        """The newest ended fills, newest first."""
        return [read.fill(row) for row in await self._rows("newest_fills", most=most)]

    async def last_fills(self) -> dict[str, Fill]:
        """The newest fill of each gap, by gap id."""
        return {fill.gap_id: fill for fill in map(read.fill, await self._rows("last_fill_of_each_gap"))}

    async def add_landed_file(
        self, lease: int, fill_id: int, camera_id: str, file: LandedRecord, *, now: datetime
    ) -> None:
        """Note a file that a fill put on disk; `file.source_url` must be masked."""
        values = {
            "fill_id": fill_id,
            "camera_id": camera_id,
            "name": file.name,
            "start_time": format_stamp(file.window.start),
            "end_time": format_stamp(file.window.end),
            "asked_start": format_stamp(file.asked.start),
            "asked_end": format_stamp(file.asked.end),
            "size_bytes": file.size_bytes,
            "sha256": file.sha256,
            "source_url": file.source_url,
            "ffmpeg_version": file.ffmpeg_version,
            "at": format_stamp(now),
        }
        await self._write_under(lease, "add_landed_file", **values)

    async def landed_files(self, gap_id: str | None = None) -> list[LandedRecord]:
        """The files of all fills (of one gap), in the order in which they landed."""
        return [read.landed_record(row) for row in await self._rows("landed_files", gap_id=gap_id)]

    # What was learned about a camera.

    async def camera_memories(self) -> dict[str, CameraMemory]:
        """What is remembered, by camera id."""
        return {memory.camera_id: memory for memory in map(read.camera_memory, await self._rows("camera_memories"))}

    async def remember_speed(
        self, camera_id: str, *, full_speed: bool | None = None, speed: float | None = None
    ) -> None:
        """Remember whether a camera takes `Rate-Control: no` and how fast it was, x real time; None: not seen."""
        await self._write("remember_speed", camera_id=camera_id, full_speed=full_speed, speed=speed)

    async def device_sessions(self) -> dict[str, int]:
        """How many sessions at once devices were found to take."""
        return {row["device"]: row["sessions"] for row in await self._rows("device_sessions")}

    async def remember_sessions(self, device: str, sessions: int) -> None:
        """Remember how many sessions at once a device takes."""
        await self._write("remember_sessions", device=device, sessions=sessions)

    async def set_aside(self, memory: CameraMemory) -> None:
        """Remember that a camera is set aside, or (with an empty reason) that it no longer is."""
        await self._write(
            "set_aside",
            camera_id=memory.camera_id,
            until=format_stamp(memory.set_aside_until) if memory.set_aside_until else None,
            why=memory.set_aside_why,
            row=memory.set_aside_row,
            failures=memory.failures,
        )

    # Events.

    async def add_event(
        self, kind: str, words: str, *, who: str, now: datetime, camera_id: str | None = None, gap_id: str | None = None
    ) -> None:
        """Note who asked or did what."""
        values = {"kind": kind, "words": words, "who": who, "camera_id": camera_id, "gap_id": gap_id}
        await self._write("add_event", at=format_stamp(now), **values)

    async def newest_events(self, most: int) -> list[Event]:
        """The newest events, newest first."""
        return [read.event(row) for row in await self._rows("newest_events", most=most)]

    # The file itself.

    def _check_file(self) -> None:
        """LeaseLostError where another file has our path: whoever made it may have taken the lease there."""
        if _file_id(self.path) != self._file_id:
            raise LeaseLostError(f"The journal {self.path} was taken away or replaced.")

    async def _rows(self, query: str, **values: object) -> list[sqlite3.Row]:
        try:
            return await self._database.rows(_SQL[query], values)
        except sqlite3.Error as error:
            raise _in_words(error, self.path) from None

    async def _row(self, query: str, **values: object) -> sqlite3.Row | None:
        return next(iter(await self._rows(query, **values)), None)

    async def _write(self, query: str, **values: object) -> int:
        try:
            return await self._database.write(_SQL[query], values)
        except sqlite3.Error as error:
            raise _in_words(error, self.path) from None

    async def _write_under(self, lease: int, query: str, **values: object) -> None:
        if await self._write(query, lease=lease, **values) == 0:
            raise LeaseLostError("Another worker holds the site now.")


def _file_id(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return (stat.st_dev, stat.st_ino)


def _columns(progress: FillProgress) -> dict[str, Any]:
    return {name: getattr(progress, name) for name in FillProgress.__slots__}


def _make_file(path: Path) -> None:
    if path.exists():
        return
    path.touch(mode=0o660)
    path.chmod(0o660)  # touch() went through the umask; the site's other operators share this file


async def _make_tables(database: Database, path: Path) -> None:
    version, tables = (await database.rows(_SQL["shape"]))[0]
    if version == 0 and tables:
        raise JournalError(f"{path} is another program's database, not a journal.", "Check --journal.")
    if version > SCHEMA_VERSION:
        raise JournalError(f"The journal {path} was written by a newer anr-tui.", "Update this one.")
    if version == SCHEMA_VERSION:
        return
    await _turn_wal_on(database)
    schema = files("anr_tui.journal").joinpath("schema.sql").read_text(encoding="utf-8")
    await database.script(f"BEGIN IMMEDIATE;\n{schema}\nCOMMIT;")


async def _turn_wal_on(database: Database) -> None:
    """The one statement for which SQLite does not wait by itself while another connection is busy."""
    give_up_at = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            return await database.script("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > give_up_at:
                raise
        await asyncio.sleep(0.02)


def _in_words(error: OSError | sqlite3.Error, path: Path) -> JournalError:
    text = error.strerror or str(error) if isinstance(error, OSError) else str(error)
    if "locked" in text or "busy" in text:
        return JournalError(
            f"The journal {path} was locked by another program for {BUSY_TIMEOUT_MS // 1000} s.",
            "If this stays, look for a program that holds a long transaction.",
        )
    if "not a database" in text or "malformed" in text:
        return JournalError(f"The journal {path} is damaged ({text}).", "Move it away; a new one is made.")
    if "readonly" in text or "unable to open" in text or "Permission" in text:
        return JournalError(
            f"The journal {path} cannot be written.", "Give this user write permission on it and its folder."
        )
    return JournalError(f"The journal {path} cannot be used: {text}.")
