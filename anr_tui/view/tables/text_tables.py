"""Lists for scripts and plain terminals: JSON with the databases' own field names, and aligned text."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import humanize

from anr_tui.domain.timestamps import format_stamp
from anr_tui.platform.secrets.masking import mask
from anr_tui.platform.text import duration, plain_line
from anr_tui.view.gap.clock_text import clock_warning
from anr_tui.view.gap.evidence import Finding
from anr_tui.view.snapshot.snapshot import CameraRow, FillRow, GapRow

Fields = dict[str, Any]


def camera_fields(row: CameraRow) -> Fields:
    """The fields of a camera for JSON, without its secrets."""
    return {
        "id": row.id,
        "name": row.name,
        "vendor": row.vendor,
        "state": row.state,
        "anr_enabled": row.anr_enabled,
        "has_replay": row.has_replay,
        "pending": row.pending,
        "failed": row.failed,
        "filled": row.filled,
        "filling": row.filling,
        "missing_s": row.missing_s,
        "set_aside_until": stamp_or_none(row.next_try_at),
        "set_aside_why": row.set_aside_words,
        "device": row.device,
        "speed": row.speed,
        "shift_s": row.shift_s,
        "shift_shown_by": row.shift_shown_by,
        "shift_found_at": stamp_or_none(row.shift_found_at),
    }


def gap_fields(row: GapRow) -> Fields:
    """The fields of a gap for JSON, with the outcome of its newest fill."""
    gap, fill = row.gap, row.fill
    return {
        "id": gap.id,
        "camera_id": gap.camera_id,
        "camera_name": row.camera_name,
        "gap_start": format_stamp(gap.window.start),
        "gap_end": format_stamp(gap.window.end),
        "gap_seconds": gap.gap_seconds,
        "fill_state": gap.fill_state,
        "fill_attempts": gap.fill_attempts,
        "last_attempt_at": stamp_or_none(gap.last_attempt_at),
        "filled_at": stamp_or_none(gap.filled_at),
        "is_filling": row.is_filling,
        "outcome": fill.outcome if fill else None,
        "reason": fill.reason if fill else "",
    }


def fill_fields(row: FillRow) -> Fields:
    """The fields of a fill for JSON, named as in the journal."""
    fill = row.fill
    return {
        "id": fill.id,
        "gap_id": fill.gap_id,
        "camera_id": fill.camera_id,
        "camera_name": row.camera_name,
        "window_start": format_stamp(fill.window.start),
        "window_end": format_stamp(fill.window.end),
        "phase": fill.phase,
        "outcome": fill.outcome,
        "is_lost": row.is_lost,
        "reason": fill.reason,
        "asked_by": fill.asked_by,
        "started_at": format_stamp(fill.started_at),
        "ended_at": stamp_or_none(fill.ended_at),
        "wanted_s": fill.wanted_s,
        "got_s": fill.got_s,
        "size_bytes": fill.size_bytes,
        "speed": fill.speed,
        "pieces": fill.pieces,
        "pieces_landed": fill.pieces_landed,
        "log_name": fill.log_name,
    }


def finding_fields(finding: Finding) -> Fields:
    """The fields of a landed file for JSON: as in the journal, with its fill's gap and asker, and what is on disk."""
    record = finding.record
    return {
        "camera_id": record.camera_id,
        "gap_id": record.gap_id,
        "fill_id": record.fill_id,
        "name": record.name,
        "start_time": format_stamp(record.window.start),
        "end_time": format_stamp(record.window.end),
        "asked_start": format_stamp(record.asked.start),
        "asked_end": format_stamp(record.asked.end),
        "size_bytes": record.size_bytes,
        "sha256": record.sha256,
        "source_url": mask(record.source_url),
        "ffmpeg_version": record.ffmpeg_version,
        "asked_by": record.asked_by,
        "landed_at": stamp_or_none(record.landed_at),
        "proof": record.proof.code,
        "shown_by": record.shown_by,
        "pictures": record.pictures,
        "shift_s": record.clocks.shift_s,
        "camera_clock_off_s": record.clocks.camera_clock_off_s,
        "own_clock_synced": record.clocks.own_clock_synced,
        "own_clock_step_s": record.clocks.own_clock_step_s,
        "state": finding.state,
        "found_size_bytes": finding.found_size_bytes,
        "found_sha256": finding.found_sha256,
        "reason": finding.reason,
    }


