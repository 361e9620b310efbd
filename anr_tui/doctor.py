"""The doctor: checks the machine and the site for all that a fill needs, and says what to do about what is missing."""

import asyncio
import os
import shutil
import stat
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from anr_tui.config.settings import Settings
from anr_tui.domain.camera import Camera
from anr_tui.domain.diagnosis import CheckMark
from anr_tui.domain.errors import AnrError
from anr_tui.domain.gap import RecordingGap
from anr_tui.domain.timestamps import now_utc
from anr_tui.fill.ffmpeg.program import find_ffmpeg, probe_ffmpeg
from anr_tui.journal.journal import Journal
from anr_tui.replay.dialects.access import open_access
from anr_tui.replay.dialects.registry import device_of, has_replay
from anr_tui.sites.open_site import open_site
from anr_tui.sites.recordings.free_space import BYTES_PER_GB
from anr_tui.worker.diagnosis.connect_check import why_unreachable

# A fill of ours is noted in both databases within this time.
_SAME_ATTEMPT = timedelta(seconds=10)
# Short words, so that the list can be read without colour.
_SHORT = {CheckMark.GOOD: "ok", CheckMark.WARNING: "WARN", CheckMark.FAILED: "FAIL"}


@dataclass(frozen=True, slots=True)
class SiteCheck:
    """One check of a site: its result, what was seen, and what to do (`hint`, may be empty)."""

    mark: CheckMark
    name: str
    seen: str
    hint: str = ""

    @property
    def is_failure(self) -> bool:
        """Whether no fill can succeed before this is mended."""
        return self.mark is CheckMark.FAILED

    @property
    def text(self) -> str:
        """The check in one line, and what to do in a second one."""
        line = f"{_SHORT[self.mark]:<5} {self.name:<11} {self.seen}"
        return f"{line}\n{'':<18}{self.hint}" if self.hint else line


async def examine(settings: Settings) -> list[SiteCheck]:
    """Make all checks, each of them limited in time; failures are results, and not raised."""
    checks = [await _checked("ffmpeg", lambda: _ffmpeg(settings)), _recordings(settings)]
    try:
        site = await open_site(settings)
    except AnrError as error:
        return [*checks, SiteCheck(CheckMark.FAILED, "database", str(error))]
    try:
        cameras, gaps = await site.cameras.all(), await site.gaps.all()
    except AnrError as error:
        return [*checks, SiteCheck(CheckMark.FAILED, "database", str(error))]
    finally:
        await site.close()
    seen = f"{site.path}: {len(cameras.good)} cameras, {len(gaps.good)} gaps"
    checks.append(SiteCheck(CheckMark.GOOD, "database", seen))
    checks += [SiteCheck(CheckMark.WARNING, "database", problem) for problem in (*cameras.problems, *gaps.problems)]
    checks.append(await _checked("journal", lambda: _journal(settings)))
    checks += _sharing(settings)
    checks.append(await _checked("other loop", lambda: _other_loop(settings, gaps.good)))
    checks += await asyncio.gather(*(_camera(camera, settings) for camera in cameras.good))
    return checks


async def _checked(name: str, check: Callable[[], Awaitable[SiteCheck]]) -> SiteCheck:
    try:
        return await check()
    except AnrError as error:
        return SiteCheck(CheckMark.FAILED, name, str(error))


async def _ffmpeg(settings: Settings) -> SiteCheck:
    ffmpeg = await probe_ffmpeg(find_ffmpeg(settings.heldar_ffmpeg_bin))
    return SiteCheck(CheckMark.GOOD, "ffmpeg", f"{ffmpeg.path}, version {ffmpeg.version}")


def _recordings(settings: Settings) -> SiteCheck:
    try:
        return _look_at_recordings(settings)
    except OSError as error:
        seen = f"{settings.recordings_dir} cannot be reached: {error.strerror}."
        return SiteCheck(CheckMark.FAILED, "recordings", seen, "Run as the user Heldar runs as.")


