"""One fill: plan, fetch, verify, land, say. What arrived is landed whatever ends it."""

import asyncio
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from anr_tui.errors import AnrError, DiskFullError, FillError, LeaseLostError, SiteError
from anr_tui.fill.fetch import Fetch, Fetched, fetch
from anr_tui.fill.ffmpeg import AudioMode, Ffmpeg, audio_cannot_be_copied
from anr_tui.fill.log import FillLog
from anr_tui.fill.outcome import ENDS_FILL, Verdict, judge_piece
from anr_tui.fill.part import Keeper, land_part, left_over_parts, part_path
from anr_tui.fill.plan import Plan, cut_to_retention, make_plan, missing_windows
from anr_tui.fill.process import Progress
from anr_tui.journal.journal import FillProgress
from anr_tui.model import Camera, Outcome, Phase, RecordingGap
from anr_tui.replay.mask import mask
from anr_tui.replay.url import replay_url, split_target
from anr_tui.settings import Settings
from anr_tui.site.coverage import Coverage, camera_directory
from anr_tui.site.secrets import open_sealed
from anr_tui.windows import Window, total_s

_BYTES_PER_GB = 1_000_000_000


@dataclass(frozen=True, slots=True)
class FillTools:
    """What every fill of a worker shares."""

    settings: Settings
    ffmpeg: Ffmpeg
    coverage: Coverage
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class FillResult:
    """How a fill ended. `full_speed`: whether the camera took `Rate-Control: no`, None where that did not show."""

    outcome: Outcome
    reason: str
    progress: FillProgress
    full_speed: bool | None