def camera_cells(row: CameraRow) -> list[str]:
    """The texts of a camera for the columns of `CAMERA_HEADS`."""
    anr = "on" if row.anr_enabled else "off"
    counts = [str(row.pending), str(row.failed), str(row.filled)]
    return [row.id, row.name, row.vendor, row.state, anr, *counts, duration(row.missing_s), row.set_aside_words]


CAMERA_HEADS = ["camera", "name", "vendor", "state", "anr", "pending", "failed", "filled", "missing", "set aside"]


def gap_cells(row: GapRow) -> list[str]:
    """The texts of a gap for the columns of `GAP_HEADS`; times in UTC."""
    gap, fill = row.gap, row.fill
    outcome = fill.outcome.words if fill and fill.outcome else _open_words(row, "filling")
    start, end = f"{gap.window.start:%Y-%m-%d %H:%M:%SZ}", f"{gap.window.end:%H:%M:%SZ}"
    return [
        gap.id,
        row.camera_name,
        start,
        end,
        duration(gap.gap_seconds),
        gap.fill_state.value,
        str(gap.fill_attempts),
        outcome,
    ]


GAP_HEADS = ["gap", "camera", "start", "end", "length", "state", "attempts", "last outcome"]


def fill_cells(row: FillRow) -> list[str]:
    """The texts of a fill for the columns of `FILL_HEADS`."""
    fill = row.fill
    return [
        str(fill.id),
        row.camera_name,
        fill.gap_id,
        fill.outcome.words if fill.outcome else _open_words(row, fill.phase.value),
        f"{fill.got_s:.0f} of {fill.wanted_s:.0f} s",
        humanize.naturalsize(fill.size_bytes),
        f"{fill.speed:.1f}x" if fill.speed else "",
        fill.asked_by,
        fill.reason,
    ]


FILL_HEADS = ["fill", "camera", "gap", "outcome", "got", "size", "speed", "asked by", "reason"]


def _open_words(row: GapRow | FillRow, running: str) -> str:
    """Words for a fill without an outcome: `running`, or that its worker is lost; "" where there is no fill."""
    if row.fill is None:
        return ""
    return "worker lost" if row.is_lost else running


def finding_text(finding: Finding) -> str:
    """A landed file, its state now, and how well its time is known, as one line."""
    record = finding.record
    place, size = f"{record.camera_id}/{record.name}", humanize.naturalsize(record.size_bytes)
    time_words = ", ".join(filter(None, (f"time {record.proof.words}", clock_warning(record.clocks))))
    cells = [f"{finding.state:<10}", place, record.gap_id, size, time_words, finding.reason]
    return plain_line("  ".join(cells).rstrip())


def findings_text(findings: Sequence[Finding]) -> str:
    """The number of files in each state, and with which proof of their time, in two sentences."""
    if not findings:
        return "No file has landed."
    counts = Counter(finding.state for finding in findings)
    states = ", ".join(f"{count} {state}" for state, count in counts.items())
    proofs = Counter(finding.record.proof.words for finding in findings)
    times = ", ".join(f"{count} {words}" for words, count in proofs.items())
    return f"{len(findings)} file{'s' if len(findings) != 1 else ''}: {states}. Time: {times}."


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as aligned text without control characters; the last column is not padded."""
    lines = [[plain_line(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(heads))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def stamp_or_none(moment: datetime | None) -> str | None:
    """A time as the databases write it, or None."""
    return format_stamp(moment) if moment else None
