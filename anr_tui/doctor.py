"""Looks at all that a fill needs, and says what to do about what is missing."""

import asyncio
import os
import shutil
import stat
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from anr_tui.config.settings import Settings
from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import AnrError
from anr_tui.domain.gap import RecordingGap
from anr_tui.domain.timestamps import now_utc
from anr_tui.fill.ffmpeg.program import find_ffmpeg, probe_ffmpeg
from anr_tui.journal.journal import Journal
from anr_tui.replay.dialects.access import open_access
from anr_tui.replay.dialects.registry import device_of, has_replay
from anr_tui.sites.heldar.database import SiteDatabase
from anr_tui.sites.recordings.free_space import BYTES_PER_GB
from anr_tui.worker.diagnosis.connect_check import why_unreachable

# A fill of ours is noted in both databases within moments.
_SAME_ATTEMPT = timedelta(seconds=10)


class Mark(StrEnum):
    """How a check went; a word, so that it reads without colour."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at, what was seen, and what to do."""

    mark: Mark
    name: str
    seen: str
    to_do: str = ""

    @property
    def is_failure(self) -> bool:
        return self.mark is Mark.FAIL

    @property
    def text(self) -> str:
        """One line, and a second one with what to do."""
        line = f"{self.mark:<5} {self.name:<11} {self.seen}"
        return f"{line}\n{'':<18}{self.to_do}" if self.to_do else line


async def examine(settings: Settings) -> list[Check]:
    """All checks, each of them bounded in time; none raises."""
    checks = [await _checked("ffmpeg", lambda: _ffmpeg(settings)), _recordings(settings)]
    try:
        site = await SiteDatabase.open(settings.heldar_database_url)
    except AnrError as error:
        return [*checks, Check(Mark.FAIL, "database", str(error))]
    try:
        cameras, gaps = await site.cameras(), await site.gaps()
    except AnrError as error:
        return [*checks, Check(Mark.FAIL, "database", str(error))]
    finally:
        await site.close()
    seen = f"{site.path}: {len(cameras.good)} cameras, {len(gaps.good)} gaps"
    checks.append(Check(Mark.OK, "database", seen))
    checks += [Check(Mark.WARN, "database", problem) for problem in (*cameras.problems, *gaps.problems)]
    checks.append(await _checked("journal", lambda: _journal(settings)))
    checks += _sharing(settings)
    checks.append(await _checked("other loop", lambda: _other_loop(settings, gaps.good)))
    checks += await asyncio.gather(*(_camera(camera, settings) for camera in cameras.good))
    return checks


async def _checked(name: str, check: Callable[[], Awaitable[Check]]) -> Check:
    try:
        return await check()
    except AnrError as error:
        return Check(Mark.FAIL, name, str(error))


async def _ffmpeg(settings: Settings) -> Check:
    ffmpeg = await probe_ffmpeg(find_ffmpeg(settings.heldar_ffmpeg_bin))
    return Check(Mark.OK, "ffmpeg", f"{ffmpeg.path}, version {ffmpeg.version}")


def _recordings(settings: Settings) -> Check:
    try:
        return _look_at_recordings(settings)
    except OSError as error:
        seen = f"{settings.recordings_dir} cannot be reached: {error.strerror}."
        return Check(Mark.FAIL, "recordings", seen, "Run as the user Heldar runs as.")


def _look_at_recordings(settings: Settings) -> Check:
    directory = settings.recordings_dir
    if not directory.is_dir():
        return Check(
            Mark.FAIL, "recordings", f"There is no directory {directory.absolute()}.", "Set HELDAR_RECORDINGS_DIR."
        )
    if not os.access(directory, os.W_OK | os.X_OK):
        return Check(Mark.FAIL, "recordings", f"{directory} cannot be written.", "Run as the user Heldar runs as.")
    owner = directory.stat().st_uid
    if os.geteuid() != owner:
        to_do = "Run as the user Heldar runs as, or the recorder may be locked out of what is filled."
        return Check(Mark.WARN, "recordings", f"{directory} belongs to user {owner}, not to us.", to_do)
    free = shutil.disk_usage(directory).free / BYTES_PER_GB
    if free < settings.heldar_min_free_disk_gb:
        floor = f"HELDAR_MIN_FREE_DISK_GB is {settings.heldar_min_free_disk_gb:g}"
        return Check(Mark.FAIL, "recordings", f"{free:.1f} GB are free; {floor}.", "Make room.")
    return Check(Mark.OK, "recordings", f"{directory}, {free:.0f} GB free")


async def _journal(settings: Settings) -> Check:
    journal = await Journal.open(settings.journal_path)
    try:
        worker = await journal.last_worker()
    finally:
        await journal.close()
    if worker is None or worker.ended_at is not None or worker.lease_expires_at is None:
        return Check(Mark.OK, "journal", f"{settings.journal_path}; no worker runs")
    seen = f"{settings.journal_path}; worker {worker.user}@{worker.host}, process {worker.pid}"
    return Check(Mark.OK, "journal", f"{seen}, last seen {worker.seen_at:%Y-%m-%d %H:%M:%SZ}")


def _sharing(settings: Settings) -> list[Check]:
    """A group's folder whose files are not the group's: SQLite's own would lock the others out."""
    folder = settings.journal_path.absolute().parent
    try:
        mode = folder.stat().st_mode
    except OSError:
        return []  # said of the journal
    if not mode & stat.S_IWGRP or mode & stat.S_ISGID:
        return []
    seen = f"The group of {folder} may write there, but does not get what others make there."
    return [Check(Mark.WARN, "journal", seen, f"`chmod g+s {folder}`, where several people use one site.")]


async def _other_loop(settings: Settings, gaps: tuple[RecordingGap, ...]) -> Check:
    """Whether somebody else fills the same rows: attempts that no fill of ours explains."""
    to_do = "Start Heldar with HELDAR_ANR_ENABLED=false: two loops must not work the same rows."
    if settings.heldar_anr_enabled:
        return Check(Mark.WARN, "other loop", "HELDAR_ANR_ENABLED is true: Heldar's own loop may run.", to_do)
    journal = await Journal.open(settings.journal_path)
    try:
        fills, first = await journal.last_fills(), await journal.first_worker_at()
    finally:
        await journal.close()
    # Of what is older, the journal need not know any more.
    known_since = now_utc() - timedelta(days=settings.anr_keep_days)
    foreign = 0
    for gap in gaps:
        if gap.last_attempt_at is None or first is None or gap.last_attempt_at < max(first, known_since):
            continue
        ended_at = fills[gap.id].ended_at if gap.id in fills else None
        if ended_at is None or abs(ended_at - gap.last_attempt_at) > _SAME_ATTEMPT:
            foreign += 1
    if foreign:
        return Check(Mark.WARN, "other loop", f"{foreign} gaps were tried by another ANR loop.", to_do)
    return Check(Mark.OK, "other loop", "no attempts but ours")


async def _camera(camera: Camera, settings: Settings) -> Check:
    name = "camera"
    if not camera.anr_enabled and not has_replay(camera):
        return Check(Mark.OK, name, f"{camera.name}: ANR is off")
    try:
        open_access(camera, settings.heldar_secret_key)
        device = device_of(camera)
    except AnrError as error:
        return Check(Mark.FAIL, name, f"{camera.name}: {error}")
    problem = await why_unreachable(device)
    if problem:
        return Check(Mark.FAIL, name, f"{camera.name}: {device} {problem}.", "Check its power, network and RTSP port.")
    anr = "" if camera.anr_enabled else "; ANR is off"
    return Check(Mark.OK, name, f"{camera.name}: {device} answers{anr}")
