"""The simulated site while the demo runs: its cameras go on recording, and now and then one loses its stream."""

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from anr_tui.demo.recorder import SQL, Recorder, note_filmed, note_status
from anr_tui.demo.roles import LONGEST_FILE_S, RETENTION_HOURS, SEGMENT_S
from anr_tui.domain.timestamps import floor_second, format_stamp
from anr_tui.domain.window import Window
from anr_tui.platform.sqlite import Database

if TYPE_CHECKING:
    from collections.abc import Callable

    from anr_tui.demo.site import DemoSite

FIRST_AFTER_S, EVERY_S, LENGTH_S = 15, 40, 20
# A real recorder notes a gap with the first segment after the outage; this one ends a segment early for that, so that
# a person sees the gap soon.
_NOTED_AFTER_S = 10
# After the machine has slept, only this much of the missed time is filmed.
_CATCH_UP_S = LONGEST_FILE_S
_LOOK_EVERY_S = 1.0


async def run_outages(site: "DemoSite", clock: "Callable[[], datetime]") -> None:
    """Keep a demo site recording until cancelled. Raises AnrError when new footage cannot be made."""
    database = await Database.open(site.database, mode="rw")
    try:
        await Outages(site, database, clock()).run(clock)
    finally:
        await database.close()


class Outages:
    """Keeps a demo site recording. `step` does what is due at a time; times must not go back."""

    def __init__(self, site: "DemoSite", database: Database, started: datetime) -> None:
        self._database = database
        self._begun = floor_second(started) + timedelta(seconds=FIRST_AFTER_S)
        self._victims = [site.recorders[name] for name in sorted(site.fillable)]
        self._filming = [recorder for recorder in site.recorders.values() if recorder.role.is_reachable]
        self._filmed_until = dict.fromkeys(site.recorders, site.filmed_until)
        self._offline: set[str] = set()

    async def run(self, clock: "Callable[[], datetime]") -> None:
        """Call `step` about once a second until cancelled."""
        while True:
            await self.step(clock())
            await asyncio.sleep(_LOOK_EVERY_S)

    async def step(self, now: datetime) -> None:
        """Note which outages began and ended, and film what is due, all cameras in parallel."""
        for recorder in self._victims:
            await self._note_state(recorder.role.id, now)
        await asyncio.gather(*(self._film_if_due(recorder, now) for recorder in self._filming))

    def outages(self, camera_id: str, until: datetime) -> list[Window]:
        """The outages of a camera that began before `until`, in order: the cameras lose their streams in turn."""
        names = [recorder.role.id for recorder in self._victims]
        if camera_id not in names:
            return []
        turn_s = EVERY_S * len(names)
        start = self._begun + timedelta(seconds=EVERY_S * names.index(camera_id))
        windows = []
        while start < until:
            windows.append(Window(start, start + timedelta(seconds=LENGTH_S)))
            start += timedelta(seconds=turn_s)
        return windows

    async def _note_state(self, camera_id: str, now: datetime) -> None:
        is_offline = any(outage.end > now for outage in self.outages(camera_id, now))
        if is_offline == (camera_id in self._offline):
            return
        if is_offline:
            self._offline.add(camera_id)
            await note_status(self._database, camera_id, "offline", "the stream ended", now)
        else:
            self._offline.discard(camera_id)
            await note_status(self._database, camera_id, "recording", None, now)

    async def _film_if_due(self, recorder: Recorder, now: datetime) -> None:
        camera_id, until = recorder.role.id, floor_second(now)
        start = max(self._filmed_until[camera_id], until - timedelta(seconds=_CATCH_UP_S))
        lost = [outage for outage in self.outages(camera_id, now) if outage.end > start]
        noted = timedelta(seconds=_NOTED_AFTER_S)
        if lost and lost[-1].end + noted > now:
            until = min(until, lost.pop().start)
        is_due = bool(lost) or until - start >= timedelta(seconds=SEGMENT_S)
        if not is_due or until <= start:
            return
        self._filmed_until[camera_id] = until
        filmed = await asyncio.to_thread(recorder.film, Window(start, until), lost)
        await note_filmed(self._database, filmed, now)
        await self._forget(recorder, now - timedelta(hours=RETENTION_HOURS))

    async def _forget(self, recorder: Recorder, before: datetime) -> None:
        await asyncio.to_thread(recorder.forget, before)
        row = {"camera_id": recorder.role.id, "before": format_stamp(before)}
        await self._database.write(SQL["forget_segments"], row)
