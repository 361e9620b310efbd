"""A site for tests of the engine: a real site database, real recordings, simulated cameras, and a real worker."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import av

from anr_tui.config.settings import Settings, load_settings
from anr_tui.demo.camera.camera import SimulatedCamera
from anr_tui.demo.camera.card import Card
from anr_tui.demo.footage.footage import Audio, make_footage
from anr_tui.domain.request import Request, RequestKind, RequestState
from anr_tui.domain.timestamps import floor_second, format_file_stem, format_stamp, now_utc
from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.program import find_ffmpeg, probe_ffmpeg
from anr_tui.journal.journal import Journal
from anr_tui.journal.leased_journal import LeasedJournal
from anr_tui.sites.directory.segments import DirectorySegments
from anr_tui.sites.heldar.schema import create_site_database
from anr_tui.sites.open_site import open_site
from anr_tui.sites.recordings.archive import FileArchive
from anr_tui.sites.recordings.kept_parts import KeptPart, PartFacts, keep_part, kept_parts
from anr_tui.sites.recordings.mark import MARK_NAME
from anr_tui.worker.lifecycle.identity import own_identity
from anr_tui.worker.process import worker_context
from anr_tui.worker.requests import serve_requests
from anr_tui.worker.scheduler import Scheduler
from anr_tui.worker.state import SchedulerState
from tests.picture_times import picture_times
from tests.recording import Recorded, Transcoding, cut_card, record, transcoded

PASSWORD = "s3cr3t/@:pass"
FOOTAGE_S = 40
# A stall time for tests that hold a camera: longer than any test may take.
PATIENCE_S = 600


class EngineSite:
    """A site whose footage began `FOOTAGE_S` seconds and five minutes ago.

    `clock` is its machine's, true unless set.
    """

    def __init__(self, root: Path, ffmpeg: str) -> None:
        self.root = root
        self.ffmpeg = ffmpeg
        self.database = root / "site.db"
        self.recordings = root / "recordings"
        self.journal = root / "site.anr.db"
        self.clock = now_utc
        self._workers: list[asyncio.subprocess.Process] = []
        self.began = floor_second(now_utc()) - timedelta(minutes=5, seconds=FOOTAGE_S)
        create_site_database(self.database)
        self.recordings.mkdir()

    def window(self, start_s: float, end_s: float) -> Window:
        """A window in seconds after the footage began."""
        return Window(self.began + timedelta(seconds=start_s), self.began + timedelta(seconds=end_s))

    def card(
        self,
        *windows: Window,
        audio: Audio = "none",
        size: tuple[int, int] = (160, 90),
        source: Card | None = None,
        **options: Any,
    ) -> Card:
        """A camera's card that holds footage of these windows (all of it unless given).

        With `source`, it is cut out of that card's footage at key frames on whole seconds, and has the same bits. The
        other `options` are those of `make_footage`: gop_s, fps, codec, b_frames, has_open_gops, is_still, walks_from
        and offsets_s.
        """
        directory = self._new_directory("card")
        windows = windows or (self.window(0, FOOTAGE_S),)
        if source is not None:
            return cut_card(source, directory, *windows)
        directory.mkdir()
        for window in windows:
            path = directory / f"{format_file_stem(window.start)}.mp4"
            make_footage(path, window, ffmpeg=self.ffmpeg, size=size, label="yard", audio=audio, **options)
        return Card(directory)

    def record(
        self,
        camera_id: str,
        source: Card,
        *windows: Window,
        segment_s: float = 10.0,
        transcoding: Transcoding | None = None,
    ) -> list[Recorded]:
        """The recorder's own files of these windows, beside a gap: cut from the bits of a card, and indexed.

        `source` is what the camera streamed (its card, or one that holds more). With `transcoding`, the recorder
        encoded the pictures by itself. The camera must have its row.
        """
        if transcoding is not None:
            source = transcoded(source, self._new_directory("transcoded"), transcoding, ffmpeg=self.ffmpeg)
        files = record(source, self.recordings / camera_id, *windows, segment_s=segment_s)
        for file in files:
            row = {
                "id": f"seg_{camera_id}_{file.path.stem}",
                "camera_id": camera_id,
                "path": str(file.path),
                "start_time": format_stamp(file.named.start),
                "end_time": format_stamp(file.named.end),
                "duration_s": file.named.seconds,
                "size_bytes": file.path.stat().st_size,
                "created_at": format_stamp(file.named.end),
            }
            self.execute(f"INSERT INTO segments ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", *row.values())
        return files

    def keep(self, camera_id: str, source: Card, window: Window, *, asked: Window | None = None) -> KeptPart:
        """A kept part that holds the footage of a window, cut from a card, and came for `asked` (the window itself)."""
        cut = cut_card(source, self._new_directory("kept"), window)
        (file,) = cut.directory.glob("*.mp4")
        asked = asked or window
        archive = FileArchive(self.recordings, DirectorySegments(self.recordings))
        archive.directory(camera_id).mkdir(exist_ok=True)
        part = archive.part_path(camera_id, asked.start)
        part.write_bytes(file.read_bytes())
        facts = PartFacts(
            asked, now_utc(), "It plays another time.", media_s=window.seconds, known=("Its clock is off.",)
        )
        keep_part(archive, camera_id, part, facts)
        return next(each for each in kept_parts(archive, camera_id) if each.path == part)

    def add_gap_between(self, gap_id: str, camera_id: str, earlier: Recorded, later: Recorded) -> Window:
        """The gap's row as the recorder reckons it from names and lengths of the files beside it, and its window."""
        gap = Window(earlier.named.end, later.named.start)
        self.add_gap(gap_id, camera_id, gap)
        return gap

    def _new_directory(self, kind: str) -> Path:
        return self.root / f"{kind}{len(list(self.root.glob(f'{kind}*')))}"

    def camera(self, **options: Any) -> SimulatedCamera:
        """A camera with the site's login; it has all the footage unless a card is given."""
        options.setdefault("card", None)
        card = options.pop("card") or self.card()
        return SimulatedCamera(card, username="operator", password=PASSWORD, **options)

    def add_camera(self, camera_id: str, port: int, **columns: Any) -> None:
        """A row of `cameras` for a simulated camera's port."""
        stamp = format_stamp(self.began)
        row = {
            "id": camera_id,
            "name": camera_id.title(),
            "vendor": "hikvision",
            "address": "127.0.0.1",
            "rtsp_port": port,
            "username": "operator",
            "password": PASSWORD,
            "anr_enabled": 1,
            "created_at": stamp,
            "updated_at": stamp,
        } | columns
        self.execute(f"INSERT INTO cameras ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", *row.values())

    def add_gap(self, gap_id: str, camera_id: str, window: Window, state: str = "pending") -> None:
        """A row of `recording_gaps`, as the recorder writes it."""
        self.execute(
            "INSERT INTO recording_gaps VALUES (?, ?, ?, ?, ?, ?, 0, NULL, NULL, ?)",
            *(gap_id, camera_id, format_stamp(window.start), format_stamp(window.end)),
            *(int(window.seconds), state, format_stamp(window.end)),
        )

    def execute(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Run a statement on the site database."""
        return execute_on(self.database, sql, *values)

    def gap(self, gap_id: str) -> sqlite3.Row:
        """A gap's row as it is now."""
        return self.execute("SELECT * FROM recording_gaps WHERE id = ?", gap_id)[0]

    def fills(self) -> list[sqlite3.Row]:
        """The journal's fills, oldest first."""
        return execute_on(self.journal, "SELECT * FROM fills ORDER BY id")

    def proofs(self) -> list[str]:
        """How well the time of each landed file is known, in the order in which they landed."""
        return [row["proof"] for row in execute_on(self.journal, "SELECT proof FROM landed_files ORDER BY id")]

    def remembered(self, camera_id: str) -> sqlite3.Row | None:
        """What the journal remembers of a camera."""
        rows = execute_on(self.journal, "SELECT * FROM camera_memory WHERE camera_id = ?", camera_id)
        return rows[0] if rows else None

    def let_time_come(self, camera_id: str) -> None:
        """As if the time had passed for which a camera was set aside."""
        due = "UPDATE camera_memory SET set_aside_until = ? WHERE camera_id = ? AND set_aside_until IS NOT NULL"
        execute_on(self.journal, due, format_stamp(self.began), camera_id)

    def recorded(self, camera_id: str) -> dict[str, float]:
        """The recordings of a camera: file name to seconds of video."""
        directory = self.recordings / camera_id
        return {path.name: video_s(path) for path in sorted(directory.glob("*.mp4"))} if directory.is_dir() else {}

    def recorded_names(self, camera_id: str) -> list[str]:
        """The names of a camera's recordings, those that cannot be read too."""
        return sorted(path.name for path in (self.recordings / camera_id).glob("*.mp4"))

    def fetched_s(self) -> float:
        """Seconds of video in the part files: what of a fetch under way would outlive a kill.

        ffmpeg writes nothing before it has seen more than five seconds of media.
        """
        return sum(_readable_s(path) for path in self.recordings.rglob("*.part"))

    def left_behind(self) -> list[str]:
        """Files in the recordings that are no recordings."""
        files = (path.name for path in self.recordings.rglob("*") if path.is_file())
        return [name for name in files if not name.endswith(".mp4") and name != MARK_NAME]

    def settings(self, **changes: Any) -> Settings:
        """Settings for this site with waits cut short."""
        short = {"heldar_min_free_disk_gb": 0, "anr_rest_s": 0.1, "heldar_anr_interval_s": 10}
        return load_settings(
            None,
            heldar_database_url=str(self.database),
            heldar_recordings_dir=self.recordings,
            anr_journal=self.journal,
            **(short | changes),
        )

    async def sweep(self, **changes: Any) -> None:
        """One sweep and its fills, by a worker in this process."""
        async with self.worker(**changes) as worker:
            await worker.run(asyncio.Event(), once=True)

    @contextlib.asynccontextmanager
    async def worker(self, **changes: Any) -> AsyncIterator[Scheduler]:
        """A worker of this process that holds the site but does not run yet."""
        settings = self.settings(**changes)
        ffmpeg = await probe_ffmpeg(find_ffmpeg(self.ffmpeg))
        site, journal = await open_site(settings), await Journal.open(self.journal)
        now = now_utc()
        lease_id = await journal.lease.claim(
            own_identity(),
            now=now,
            expires_at=now + timedelta(minutes=5),
            starts_paused=False,
            is_dead=lambda *_: True,
        )
        assert lease_id is not None
        leased = LeasedJournal(journal, lease_id)
        try:
            context = worker_context(settings, site, leased, ffmpeg, Random(7), self.clock)
            yield Scheduler(context, SchedulerState(is_paused=settings.starts_paused))
        finally:
            await leased.lease.give_back(now_utc())
            await journal.close()
            await site.close()

    @contextlib.asynccontextmanager
    async def working(self, **changes: Any) -> AsyncIterator[Scheduler]:
        """A worker of this process that sweeps, fills and answers requests until the block ends."""
        async with self.worker(**changes) as worker:
            stop = worker.state.lifetime.ending
            run = asyncio.create_task(worker.run(stop, once=False))
            serve = asyncio.create_task(serve_requests(worker.context, worker.state, worker))
            try:
                yield worker
            finally:
                stop.set()
                serve.cancel()
                await asyncio.gather(run, serve, return_exceptions=True)
            run.result()

    async def start_worker(self, *arguments: str, **environment: str) -> asyncio.subprocess.Process:
        """The real command, as a process of its own."""
        short = {
            "HELDAR_MIN_FREE_DISK_GB": "0",
            "ANR_REST_S": "0.1",
            "HELDAR_FFMPEG_BIN": self.ffmpeg,
        }
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "anr_tui", "worker", "--database", str(self.database)),
            *("--recordings", str(self.recordings), *arguments),
            env=dict(os.environ) | short | environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._workers.append(worker)
        return worker

    def kill_workers(self) -> None:
        """End what a failed test left running."""
        for worker in self._workers:
            if worker.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker.pid, signal.SIGKILL)


