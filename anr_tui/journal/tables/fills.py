"""The journal's tables of fills and of the files that they landed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from anr_tui.domain.errors import JournalError, LeaseLostError
from anr_tui.domain.evidence.evidence_chain import EntryKind
from anr_tui.domain.fill import Fill, Phase
from anr_tui.domain.gap import RecordingGap
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.timestamps import format_stamp
from anr_tui.domain.window import Window
from anr_tui.journal.storage.database_file import SQL, JournalFile
from anr_tui.journal.tables import rows as read
from anr_tui.journal.tables.evidence_chain import seal
from anr_tui.journal.tables.rows import FillPace, LandedRecord


@dataclass(frozen=True, slots=True)
class FillProgress:
    """How far a fill is: seconds of media, size in bytes, and `speed` in times real time."""

    phase: Phase = Phase.PLANNING
    wanted_s: float = 0.0
    got_s: float = 0.0
    size_bytes: int = 0
    speed: float = 0.0
    pieces: int = 0
    pieces_landed: int = 0


class FillTable:
    """Reads fills and the evidence of landed files."""

    def __init__(self, file: JournalFile) -> None:
        self._file = file

    async def get(self, fill_id: int) -> Fill | None:
        """One fill, None where there is none of that id."""
        row = await self._file.row("fill", fill_id=fill_id)
        return read.fill(row) if row else None

    async def running(self) -> list[Fill]:
        """The fills without an outcome, oldest first."""
        return await self._file.values(read.fill, "running_fills")

    async def newest(self, most: int) -> list[Fill]:
        """The newest ended fills, newest first."""
        return await self._file.values(read.fill, "newest_fills", most=most)

    async def of_gap(self, gap_id: str) -> list[Fill]:
        """All fills of one gap, newest first."""
        return await self._file.values(read.fill, "fills_of_gap", gap_id=gap_id)

    async def last_of_each_gap(self) -> dict[str, Fill]:
        """The newest fill of each gap, by gap id."""
        return {fill.gap_id: fill for fill in await self._file.values(read.fill, "last_fill_of_each_gap")}

    async def landed(self, gap_id: str | None = None) -> list[LandedRecord]:
        """The landed files of all fills (of one gap), in the order in which they landed."""
        return await self._file.values(read.landed_record, "landed_files", gap_id=gap_id)

    async def evidence(self) -> list[LandedRecord]:
        """The landed files of all fills. Raises JournalError where any row cannot be read, so that none is left out."""
        try:
            return [read.landed_record(row) for row in await self._file.rows("landed_files", gap_id=None)]
        except (ValueError, TypeError) as error:
            raise JournalError(
                f"A landed file's row in {self._file.path} cannot be read: {error}.", "Somebody changed the journal."
            ) from None

    async def within(self, span: Window) -> list[Fill]:
        """The fills of gaps within a span of time, oldest first."""
        return await self._file.values(read.fill, "fills_in", **_ends(span))

    async def landed_within(self, span: Window) -> list[LandedRecord]:
        """The landed files with footage within a span of time, in the order in which they landed."""
        return await self._file.values(read.landed_record, "landed_in", **_ends(span))

    async def held_since(self, since: datetime) -> list[tuple[str, Window]]:
        """The camera id and window of each landed file that reaches past a moment, by camera and start."""
        return await self._file.many_values(read.held, "held_since", start=format_stamp(since))

    async def paces(self, most: int) -> list[FillPace]:
        """The speeds of the last `most` fills of each camera, oldest first; only of fills that fetched any footage."""
        return await self._file.many_values(read.fill_pace, "fill_paces", most=most)

    async def recovered_s(self) -> float:
        """Seconds of footage in all landed files, as far back as the journal reaches."""
        row = await self._file.row("recovered")
        return float(row["recovered_s"]) if row else 0.0


class LeasedFillTable(FillTable):
    """Reads and writes fills and the evidence of landed files, under the lease. Writes raise LeaseLostError."""

    def __init__(self, file: JournalFile, lease: int) -> None:
        super().__init__(file)
        self._lease = lease

    async def start(self, gap: RecordingGap, *, asked_by: str, now: datetime) -> int:
        """Add a fill; returns its id."""
        values = {
            "lease": self._lease,
            "gap_id": gap.id,
            "camera_id": gap.camera_id,
            "window_start": format_stamp(gap.window.start),
            "window_end": format_stamp(gap.window.end),
            "asked_by": asked_by,
            "at": format_stamp(now),
        }
        async with self._file.transaction() as transaction:
            if await transaction.write(SQL["start_fill"], values) == 0:
                raise LeaseLostError("Another worker holds the site now.")
            row = await transaction.row("SELECT last_insert_rowid() AS id")
            fill_id = int(row["id"]) if row else 0
            await transaction.write(SQL["name_fill_log"], {"fill_id": fill_id, "log_name": f"fill-{fill_id}.log"})
            return fill_id

    async def note_progress(self, fill_id: int, progress: FillProgress) -> None:
        """Write how far a fill is."""
        await self._file.write_under(self._lease, "note_fill", fill_id=fill_id, **_columns(progress))

    async def end(self, fill_id: int, progress: FillProgress, outcome: Outcome, *, reason: str, now: datetime) -> None:
        """Write the end of a fill with its outcome."""
        values = {**_columns(progress), "outcome": outcome, "reason": reason, "at": format_stamp(now)}
        del values["phase"]
        await self._file.write_under(self._lease, "end_fill", fill_id=fill_id, **values)

    async def add_landed(self, fill_id: int, camera_id: str, file: LandedRecord, *, now: datetime) -> None:
        """Record a file that a fill put on disk; `file.source_url` must be masked.

        The record is sealed by the chain of evidence. It is synced to disk, because the site may call the gap filled
        from then on.
        """
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
            "proof": file.proof,
            "shown_by": file.shown_by,
            "pictures": file.pictures or "",
            "shift_s": file.clocks.shift_s,
            "camera_clock_off_s": file.clocks.camera_clock_off_s,
            "own_clock_synced": file.clocks.own_clock_synced,
            "own_clock_step_s": file.clocks.own_clock_step_s,
        }
        async with self._file.transaction(is_synced=True) as transaction:
            if await transaction.write(SQL["add_landed_file"], values | {"lease": self._lease}) == 0:
                raise LeaseLostError("Another worker holds the site now.")
            row = await transaction.row("SELECT last_insert_rowid() AS id")
            await seal(transaction, EntryKind.LANDED, int(row["id"]) if row else 0, now=now)


def _ends(span: Window) -> dict[str, str]:
    return {"start": format_stamp(span.start), "end": format_stamp(span.end)}


def _columns(progress: FillProgress) -> dict[str, Any]:
    return {name: getattr(progress, name) for name in FillProgress.__slots__}
