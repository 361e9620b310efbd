"""How long a worker stays: until a signal, as long as a console looks on, or until it is asked to end."""

import asyncio
import logging
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from anr_tui.config.settings import Linger
from anr_tui.domain.errors import AnrError
from anr_tui.domain.lifetime import Lifetime
from anr_tui.journal.presence import is_anyone_present
from anr_tui.worker.context import persist

if TYPE_CHECKING:
    from pathlib import Path

    from anr_tui.worker.scheduler import Worker

LOOK_S = 1.0
# A console that is opened anew, or makes sure that it is the last, is away for an instant.
GRACE_S = 3.0

_log = logging.getLogger(__name__)


class WorkerLifetime:
    """A worker's lifetime, and whether it goes on, drains (finishes running fills, starts none, then ends) or ends.

    It drains while it is deserted, and goes on when a console comes back before it has ended. It drains as well once
    it was asked to, until somebody takes that back by asking for work (fill, retry, sweep) or asking it to stay.
    """

    def __init__(self, lifetime: Lifetime = Lifetime.SERVICE, linger: Linger = "fills") -> None:
        self.lifetime = lifetime
        self.linger = linger
        self.is_asked_to_drain = False
        self.is_deserted = False
        self.ending = asyncio.Event()

    @property
    def is_draining(self) -> bool:
        """Whether no fill is started any more, and the last one's end is the worker's."""
        return self.is_asked_to_drain or self.is_deserted

    def keep(self) -> None:
        """Go on without a console."""
        self.lifetime = Lifetime.STAY
        self.is_asked_to_drain = self.is_deserted = False

    def check_is_no_service(self) -> None:
        """AnrError where the worker ends by signals only."""
        if self.lifetime is Lifetime.SERVICE:
            raise AnrError("This worker is a service.", "Stop it with `systemctl stop`, or where it was started.")


async def keep_company(worker: "Worker") -> None:
    """Look about once a second whether a console is there, and do what `anr_linger` says once there is none.

    Until cancelled, or until the worker need not care.
    """
    is_anyone_there = _looker(worker.settings.consoles_path)
    seen_at = time.monotonic()
    was_empty = False
    while worker.lifetime.lifetime is Lifetime.CONSOLES:
        if is_anyone_there():
            seen_at, was_empty = time.monotonic(), False
            await _welcome(worker)
        elif was_empty and time.monotonic() - seen_at >= GRACE_S:
            await _linger(worker)
        else:
            was_empty = True
        await asyncio.sleep(LOOK_S)


async def _welcome(worker: "Worker") -> None:
    if not worker.lifetime.is_deserted:
        return
    _log.info("a console looks on again: the work goes on")
    worker.lifetime.is_deserted = False
    worker.look_again()


async def _linger(worker: "Worker") -> None:
    lifetime = worker.lifetime
    if lifetime.linger == "stay":
        _log.info("no console looks on any more: this worker stays without one (ANR_LINGER=stay)")
        lifetime.keep()
        await persist(worker, lambda: worker.journal.lease.note_lifetime(lifetime.lifetime))
    elif lifetime.linger == "stop" or worker.is_halted:  # what is halted would never be done
        _log.info("no console looks on any more: this worker ends")
        lifetime.ending.set()
    elif not lifetime.is_deserted:
        _log.info("no console looks on any more: this worker ends when its %d fills are done", len(worker.running))
        lifetime.is_deserted = True
        worker.look_again()


def _looker(path: "Path") -> Callable[[], bool]:
    """Tells whether a console is there; where locks cannot tell, whether our starter still runs."""
    starter = os.getppid()
    told = False

    def is_anyone_there() -> bool:
        nonlocal told
        try:
            return is_anyone_present(path)
        except OSError as error:
            if not told:
                _log.warning("consoles cannot be seen (%s): this worker heeds the one that started it", error)
            told = True
            return os.getppid() == starter

    return is_anyone_there
