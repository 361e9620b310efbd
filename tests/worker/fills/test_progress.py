"""How far the running fills are is told when it changes, and an error of the journal stops no fill."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from anr_tui.domain.errors import JournalError, LeaseLostError
from anr_tui.journal.journal import FillProgress
from anr_tui.worker.fills import progress
from anr_tui.worker.fills.progress import note_progress
from anr_tui.worker.job import Job
from tests.builders import CAMERA, GAP


class NotingFills:
    """A table of fills that keeps what it was told, or refuses it."""

    def __init__(self) -> None:
        self.noted: list[tuple[int, float]] = []
        self.error: Exception | None = None

    async def note_progress(self, fill_id: int, said: FillProgress) -> None:
        if self.error:
            raise self.error
        self.noted.append((fill_id, said.got_s))


@dataclass
class Run:
    """As much of a fill as is looked at."""

    progress: FillProgress


def job(fill_id: int, got_s: float) -> Job:
    return Job(GAP, CAMERA, "sweep", fill_id=fill_id, run=Run(FillProgress(got_s=got_s)))  # type: ignore[arg-type]


async def told(fills: NotingFills, running: dict[str, Job], *steps: Callable[[], None]) -> None:
    """Tell of the fills that run, before the first and after each of these steps."""
    left = iter(steps)
    done = asyncio.Event()
    looks = 0

    async def tick() -> None:
        nonlocal looks
        looks += 1
        if looks == 1:
            return
        step = next(left, None)
        if step is None:
            done.set()
            await asyncio.Event().wait()
        else:
            step()

    task = asyncio.create_task(note_progress(fills, running, tick))  # type: ignore[arg-type]
    await done.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two looks no time passes."""
    monkeypatch.setattr(progress, "LOOK_S", 0.0)


def nothing() -> None:
    """Nothing happens."""


async def test_only_a_fill_that_came_further_is_told_of() -> None:
    fills, running = NotingFills(), {"gap_1": job(1, 10), "gap_2": job(2, 20)}

    await told(fills, running, nothing, lambda: running.update(gap_2=job(2, 30)), nothing)

    assert fills.noted == [(1, 10), (2, 20), (2, 30)]


async def test_a_gap_whose_fill_has_not_begun_is_not_told_of() -> None:
    fills = NotingFills()

    await told(fills, {"gap_1": Job(GAP, CAMERA, "sweep")}, nothing)

    assert fills.noted == []


@pytest.mark.parametrize("error", [LeaseLostError("gone"), JournalError("locked")])
async def test_what_the_journal_does_not_take_stops_no_fill(error: Exception) -> None:
    fills, running = NotingFills(), {"gap_1": job(1, 10)}
    fills.error = error

    def recover() -> None:
        fills.error = None
        running["gap_1"] = job(1, 20)

    await told(fills, running, nothing, recover)

    assert fills.noted == [(1, 20)]