class FillRun:
    """One gap's fill while it runs. `progress` may be read at any time."""

    def __init__(
        self, gap: RecordingGap, camera: Camera, tools: FillTools, keeper: Keeper, log: FillLog, *, full_speed: bool
    ) -> None:
        self.progress = FillProgress()
        self._gap = gap
        self._camera = camera
        self._tools = tools
        self._keeper = keeper
        self._log = log
        self._full_speed = full_speed
        self._took_full_speed: bool | None = None
        self._audio = AudioMode.COPY if camera.record_audio else AudioMode.NONE
        self._landed_s = 0.0
        self._landed_bytes = 0
        self._fetch_started = 0.0

    async def run(self, stop: asyncio.Event) -> FillResult:
        """Fill the gap until it is filled, the camera has no more, or `stop` is set. LeaseLostError goes on."""
        try:
            verdict = await self._fill(stop)
        except DiskFullError as error:
            verdict = Verdict(Outcome.DISK_FULL, str(error))
        except LeaseLostError:
            raise
        except AnrError as error:
            verdict = Verdict(Outcome.NOT_UNDERSTOOD, str(error))
        self._log.write("fill", f"{verdict.outcome.words}: {verdict.reason}")
        return FillResult(verdict.outcome, verdict.reason, self.progress, self._took_full_speed)

    async def _fill(self, stop: asyncio.Event) -> Verdict:
        window = self._wanted_window()
        if window is None:
            return Verdict(Outcome.TOO_OLD, f"Older than the {self._camera.retention_hours} h that the site keeps.")
        directory = camera_directory(self._tools.settings.recordings_dir, self._camera.id)
        for part in await asyncio.to_thread(left_over_parts, directory, window):
            await self._land(part, window.end, "")
        plan = await self._plan(directory, window)
        if not plan.pieces:
            return Verdict(Outcome.FILLED, "The recordings hold all of it already.")
        self._log.write("fill", f"missing {plan.wanted_s:.0f} s, asked for in {len(plan.pieces)} piece(s)")
        try:
            password = self._open_password()
        except SiteError as error:
            return Verdict(Outcome.LOGIN_REFUSED, str(error))
        replay_url(self._camera, plan.pieces[0], password)  # a camera that cannot be asked gets no directory
        self._prepare(directory)
        worst = await self._fetch_pieces(plan, directory, password, stop)
        return await self._say(directory, window, plan, worst)

    def _wanted_window(self) -> Window | None:
        kept_from = self._tools.clock() - timedelta(hours=self._camera.retention_hours)
        return cut_to_retention(self._gap.window, kept_from)

    async def _plan(self, directory: Path, window: Window) -> Plan:
        held = await asyncio.to_thread(self._tools.coverage.held, directory, window)
        plan = make_plan(window, held, piece_s=self._tools.settings.anr_piece_s)
        self.progress = replace(self.progress, wanted_s=plan.wanted_s, pieces=len(plan.pieces))
        return plan

    def _open_password(self) -> SecretStr | None:
        camera, key = self._camera, self._tools.settings.heldar_secret_key
        return open_sealed(camera.password, key, camera.id) if camera.password else None

    def _prepare(self, directory: Path) -> None:
        try:
            directory.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(directory).free
        except OSError as error:
            raise DiskFullError(f"The directory {directory} cannot be used: {error.strerror}.") from None
        if not os.access(directory, os.W_OK | os.X_OK):
            raise DiskFullError(f"The directory {directory} cannot be written.", "Run as the user Heldar runs as.")
        floor_gb = self._tools.settings.heldar_min_free_disk_gb
        if free < floor_gb * _BYTES_PER_GB:
            raise DiskFullError(f"Less than {floor_gb:g} GB are free for recordings (HELDAR_MIN_FREE_DISK_GB).")

    async def _fetch_pieces(
        self, plan: Plan, directory: Path, password: SecretStr | None, stop: asyncio.Event
    ) -> Verdict | None:
        worst: Verdict | None = None
        for number, piece in enumerate(plan.pieces):
            if number > 0:
                await self._rest(stop)
            if stop.is_set():
                return Verdict(Outcome.STOPPED, "Stopped as asked.")
            verdict = await self._fill_piece(piece, directory, password, stop)
            worst = verdict or worst
            if verdict is not None and verdict.outcome in ENDS_FILL:
                break
        return worst

    async def _fill_piece(
        self, piece: Window, directory: Path, password: SecretStr | None, stop: asyncio.Event
    ) -> Verdict | None:
        url = replay_url(self._camera, piece, password)
        part = part_path(directory, piece.start)
        fetched = await self._fetch(url, piece, part, stop)
        if self._audio is AudioMode.COPY and any(map(audio_cannot_be_copied, fetched.last_lines)):
            self._log.write("fill", "MP4 cannot hold this camera's audio as it is: asking again, with AAC")
            self._audio = AudioMode.AAC
            await self._rest(stop)
            fetched = await self._fetch(url, piece, part, stop)
        got_s = await self._land(part, piece.end, mask(url.get_secret_value()))
        return judge_piece(fetched, got_s, piece.seconds)

    async def _fetch(self, url: SecretStr, piece: Window, part: Path, stop: asyncio.Event) -> Fetched:
        self.progress = replace(self.progress, phase=Phase.FETCHING)
        self._fetch_started = time.monotonic()
        self._log.write("fill", f"asking for {piece.seconds:.3f} s: {url.get_secret_value()}")
        order = Fetch(
            target=split_target(url),
            length_s=piece.seconds,
            part=part,
            audio=self._audio,
            full_speed=self._full_speed,
            stall_s=self._tools.settings.anr_stall_s,
        )
        try:
            fetched = await fetch(
                order, self._tools.ffmpeg, stop=stop, on_progress=self._hear_progress, log=self._log.write
            )
        except OSError as error:
            raise FillError(f"ffmpeg cannot be started: {error.strerror}.", "Check HELDAR_FFMPEG_BIN.") from None
        if fetched.report.full_speed is not None:
            self._took_full_speed = fetched.report.full_speed
        return fetched

    def _hear_progress(self, progress: Progress) -> None:
        self.progress = replace(
            self.progress,
            got_s=self._landed_s + progress.media_s,
            size_bytes=self._landed_bytes + progress.size_bytes,
            speed=progress.media_s / max(time.monotonic() - self._fetch_started, 0.001),
        )

    async def _land(self, part: Path, end: datetime, source_url: str) -> float:
        """Land what a part file really holds; returns its media seconds."""
        self.progress = replace(self.progress, phase=Phase.LANDING)
        files = await land_part(part, end=end, source_url=source_url, keeper=self._keeper, log=self._log.write)
        landed_s = total_s(file.window for file in files)
        self._landed_s += landed_s
        self._landed_bytes += sum(file.size_bytes for file in files)
        self.progress = replace(
            self.progress,
            got_s=self._landed_s,
            size_bytes=self._landed_bytes,
            pieces_landed=self.progress.pieces_landed + len(files),
        )
        return landed_s

    async def _rest(self, stop: asyncio.Event) -> None:
        """Let the camera close its session before the next one."""
        self.progress = replace(self.progress, phase=Phase.RESTING)
        try:
            async with asyncio.timeout(self._tools.settings.anr_rest_s):
                await stop.wait()
        except TimeoutError:
            return

    async def _say(self, directory: Path, window: Window, plan: Plan, worst: Verdict | None) -> Verdict:
        held = await asyncio.to_thread(self._tools.coverage.held, directory, window)
        still_missing_s = total_s(missing_windows(window, held))
        if not still_missing_s:
            return Verdict(Outcome.FILLED, f"{plan.wanted_s:.0f} s fetched.")
        got_s = plan.wanted_s - still_missing_s
        share = f"{max(got_s, 0):.0f} of {plan.wanted_s:.0f} s are on disk."
        if worst is not None and worst.outcome in ENDS_FILL:
            return Verdict(worst.outcome, f"{worst.reason} {share}" if got_s >= 1 else worst.reason)
        if self._landed_s > 0:
            return Verdict(Outcome.PARTLY_FILLED, f"{worst.reason} {share}" if worst else share)
        return worst or Verdict(Outcome.NO_FOOTAGE, "The camera sent nothing that could be kept.")
