"""How long a worker stays: what it does when consoles go and come back, and what people ask of it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from anr_tui.demo.camera.faults import Pace
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.request import RequestKind, RequestState
from anr_tui.journal.presence import present
from anr_tui.worker.lifecycle import lifetime
from anr_tui.worker.lifecycle.lifetime import keep_company
from anr_tui.worker.scheduler import Scheduler
from tests.engine import PATIENCE_S, EngineSite, ask, execute_on, until

FULL_SPEED = Pace(honours_rate_control=True)


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(lifetime, "LOOK_S", 0.05)
    monkeypatch.setattr(lifetime, "GRACE_S", 0.2)
    yield


@contextlib.asynccontextmanager
async def working(site: EngineSite, lifetime: Lifetime = Lifetime.CONSOLES) -> AsyncIterator[Scheduler]:
    """A worker of this process that heeds consoles, on a site with two gaps of one camera."""
    async with site.working(anr_stall_s=PATIENCE_S) as worker:
        worker.state.lifetime.lifetime = lifetime
        company = asyncio.create_task(keep_company(worker.context, worker.state, worker))
        try:
            yield worker
        finally:
            company.cancel()
            await asyncio.gather(company, return_exceptions=True)
    if not company.cancelled():
        company.result()


def consoles(site: EngineSite) -> Path:
    return site.settings().consoles_path


def two_gaps(site: EngineSite, port: int) -> None:
    site.add_camera("gate", port)
    site.add_gap("gap_1", "gate", site.window(4, 18))
    site.add_gap("gap_2", "gate", site.window(20, 34))


def states(site: EngineSite) -> dict[str, str]:
    """The gaps that were ever filled, with their fills' outcomes."""
    return {row["gap_id"]: row["outcome"] or "running" for row in site.fills()}


def noted(site: EngineSite) -> str:
    """The lifetime as others see it."""
    return str(execute_on(site.journal, "SELECT lifetime FROM workers ORDER BY id DESC")[0]["lifetime"])


@pytest.mark.usefixtures("_impatient")
async def test_a_deserted_worker_finishes_what_runs_starts_nothing_and_ends(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        camera.hold(after_s=1)
        two_gaps(site, camera.port)
        with contextlib.ExitStack() as console:
            console.enter_context(present(consoles(site)))
            async with working(site) as worker:
                await camera.played(1)
                (first,) = worker.state.running
                console.close()
                await until(lambda: worker.state.lifetime.is_draining)
                camera.release()
                await until(lambda: worker.state.is_ending)
                assert not worker.state.lifetime.ending.is_set()
    assert states(site) == {first: "filled"}


@pytest.mark.usefixtures("_impatient")
async def test_a_console_that_comes_back_lets_a_deserted_worker_go_on(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        camera.hold(after_s=1)
        two_gaps(site, camera.port)
        with contextlib.ExitStack() as console:
            console.enter_context(present(consoles(site)))
            async with working(site) as worker:
                await camera.played(1)
                console.close()
                await until(lambda: worker.state.lifetime.is_draining)
                assert worker.next_sweep_at is None
                console.enter_context(present(consoles(site)))
                await until(lambda: not worker.state.lifetime.is_draining)
                camera.release()
                await until(lambda: len(site.fills()) == 2)
                assert not worker.state.lifetime.is_draining


@pytest.mark.usefixtures("_impatient")
async def test_it_may_be_set_to_stop_its_fills_or_to_stay(site: EngineSite) -> None:
    async with working(site) as worker:
        worker.state.lifetime.linger = "stay"
        await until(lambda: noted(site) == "stay")
        assert not worker.state.lifetime.is_draining
    async with working(site) as worker:
        worker.state.lifetime.linger = "stop"
        await until(lambda: worker.state.is_ending)


@pytest.mark.usefixtures("_impatient")
async def test_a_halted_worker_has_no_fills_to_wait_for(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        camera.hold(after_s=2)
        two_gaps(site, camera.port)
        with contextlib.ExitStack() as console:
            console.enter_context(present(consoles(site)))
            async with working(site) as worker:
                await camera.played(2)
                worker.halt(True)
                console.close()
                await until(lambda: worker.state.is_ending)
        await camera.idle()
    assert list(states(site).values()) == ["stopped"]


@pytest.mark.usefixtures("_impatient")
async def test_where_locks_cannot_tell_it_heeds_the_one_that_started_it(
    site: EngineSite, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    consoles(site).symlink_to(site.root / "elsewhere")
    async with working(site) as worker:
        await until(lambda: "open consoles cannot be counted" in caplog.text)
        assert not worker.state.lifetime.is_draining
        monkeypatch.setattr("os.getppid", lambda: 0)  # nobody's
        await until(lambda: worker.state.is_ending)
    assert caplog.text.count("open consoles cannot be counted") == 1


async def test_a_service_refuses_to_end_and_says_why(site: EngineSite) -> None:
    kinds = (RequestKind.END, RequestKind.DRAIN, RequestKind.STAY)
    async with working(site, Lifetime.SERVICE) as worker:
        answers = await asyncio.gather(*(ask(site, kind) for kind in kinds))
        assert not worker.state.is_ending
        assert not worker.state.lifetime.is_draining
    assert {answer.state for answer in answers} == {RequestState.REFUSED}
    assert all("This worker is a service" in answer.reason for answer in answers)


async def test_ending_one_that_stays_keeps_what_came_and_is_answered_first(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        camera.hold(after_s=8)
        two_gaps(site, camera.port)
        with present(consoles(site)):
            async with working(site, Lifetime.STAY) as worker:
                await until(lambda: site.fetched_s() >= 1)
                answer = await ask(site, RequestKind.END)
                await until(lambda: worker.state.is_ending)
        await camera.idle()
    assert answer.state is RequestState.DONE
    assert list(states(site).values()) == ["stopped"]
    assert sum(site.recorded("gate").values()) >= 1


async def test_one_that_drains_starts_nothing_and_ends_though_consoles_look_on(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        camera.hold(after_s=1)
        two_gaps(site, camera.port)
        with present(consoles(site)):
            async with working(site) as worker:
                await camera.played(1)
                (first,) = worker.state.running
                assert (await ask(site, RequestKind.DRAIN)).state is RequestState.DONE
                camera.release()
                await until(lambda: worker.state.is_ending)
    assert states(site) == {first: "filled"}


@pytest.mark.parametrize("kind", [RequestKind.SWEEP, RequestKind.STAY])
async def test_draining_is_taken_back_by_asking_for_work_or_for_it_to_stay(site: EngineSite, kind: RequestKind) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        camera.hold(after_s=1)
        two_gaps(site, camera.port)
        with present(consoles(site)):
            async with working(site) as worker:
                await camera.played(1)
                await ask(site, RequestKind.DRAIN)
                assert (await ask(site, kind)).state is RequestState.DONE
                camera.release()
                await until(lambda: len(site.fills()) == 2)
                assert not worker.state.is_ending
    assert noted(site) == ("stay" if kind is RequestKind.STAY else "service")
