"""The event hook: runs the operator's command (ANR_ON_EVENT) for one event at a time, as JSON on its standard input.

Events are read from the journal by their ids, so those that consoles write are included. Each is handed over once,
because the id is noted in the journal before the command starts.
"""

import asyncio
import json
import logging
import os
import shutil
import time
from collections.abc import Collection, Sequence
from datetime import timedelta

from anr_tui.domain.errors import JournalError, LeaseLostError, SettingsError
from anr_tui.domain.event import EventKind
from anr_tui.journal.tables.rows import Event
from anr_tui.platform.child_process import STDERR, STDOUT, Child, LineSplitter, first_set, to_the_end
from anr_tui.platform.logging_setup import log_fields
from anr_tui.platform.secrets.masking import mask
from anr_tui.view.tables.chain_text import head_fields
from anr_tui.view.tables.event_tables import event_fields
from anr_tui.worker.context import WorkerContext
from anr_tui.worker.lifecycle.crash_recovery import child_mark

MOST_WAITING = 100
OLDEST = timedelta(hours=1)
_LOOK_S = 1.0
_TIME_LIMIT_S = 30.0
_GRACE_S = 2.0
_LAST_S = 3.0
_MOST_LINES = 50
_MOST_BYTES = 1_000_000

_log = logging.getLogger(__name__)


class TooMuchOutputError(Exception):
    """The command printed more than is read."""


def check_hook(command: Sequence[str]) -> None:
    """Raise SettingsError where the first word of the command is no program that can be run; no words are fine."""
    for program in command[:1]:
        is_relative = "/" in program and not program.startswith("/")
        if is_relative or shutil.which(program) is None:
            raise SettingsError(
                f"ANR_ON_EVENT names {program!r}, which is no program that can be run.",
                "Give its absolute path, and make it executable.",
            )


class EventHook:
    """Runs the command for events of some kinds, one after another. No failure of the command affects a fill.

    `command` is the command's words; it may take `time_limit_s` seconds for each event.
    """

    def __init__(
        self,
        context: WorkerContext,
        command: Sequence[str],
        kinds: Collection[EventKind],
        *,
        time_limit_s: float = _TIME_LIMIT_S,
    ) -> None:
        self._context = context
        self._time_limit_s = time_limit_s
        self._command = command
        self._kinds = kinds
        mark = child_mark(context.paths.journal, context.journal.lease_id)
        self._environment = _environment() | dict(mark)
        self._last = asyncio.Event()
        self._has_ended = asyncio.Event()

    async def run(self) -> None:
        """Hand events over until `finish` is called, or until cancelled."""
        try:
            while self._command and self._kinds:
                is_last_look = self._last.is_set()
                await self._hand_over_new()
                if is_last_look:
                    return
                await _wait(self._last, _LOOK_S)
        finally:
            self._has_ended.set()

    async def finish(self) -> None:
        """Hand over the remaining events for a few seconds; those that are not reached wait for the next worker."""
        self._last.set()
        await _wait(self._has_ended, _LAST_S)

    async def _hand_over_new(self) -> None:
        context = self._context
        try:
            after, oldest = await context.journal.events.last_handed_over(), context.clock() - OLDEST
            events = await context.journal.events.newest(after=after, since=oldest, kinds=self._kinds)
            if len(events) > MOST_WAITING:
                _log.warning("%d events are not handed to ANR_ON_EVENT: too many wait", len(events) - MOST_WAITING)
            for event in reversed(events[:MOST_WAITING]):
                await context.journal.events.note_handed_over(event.id)
                await self._hand_over(event)
        except LeaseLostError:
            raise
        except JournalError as error:
            _log.warning("events wait for ANR_ON_EVENT: %s", error)

    async def _hand_over(self, event: Event) -> None:
        about = log_fields(camera=event.camera_id, gap=event.gap_id, fill=event.fill_id)
        # A copy of the head outside of this machine proves all records up to it.
        fields = event_fields(event) | {"evidence": head_fields(await self._context.journal.evidence_chain.head())}
        output = _Output()
        child = Child(output.read)
        try:
            await child.start(self._command, self._environment)
        except OSError as error:
            _log.warning("ANR_ON_EVENT could not be run for event %d: %s", event.id, error.strerror, extra=about)
            return
        began = time.monotonic()
        try:
            child.say_last(json.dumps(fields).encode() + b"\n")
            await _wait_for_end(child, self._time_limit_s)
            is_late = not child.exited.is_set() and child.failure is None
        finally:
            await to_the_end(child.end(_GRACE_S))
        if child.failure is not None:
            _log.warning("ANR_ON_EVENT was ended at event %d: it printed too much", event.id, extra=about)
        elif is_late:
            limit_s = self._time_limit_s
            _log.warning("ANR_ON_EVENT was ended at event %d: not done in %.0f s", event.id, limit_s, extra=about)
        else:
            words = (child.returncode, event.id, time.monotonic() - began)
            _log.info("ANR_ON_EVENT ended with status %d at event %d after %.1f s", *words, extra=about)


class _Output:
    """Writes the first lines of the command's output to our log. Raises TooMuchOutputError where there is too much."""

    def __init__(self) -> None:
        self._splitters = {STDOUT: LineSplitter(), STDERR: LineSplitter()}
        self._lines = 0
        self._bytes = 0

    def read(self, fd: int, data: bytes) -> None:
        self._bytes += len(data)
        if self._bytes > _MOST_BYTES:
            raise TooMuchOutputError
        splitter = self._splitters[fd]
        for line in splitter.feed(data) if data else splitter.finish():
            self._lines += 1
            if self._lines <= _MOST_LINES:
                _log.info("ANR_ON_EVENT says: %s", mask(line))
            elif self._lines == _MOST_LINES + 1:
                _log.info("ANR_ON_EVENT prints more; the rest is not logged")


def _environment() -> dict[str, str]:
    """Our environment without Heldar's variables, because they may hold its key and other secrets."""
    return {name: value for name, value in os.environ.items() if not name.upper().startswith("HELDAR_")}


async def _wait_for_end(child: Child, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await first_set(child.exited, child.failed)
    except TimeoutError:
        return


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
