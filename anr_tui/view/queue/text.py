"""The queue as text and as JSON, its reasons in words, and the bandwidth caps in force. Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from anr_tui.config.bandwidth_schedule import parse_bandwidth_schedule
from anr_tui.domain.policy.fill_policy import FillPolicy, WaitReason
from anr_tui.domain.timestamps import format_stamp
from anr_tui.platform.text import duration
from anr_tui.view.snapshot.snapshot import Cap, Queue, QueuedRow
from anr_tui.view.tables.text_tables import table


def cap_of(policy: FillPolicy, now: datetime) -> Cap:
    """The bandwidth caps in force at `now`, which is in the worker's time zone, since the schedules go by its clock."""
    site, camera = parse_bandwidth_schedule(policy.bandwidth), parse_bandwidth_schedule(policy.bandwidth_per_camera)
    return Cap(site.rate_at(now), site.until(now), camera.rate_at(now), camera.until(now))


def utc_clock(moment: datetime) -> str:
    """A time of day in UTC as text."""
    return f"{moment:%H:%M:%SZ}"


def queue_fields(row: QueuedRow) -> dict[str, Any]:
    """The fields of a waiting gap for JSON."""
    gap = row.gap
    return {
        "place": row.place,
        "gap_id": gap.id,
        "camera_id": gap.camera_id,
        "camera_name": row.camera_name,
        "gap_start": format_stamp(gap.window.start),
        "gap_end": format_stamp(gap.window.end),
        "asked_by": row.asked_by or None,
        "why": row.why,
        "until": format_stamp(row.until) if row.until else None,
        "fill_id": row.behind,
        "words": why_words(row, utc_clock),
    }


QUEUE_HEADS = ["place", "gap", "camera", "start", "length", "asked by", "waits"]


def queue_cells(row: QueuedRow) -> list[str]:
    """The texts of a waiting gap for the columns of `QUEUE_HEADS`; times in UTC."""
    gap = row.gap
    start = f"{gap.window.start:%Y-%m-%d %H:%M:%SZ}"
    words = why_words(row, utc_clock)
    return [str(row.place), gap.id, row.camera_name, start, duration(gap.window.seconds), row.asked_by, words]


def queue_text(queue: Queue) -> str:
    """The queue as a table of aligned text."""
    if not queue.rows:
        return "Nothing waits to be filled."
    more = f"\nand {queue.more} more" if queue.more else ""
    return table(QUEUE_HEADS, map(queue_cells, queue.rows)) + more


def why_words(row: QueuedRow, clock: Callable[[datetime], str]) -> str:
    """The reason for which a gap waits, as a person reads it; `clock` writes a time."""
    until = f" until {clock(row.until)}" if row.until else ""
    more = f": {row.more}" if row.more else ""
    fill = f"fill {row.behind}" if row.behind is not None else ""
    match row.why:
        case WaitReason.NO_WORKER:
            return "no worker runs"
        case WaitReason.ASKED:
            return "asked, not taken yet"
        case WaitReason.ENDING:
            return "the worker is ending, and starts no more"
        case WaitReason.HALTED:
            return "all fetching is halted"
        case WaitReason.BANDWIDTH:
            return f"halted by ANR_BANDWIDTH{until}"
        case WaitReason.PAUSED:
            return "the sweep is paused"
        case WaitReason.DISK:
            return "the disk has no room"
        case WaitReason.CAMERA:
            return f"its camera is busy with {fill or 'another fill'}"
        case WaitReason.DEVICE:
            return f"its device is busy with {fill}" if fill else "its device pauses"
        case WaitReason.FILLS:
            return f"all {row.more} fills run (ANR_MAX_FILLS)"
        case WaitReason.TURN:
            return "is next"
        case WaitReason.SWEEP:
            return f"for the sweep at {clock(row.until)}" if row.until else "for the next sweep"
        case WaitReason.SETTLES:
            return f"settles{until}"
        case WaitReason.SET_ASIDE:
            return f"camera set aside{until}{more}"
        case WaitReason.LEFT_ALONE:
            return f"not tried{until}"
