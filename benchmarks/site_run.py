"""Workers that are started again whenever they end, and an operator who asks for sweeps and retries meanwhile."""

import asyncio
import math
import os
import sqlite3
import sys
from typing import Self

from anr_tui.demo.camera.faults import Pace
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.request import RequestKind
from anr_tui.domain.timestamps import format_stamp, now_utc
from anr_tui.journal.journal import Journal
from benchmarks.scene import Scene

OPERATOR = "operator"
_LOOK_S = 0.5
_MOST_ROUNDS = 12
_ROUND_LIMIT_S = 240.0
_STOP_LIMIT_S = 20.0
_SETTINGS = {
    "HELDAR_MIN_FREE_DISK_GB": "0",
    "HELDAR_ANR_INTERVAL_S": "10",
    "ANR_PIECE_S": "12",
    "ANR_REST_S": "0.1",
    "ANR_SESSIONS_PER_DEVICE": "2",
    "ANR_SETTLE_S": "0",
    "ANR_STALL_S": "2",
}


class SiteRun:
    """Runs the site: `async with` starts the services and the operator, `stop` ends the workers in order.

    `workers` counts the starts. Of several services, all but the one that holds the site stand by.
    """

    def __init__(self, scene: Scene, *, services: int = 1) -> None:
        self.scene = scene
        self.workers = 0
        self._waiting = list(scene.gaps)
        self._services: list[asyncio.subprocess.Process | None] = [None] * services
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._journal = await Journal.open(self.scene.site.journal)
        keeping = [asyncio.create_task(self._keep_working(number)) for number in range(len(self._services))]
        self._tasks = [*keeping, asyncio.create_task(self._operate())]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._let_it_be()
        for worker in self._running():
            worker.kill()
            await worker.wait()
        await self._journal.close()

    @property
    def worker_pid(self) -> int | None:
        """The process id of the running worker, if any; of several, the first."""
        return next((worker.pid for worker in self._running()), None)

    def let_gaps_come(self, share: float) -> None:
        """Add gaps to the site until this share of them, from 0 to 1, is known to it."""
        known = max(1, round(share * len(self.scene.gaps)))
        while self._waiting and len(self.scene.gaps) - len(self._waiting) < known:
            gap = self._waiting.pop(0)
            self.scene.site.add_gap(gap.id, gap.camera_id, gap.window)

    async def come_to_rest(self) -> None:
        """Wait until all gaps were asked for once more, undisturbed and at full speed, and no new file landed."""
        self.let_gaps_come(1.0)
        for camera in self.scene.cameras.values():
            camera.pace = Pace(math.inf, honours_rate_control=True)
        for _ in range(_MOST_ROUNDS):
            before = self._landed()
            open_gaps = [row["id"] for row in self._open_gaps()]
            started_at = format_stamp(now_utc())
            for gap_id in open_gaps:
                await self._ask(RequestKind.RETRY, gap_id)
            async with asyncio.timeout(_ROUND_LIMIT_S):
                while self._are_open(open_gaps, started_at):
                    await asyncio.sleep(_LOOK_S)
            if self._landed() == before:
                return
        raise TimeoutError(f"{_MOST_ROUNDS} rounds of retries each brought something new")

    async def stop(self) -> None:
        """End the workers as a service manager does. Raises AssertionError where one does not end in order."""
        await self._let_it_be()
        workers = self._running()
        assert workers
        for worker in workers:
            worker.terminate()
        for worker in workers:
            assert await asyncio.wait_for(worker.wait(), _STOP_LIMIT_S) == 0, "a worker did not end in order"

    async def _let_it_be(self) -> None:
        """Start no more workers and send no more requests."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _running(self) -> list[asyncio.subprocess.Process]:
        return [worker for worker in self._services if worker is not None and worker.returncode is None]

    async def _keep_working(self, number: int) -> None:
        while True:
            self.workers += 1
            self._services[number] = worker = await self._start_worker()
            await worker.wait()

    async def _start_worker(self) -> asyncio.subprocess.Process:
        site = self.scene.site
        own = {"HELDAR_FFMPEG_BIN": site.ffmpeg, "ANR_MAX_FILLS": str(len(self.scene.cameras))}
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "anr_tui", "worker", "--wait", "--database", str(site.database)),
            *("--recordings", str(site.recordings)),
            env=dict(os.environ) | _SETTINGS | own,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )

    async def _operate(self) -> None:
        """Ask for a sweep again and again, and retry the gaps that were given up or set aside."""
        while True:
            await asyncio.sleep(_LOOK_S)
            aside = {
                memory.camera_id
                for memory in (await self._journal.camera_memory.by_camera()).values()
                if memory.set_aside_why
            }
            for row in self._open_gaps():
                if row["fill_state"] == "failed" or row["camera_id"] in aside:
                    aside.discard(row["camera_id"])
                    await self._ask(RequestKind.RETRY, row["id"])
            await self._ask(RequestKind.SWEEP)

    async def _ask(self, kind: RequestKind, gap_id: str | None = None) -> None:
        await self._journal.requests.ask(kind, asked_by=OPERATOR, now=now_utc(), gap_id=gap_id)

    def _open_gaps(self) -> list[sqlite3.Row]:
        return self.scene.site.execute("SELECT * FROM recording_gaps WHERE fill_state != 'filled'")

    def _are_open(self, gap_ids: list[str], since: str) -> bool:
        """Whether one of these gaps is not filled, and has had no counted attempt since that time."""
        concluded = {
            fill["gap_id"]
            for fill in self.scene.site.fills()
            if fill["started_at"] >= since and fill["outcome"] and Outcome(fill["outcome"]).counts_as_attempt
        }
        return any(row["id"] in gap_ids and row["id"] not in concluded for row in self._open_gaps())

    def _landed(self) -> set[str]:
        return {str(path) for path in self.scene.site.recordings.rglob("*.mp4")}