def _look_at_recordings(settings: Settings) -> SiteCheck:
    directory = settings.recordings_dir
    if not directory.is_dir():
        return SiteCheck(
            CheckMark.FAILED,
            "recordings",
            f"There is no directory {directory.absolute()}.",
            "Set HELDAR_RECORDINGS_DIR.",
        )
    if not os.access(directory, os.W_OK | os.X_OK):
        return SiteCheck(
            CheckMark.FAILED, "recordings", f"{directory} cannot be written.", "Run as the user Heldar runs as."
        )
    owner = directory.stat().st_uid
    if os.geteuid() != owner:
        hint = "Run as the user Heldar runs as, or the recorder may not be able to read filled files."
        return SiteCheck(
            CheckMark.WARNING, "recordings", f"{directory} belongs to user {owner}, not to this user.", hint
        )
    free = shutil.disk_usage(directory).free / BYTES_PER_GB
    if free < settings.heldar_min_free_disk_gb:
        floor = f"HELDAR_MIN_FREE_DISK_GB is {settings.heldar_min_free_disk_gb:g}"
        return SiteCheck(CheckMark.FAILED, "recordings", f"{free:.1f} GB are free; {floor}.", "Make room.")
    return SiteCheck(CheckMark.GOOD, "recordings", f"{directory}, {free:.0f} GB free")


async def _journal(settings: Settings) -> SiteCheck:
    journal = await Journal.open(settings.journal_path)
    try:
        worker = await journal.lease.last_worker()
    finally:
        await journal.close()
    if worker is None or worker.ended_at is not None or worker.lease_expires_at is None:
        return SiteCheck(CheckMark.GOOD, "journal", f"{settings.journal_path}; no worker runs")
    seen = f"{settings.journal_path}; worker {worker.user}@{worker.host}, process {worker.pid}"
    return SiteCheck(CheckMark.GOOD, "journal", f"{seen}, last seen {worker.seen_at:%Y-%m-%d %H:%M:%SZ}")


def _sharing(settings: Settings) -> list[SiteCheck]:
    """A warning where a group may write into the journal's folder, but new files there do not belong to the group.

    SQLite's own files would then lock other users out.
    """
    folder = settings.journal_path.absolute().parent
    try:
        mode = folder.stat().st_mode
    except OSError:
        return []  # the check of the journal reports it
    if not mode & stat.S_IWGRP or mode & stat.S_ISGID:
        return []
    seen = f"The group of {folder} may write there, but new files there do not belong to it."
    return [SiteCheck(CheckMark.WARNING, "journal", seen, f"`chmod g+s {folder}`, where several people use one site.")]


async def _other_loop(settings: Settings, gaps: tuple[RecordingGap, ...]) -> SiteCheck:
    """The check whether another program fills the same gaps: attempts that no fill of ours explains."""
    hint = "Start Heldar with HELDAR_ANR_ENABLED=false: two programs must not fill the same gaps."
    if settings.heldar_anr_enabled:
        return SiteCheck(
            CheckMark.WARNING, "other loop", "HELDAR_ANR_ENABLED is true: Heldar's own loop may run.", hint
        )
    journal = await Journal.open(settings.journal_path)
    try:
        fills, first = await journal.fills.last_of_each_gap(), await journal.lease.first_worker_at()
    finally:
        await journal.close()
    # The journal may have deleted what is older.
    known_since = now_utc() - timedelta(days=settings.anr_keep_days)
    foreign = 0
    for gap in gaps:
        if gap.last_attempt_at is None or first is None or gap.last_attempt_at < max(first, known_since):
            continue
        ended_at = fills[gap.id].ended_at if gap.id in fills else None
        if ended_at is None or abs(ended_at - gap.last_attempt_at) > _SAME_ATTEMPT:
            foreign += 1
    if foreign:
        return SiteCheck(CheckMark.WARNING, "other loop", f"{foreign} gaps were tried by another ANR loop.", hint)
    return SiteCheck(CheckMark.GOOD, "other loop", "no attempts by other programs")


async def _camera(camera: Camera, settings: Settings) -> SiteCheck:
    name = "camera"
    if not camera.anr_enabled and not has_replay(camera):
        return SiteCheck(CheckMark.GOOD, name, f"{camera.name}: ANR is off")
    try:
        open_access(camera, settings.heldar_secret_key)
        device = device_of(camera)
    except AnrError as error:
        return SiteCheck(CheckMark.FAILED, name, f"{camera.name}: {error}")
    problem = await why_unreachable(device)
    if problem:
        return SiteCheck(
            CheckMark.FAILED,
            name,
            f"{camera.name}: {device} {problem}.",
            "Check its power, network and RTSP port.",
        )
    anr = "" if camera.anr_enabled else "; ANR is off"
    return SiteCheck(CheckMark.GOOD, name, f"{camera.name}: {device} answers{anr}")
