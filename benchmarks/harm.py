"""Random disturbances at random moments: processes killed or stopped, connections cut, cameras taken down."""

import asyncio
import contextlib
import os
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from random import Random

from benchmarks.site_run import SiteRun
from tests.engine import writers

_PAUSE_S = (0.1, 1.6)
_DOWN_S = (0.3, 4.0)
# Not for ever: once all is filled there is nothing left to kill.
_PATIENCE_S = 8.0
_WEIGHTS = {"ffmpeg_killed": 3, "connections_cut": 3, "worker_killed": 2, "worker_stopped": 1, "camera_down": 2}


class Harmer:
    """Disturbs a run; `done` counts the disturbances by kind."""

    def __init__(self, run: SiteRun, random: Random) -> None:
        self.done: Counter[str] = Counter()
        self._run = run
        self._random = random
        self._mending: set[asyncio.Task[None]] = set()

    async def harm(self, times: int) -> None:
        """Disturb the run this many times while new gaps are added; afterwards all cameras work again."""
        harms: dict[str, Callable[[], bool]] = {
            "ffmpeg_killed": self._kill_ffmpeg,
            "connections_cut": self._cut_connections,
            "worker_killed": lambda: self._signal_worker(signal.SIGKILL),
            "worker_stopped": lambda: self._signal_worker(signal.SIGTERM),
            "camera_down": self._take_camera_down,
        }
        # Kinds are drawn first: they depend on the seed alone, while their targets depend on the moment.
        kinds = self._random.choices(list(_WEIGHTS), list(_WEIGHTS.values()), k=times)
        pauses_s = [self._random.uniform(*_PAUSE_S) for _ in kinds]
        for number, (kind, pause_s) in enumerate(zip(kinds, pauses_s, strict=True)):
            # All gaps are known by the time that three quarters of the disturbances are done.
            self._run.let_gaps_come((number + 1) / times / 0.75)
            await asyncio.sleep(pause_s)
            self.done[kind if await self._once_possible(harms[kind]) else f"no_chance_for_{kind}"] += 1
        await asyncio.gather(*self._mending)

    async def _once_possible(self, harm: Callable[[], bool]) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                while not harm():
                    await asyncio.sleep(0.02)
                return True
        return False

    def _kill_ffmpeg(self) -> bool:
        pids = sorted(writers(self._run.scene.site.recordings))
        if not pids:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._random.choice(pids), signal.SIGKILL)
            return True
        return False

    def _signal_worker(self, number: signal.Signals) -> bool:
        pid = self._run.worker_pid
        if pid is None:
            return False
        os.kill(pid, number)
        return True

    def _cut_connections(self) -> bool:
        connected = [camera for camera in self._run.scene.cameras.values() if camera.sessions.current]
        if not connected:
            return False
        self._random.choice(connected).hang_up()
        return True

    def _take_camera_down(self) -> bool:
        scene = self._run.scene
        well = [each for each, camera in scene.cameras.items() if not camera.faults.refuses_connections]
        if not well:
            return False
        camera_id = self._random.choice(well)
        camera = scene.cameras[camera_id]
        camera.faults = replace(scene.natures[camera_id], refuses_connections=True)
        camera.hang_up()
        task = asyncio.create_task(self._mend(camera_id, self._random.uniform(*_DOWN_S)))
        self._mending.add(task)
        return True

    async def _mend(self, camera_id: str, after_s: float) -> None:
        await asyncio.sleep(after_s)
        scene = self._run.scene
        scene.cameras[camera_id].faults = scene.natures[camera_id]
