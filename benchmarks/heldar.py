"""Heldar's own ANR loop, rebuilt from what is known of it, with `-f mp4`, without which each of its fills fails.

In each interval it takes up to 20 pending gaps with attempts left, newest first, one after another; a gap counts as
filled where ffmpeg succeeds.
"""

import os
import sqlite3
import subprocess
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from anr_tui.domain.timestamps import format_file_stem, format_stamp, now_utc, parse_stamp
from anr_tui.fill.ffmpeg.program import Ffmpeg
from benchmarks.measured import finish
from benchmarks.memory import PeakMemory
from tests.engine import EngineSite

INTERVAL_S = 300.0
_MOST_GAPS, _MOST_ATTEMPTS, _MAX_AGE = 20, 3, timedelta(hours=24)
_GRACE_S, _LONGEST_S = 60.0, 4 * 3600.0
_DUE = """
SELECT g.id, g.camera_id, g.gap_start, g.gap_end, g.gap_seconds, g.fill_attempts,
       c.address, c.rtsp_port, c.username, c.password, c.record_stream, c.record_audio
FROM recording_gaps AS g JOIN cameras AS c ON c.id = g.camera_id
WHERE g.fill_state = 'pending' AND g.fill_attempts < ? AND g.gap_start >= ? AND c.anr_enabled = 1
ORDER BY g.gap_start DESC
"""
_FILLED = """
UPDATE recording_gaps SET fill_state = 'filled', fill_attempts = fill_attempts + 1, filled_at = ?, last_attempt_at = ?
WHERE id = ?
"""
_MISSED = """
UPDATE recording_gaps SET fill_attempts = fill_attempts + 1, last_attempt_at = ?,
       fill_state = CASE WHEN fill_attempts + 1 >= ? THEN 'failed' ELSE fill_state END
WHERE id = ?
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """The exit status of an ffmpeg, and its CPU seconds."""

    status: int
    cpu_s: float


@dataclass(frozen=True, slots=True)
class Loop:
    """The length of each pass of a loop in seconds, and the CPU seconds of its ffmpegs."""

    passes_s: tuple[float, ...]
    cpu_s: float


def loop(site: EngineSite, cameras: frozenset[str], ffmpeg: Ffmpeg, memory: PeakMemory) -> Loop:
    """Pass over the pending gaps of these cameras until there are none, without the waits between passes. Blocks."""
    passes_s, cpu_s = [], 0.0
    while due := _due(site, cameras):
        began = time.monotonic()
        cpu_s += sum(_attempt(site, gap, ffmpeg, memory) for gap in due)
        passes_s.append(time.monotonic() - began)
    return Loop(tuple(passes_s), cpu_s)


def wall_s(loops: list[Loop]) -> float:
    """The time in seconds that one loop would need for the work of several, with the waits between its passes.

    A pass begins every interval; one that takes longer than that is followed by the next at once.
    """
    most = max(len(each.passes_s) for each in loops)
    passes_s = [sum(each.passes_s[number] for each in loops if number < len(each.passes_s)) for number in range(most)]
    return sum(max(pass_s, INTERVAL_S) for pass_s in passes_s[:-1]) + passes_s[-1]


def run_ffmpeg(arguments: list[str], memory: PeakMemory, *, limit_s: float) -> Ran:
    """Run an ffmpeg to its end, or kill it after `limit_s` seconds."""
    with subprocess.Popen(
        arguments,
        env=dict(os.environ) | {"TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        memory.watch(process.pid)
        killer = threading.Timer(limit_s, process.kill)
        killer.start()
        try:
            use = finish(process)
        finally:
            killer.cancel()
            memory.forget(process.pid)
    return Ran(process.returncode, use.cpu_s)


def _due(site: EngineSite, cameras: frozenset[str]) -> list[sqlite3.Row]:
    rows = site.execute(_DUE, _MOST_ATTEMPTS, format_stamp(now_utc() - _MAX_AGE))
    return [row for row in rows if row["camera_id"] in cameras][:_MOST_GAPS]


def _attempt(site: EngineSite, gap: sqlite3.Row, ffmpeg: Ffmpeg, memory: PeakMemory) -> float:
    """Fill a gap as Heldar does. Returns the CPU seconds of its ffmpeg."""
    target = site.recordings / gap["camera_id"] / f"{format_file_stem(parse_stamp(gap['gap_start']))}.mp4"
    part = target.with_name(f"{target.name}.part")
    cpu_s = 0.0
    if not target.exists():
        target.parent.mkdir(exist_ok=True)
        limit_s = min(gap["gap_seconds"] + _GRACE_S, _LONGEST_S)
        ran = run_ffmpeg(_arguments(gap, ffmpeg, part), memory, limit_s=limit_s)
        cpu_s = ran.cpu_s
        if ran.status == 0 and part.exists() and part.stat().st_size > 0:
            part.rename(target)
        else:
            part.unlink(missing_ok=True)
    now = format_stamp(now_utc())
    if target.exists():
        site.execute(_FILLED, now, now, gap["id"])
    else:
        site.execute(_MISSED, now, _MOST_ATTEMPTS, gap["id"])
    return cpu_s


def _arguments(gap: sqlite3.Row, ffmpeg: Ffmpeg, part: Path) -> list[str]:
    start, end = (f"{parse_stamp(gap[name]):%Y%m%dT%H%M%SZ}" for name in ("gap_start", "gap_end"))
    login = f"{quote(gap['username'], safe='')}:{quote(gap['password'], safe='')}"
    track = 102 if gap["record_stream"] == "sub" else 101
    place = f"{gap['address']}:{gap['rtsp_port']}/Streaming/tracks/{track}"
    return [
        *(ffmpeg.path, "-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-rtsp_transport", "tcp"),
        *(f"-{ffmpeg.rtsp_timeout_option}", "15000000"),
        *("-i", f"rtsp://{login}@{place}?starttime={start}&endtime={end}", "-t", str(gap["gap_seconds"])),
        *("-c", "copy", *([] if gap["record_audio"] else ["-an"]), "-movflags", "+faststart", "-f", "mp4", str(part)),
    ]