def video_s(path: Path) -> float:
    """Seconds of video in a file, from its packets."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        ends = [
            float((packet.pts + (packet.duration or 0)) * (stream.time_base or 0))
            for packet in container.demux(stream)
            if packet.pts is not None
        ]
    return max(ends)


def _readable_s(part: Path) -> float:
    """Seconds of video in a file that is being written, from its first whole fragment on."""
    try:
        return video_s(part)
    except (FileNotFoundError, ValueError):  # it has landed, or holds no packet yet
        return 0.0


def picture_offsets(path: Path) -> list[float]:
    """How far the time in each picture is from the place that the file's name gives it, in seconds."""
    return [each.offset_s for each in picture_times(path)]


def worst_offset_s(site: EngineSite, camera_id: str) -> float:
    """The largest such distance in any of a camera's recordings."""
    paths = (site.recordings / camera_id).glob("*.mp4")
    return max((abs(offset) for path in paths for offset in picture_offsets(path)), default=0.0)


def writers(directory: Path) -> dict[int, str]:
    """The processes that write a recording below a directory: process id to arguments.

    No name of a recording stands in them: each is told by the mark of its worker, which names the journal beside them.
    """
    journal = directory.with_name("site.anr.db")
    if not journal.exists():
        return {}
    status = journal.stat()
    mark = f"={status.st_dev}:{status.st_ino}#"
    entries = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    found = {int(entry.name): _words(entry / "cmdline") for entry in entries}
    return {
        pid: words
        for pid, words in found.items()
        if "-progress" in words and mark in _words(Path(f"/proc/{pid}/environ"))
    }


