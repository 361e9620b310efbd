"""The lifetime of a worker: until a signal, as long as a console is open, or until it is asked to end."""

import asyncio
import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.journal.presence import is_anyone_present
from anr_tui.worker.context import SchedulerPort, WorkerContext, persist
from anr_tui.worker.state import SchedulerState, WorkerLifetime

LOOK_S = 1.0
# A console that restarts, or tests whether it is the last one, is absent for an instant.
GRACE_S = 3.0

_log = logging.getLogger(__name__)


async def keep_company(context: WorkerContext, state: SchedulerState, port: SchedulerPort) -> None:
    """Check about once a second whether a console is open, and apply `anr_linger` once none is.

    Returns when the worker's lifetime no longer depends on consoles.
    """
    is_anyone_there = _looker(context.paths.consoles)
    seen_at = time.monotonic()
    was_empty = False
    while state.lifetime.lifetime is Lifetime.CONSOLES:
        if is_anyone_there():
            seen_at, was_empty = time.monotonic(), False
            _welcome(state.lifetime, port)
        elif was_empty and time.monotonic() - seen_at >= GRACE_S:
            await _linger(context, state, port)
        else:
            was_empty = True
        await asyncio.sleep(LOOK_S)


def _welcome(lifetime: WorkerLifetime, port: SchedulerPort) -> None:
    if not lifetime.is_deserted:
        return
    _log.info("a console is open again: the worker continues")
    lifetime.is_deserted = False
    port.wake()


async def _linger(context: WorkerContext, state: SchedulerState, port: SchedulerPort) -> None:
    lifetime = state.lifetime
    if lifetime.linger == "stay":
        _log.info("no console is open any more: this worker stays without one (ANR_LINGER=stay)")
        lifetime.keep()
        await persist(state, lambda: context.journal.lease.note_lifetime(lifetime.lifetime))
    elif lifetime.linger == "stop" or state.is_halted:  # halted fills would never end
        _log.info("no console is open any more: this worker ends")
        lifetime.ending.set()
    elif not lifetime.is_deserted:
        _log.info("no console is open any more: this worker ends when its %d fills are done", len(state.running))
        lifetime.is_deserted = True
        port.wake()


def _looker(path: Path) -> Callable[[], bool]:
    """A function that tells whether a console is open; where locks do not work, whether our parent still runs."""
    starter = os.getppid()
    has_warned = False

    def is_anyone_there() -> bool:
        nonlocal has_warned
        try:
            return is_anyone_present(path)
        except OSError as error:
            if not has_warned:
                _log.warning(
                    "open consoles cannot be counted (%s): this worker watches only the one that started it", error
                )
            has_warned = True
            return os.getppid() == starter

    return is_anyone_there
