"""The demo: a simulated site with its cameras and a worker of its own, shown on the console or as a plain report."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from anr_tui.config.settings import Settings, load_settings
from anr_tui.demo.outages import run_outages
from anr_tui.demo.roles import ROLES, Role
from anr_tui.demo.site import DemoSite, build_site
from anr_tui.domain.errors import SiteError
from anr_tui.domain.gap import FillState
from anr_tui.domain.timestamps import now_utc
from anr_tui.fill.ffmpeg.program import find_ffmpeg
from anr_tui.journal.presence import present
from anr_tui.platform.text import duration
from anr_tui.service.launcher import ChildWorker, StartWorker
from anr_tui.view.site_reader import SiteReader
from anr_tui.view.snapshot.snapshot import FillRow, Snapshot
from anr_tui.view.tables import text_tables

LONGEST_S = 300.0
_LOOK_S = 1.0
# All that an operator waits for, shortened; a real site keeps the defaults.
_SHORT = {
    "heldar_anr_interval_s": 10,
    "heldar_min_free_disk_gb": 0,
    "anr_piece_s": 30,
    "anr_rest_s": 1,
    "anr_settle_s": 5,
    "anr_stall_s": 5,
    "anr_span": "1h",
}


@dataclass(frozen=True, slots=True)
class Demo:
    """A simulated site with running cameras: its folder, its settings, and the ids of the cameras that can fill."""

    root: Path
    settings: Settings
    fillable: frozenset[str]

    def child_worker(self) -> ChildWorker:
        """A worker for the demo site, as a child process that is not started yet."""
        return ChildWorker(["--config", str(self.root / "config.toml")])


def run_demo_with_console(
    keep: Path | None, run_console: Callable[[Settings, StartWorker], None], say: Callable[[str], object]
) -> None:
    """Show the demo site on the console while its cameras go on losing footage; `say` is told what it does before.

    The site is made in `keep`, or in a folder that is removed at the end. Raises AnrError where it cannot be made.
    """
    say(_making(ROLES))
    with running_demo(keep, goes_on=True) as demo:
        child = demo.child_worker()
        try:
            run_console(demo.settings, child.start)
        finally:
            child.stop()


def run_demo_once(keep: Path | None, say: Callable[[str], object], roles: Sequence[Role] = ROLES) -> bool:
    """Fill the demo site without a screen; `say` is given a line for each fill and a table at the end.

    Returns whether all that can be filled was filled within five minutes. Raises AnrError where the site cannot be
    made.
    """
    for number in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, lambda number, _: sys.exit(128 + number))  # so that the folder is removed even then
    say(_making(roles))
    with running_demo(keep, goes_on=False, roles=roles) as demo:
        child = demo.child_worker()
        try:
            return asyncio.run(_report(demo, child, say))
        finally:
            child.stop()


@contextlib.contextmanager
def running_demo(keep: Path | None, *, goes_on: bool, roles: Sequence[Role] = ROLES) -> Iterator[Demo]:
    """Make a simulated site in `keep` (or in a folder that is removed) and run its cameras in a thread of their own.

    With `goes_on`, cameras lose their streams again and again. Raises AnrError where the site cannot be made.
    """
    for name in [name for name in os.environ if name.startswith(("HELDAR_", "ANR_"))]:
        del os.environ[name]  # these name another site
    ffmpeg = find_ffmpeg("ffmpeg")
    root = (keep or Path(tempfile.mkdtemp(prefix="anr-demo-"))).absolute()
    try:
        with _Cameras(root, ffmpeg, roles, goes_on=goes_on) as site:
            demo = Demo(root, load_settings(root / "config.toml"), site.fillable)
            # The worker ends together with the demo, so that no console need ask whether to keep it running.
            with present(demo.settings.consoles_path):
                yield demo
    finally:
        if keep is None:
            shutil.rmtree(root, ignore_errors=True)


class _Cameras:
    """Builds the site and serves its cameras in a thread, so that a blocked terminal does not stop them."""

    def __init__(self, root: Path, ffmpeg: str, roles: Sequence[Role], *, goes_on: bool) -> None:
        self._root = root
        self._ffmpeg = ffmpeg
        self._roles = roles
        self._goes_on = goes_on
        self._built: Future[DemoSite] = Future()
        self._end: Callable[[], object] = lambda: None
        self._thread = threading.Thread(target=self._run, name="demo cameras")

    def __enter__(self) -> DemoSite:
        self._thread.start()
        try:
            return self._built.result()
        except OSError as error:
            where = error.filename or self._root
            raise SiteError(
                f"The demo's site cannot be made: {where}: {error.strerror}.",
                "Give --keep an empty directory that you can write to, or leave it out.",
            ) from None

    def __exit__(self, *_: object) -> None:
        self._end()
        self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:
            if not self._built.done():
                self._built.set_exception(error)

    async def _serve(self) -> None:
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        self._end = lambda: loop.call_soon_threadsafe(ended.set)
        site = await build_site(self._root, ffmpeg=self._ffmpeg, now=now_utc(), roles=self._roles)
        (self._root / "config.toml").write_text(_config(site), encoding="utf-8")
        async with site:
            outages = asyncio.create_task(run_outages(site, now_utc)) if self._goes_on else None
            self._built.set_result(site)
            await ended.wait()
            if outages is not None:
                outages.cancel()
                await asyncio.gather(outages, return_exceptions=True)


def _making(roles: Sequence[Role]) -> str:
    return f"Recording {len(roles)} cameras with holes, and what they kept on their cards: some five to twenty seconds."


def _config(site: DemoSite) -> str:
    values = {
        "heldar_database_url": str(site.database),
        "heldar_recordings_dir": str(site.recordings),
        **_SHORT,
    }
    return "".join(f"{name} = {json.dumps(value)}\n" for name, value in values.items())


async def _report(demo: Demo, child: ChildWorker, say: Callable[[str], object]) -> bool:
    view = await SiteReader.open(demo.settings)
    try:
        await child.start()
        reported: set[int] = set()
        try:
            async with asyncio.timeout(LONGEST_S):
                while not _is_done(snapshot := await view.look(), demo.fillable):
                    _tell_news(snapshot, reported, say)
                    await asyncio.sleep(_LOOK_S)
        except TimeoutError:
            say(f"Not all was filled within {LONGEST_S:.0f} s.")
        snapshot = await view.look()
        _tell_news(snapshot, reported, say)
        say("")
        say(text_tables.table(text_tables.GAP_HEADS, map(text_tables.gap_cells, snapshot.gaps)))
        return _is_done(snapshot, demo.fillable)
    finally:
        await view.close()


def _is_done(snapshot: Snapshot, fillable: frozenset[str]) -> bool:
    """Whether all gaps that can be filled are filled, and a fill was tried for every other camera."""
    tried = {row.fill.camera_id for row in snapshot.fills if not row.is_running}
    return all(
        row.gap.fill_state is FillState.FILLED if row.gap.camera_id in fillable else row.gap.camera_id in tried
        for row in snapshot.gaps
    )


def _tell_news(snapshot: Snapshot, reported: set[int], say: Callable[[str], object]) -> None:
    for row in reversed(snapshot.fills):
        if row.fill.outcome is not None and row.fill.id not in reported:
            reported.add(row.fill.id)
            say(_line(row))


def _line(row: FillRow) -> str:
    fill = row.fill
    outcome = fill.outcome.words if fill.outcome else ""
    gap = f"{fill.window.start:%H:%M:%SZ}, {duration(fill.window.seconds)}"
    return f"{row.camera_name}, {gap}: {outcome}. {fill.reason}"
