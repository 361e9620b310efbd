"""A step that a database refuses is done again, until the worker ends."""

import pytest

from anr_tui.domain.errors import JournalError, LeaseLostError, SiteError, SiteLockedError
from anr_tui.worker import context
from anr_tui.worker.context import persist
from anr_tui.worker.state import SchedulerState


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two tries no time passes."""
    monkeypatch.setattr(context, "_AGAIN_S", 0.0)


class Step:
    """A step that fails so many times before it is done."""

    def __init__(self, failures: int, error: Exception) -> None:
        self.failures = failures
        self.error = error
        self.tries = 0

    async def __call__(self) -> str:
        self.tries += 1
        if self.tries <= self.failures:
            raise self.error
        return "done"


@pytest.mark.parametrize("error", [JournalError("locked"), SiteLockedError("locked")])
async def test_a_locked_database_is_asked_until_it_lets_go(error: Exception) -> None:
    step = Step(50, error)

    assert await persist(SchedulerState(), step) == "done"
    assert step.tries == 51


async def test_a_worker_that_ends_waits_for_it_only_so_often() -> None:
    step = Step(50, JournalError("locked"))

    with pytest.raises(JournalError):
        await persist(SchedulerState(is_ending=True), step)
    assert 1 < step.tries < 50


@pytest.mark.parametrize("error", [LeaseLostError("gone"), SiteError("no such table")])
async def test_what_will_not_pass_by_itself_is_not_tried_again(error: Exception) -> None:
    step = Step(1, error)

    with pytest.raises(type(error)):
        await persist(SchedulerState(), step)
    assert step.tries == 1