def _words(listed: Path) -> str:
    try:
        return listed.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


async def ask(site: EngineSite, kind: RequestKind, **about: object) -> Request:
    """Ask as another process would, and wait for the answer."""
    journal = await Journal.open(site.journal)
    try:
        request_id = await journal.requests.ask(kind, asked_by="ann@console", now=now_utc(), **about)  # type: ignore[arg-type]
    finally:
        await journal.close()
    return await answer(site, request_id)


async def answer(site: EngineSite, request_id: int) -> Request:
    """What became of a request, once something has."""
    journal = await Journal.open(site.journal)
    try:
        while True:
            request = await journal.requests.get(request_id)
            assert request is not None
            if request.state in (RequestState.DONE, RequestState.REFUSED):
                return request
            await asyncio.sleep(0.02)
    finally:
        await journal.close()


async def until(is_so: Callable[[], object]) -> None:
    """Wait for what another process writes into a file or a database; only looking again can tell.

    It takes as long as the machine needs. A wait in vain ends with pytest's own time limit.
    """
    while not is_so():
        await asyncio.sleep(0.02)


def execute_on(database: Path, sql: str, *values: Any) -> list[sqlite3.Row]:
    with contextlib.closing(sqlite3.connect(database, timeout=10)) as connection:
        connection.row_factory = sqlite3.Row
        rows = connection.execute(sql, values).fetchall()
        connection.commit()
    return rows
