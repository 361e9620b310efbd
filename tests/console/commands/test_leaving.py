"""What a console leaves behind, however it goes: real consoles in real terminals, real workers, simulated cameras."""

import os
import signal

import pytest

from anr_tui.demo.camera.faults import Pace
from anr_tui.journal.presence import is_anyone_present, present
from tests.console.real_terminal import anr_tui, console, has_ended, one_gap, workers
from tests.engine import PATIENCE_S, EngineSite, until

FULL_SPEED = Pace(honours_rate_control=True)
PATIENT = {"ANR_STALL_S": str(PATIENCE_S)}


def worker_log(site: EngineSite) -> str:
    """What the workers of the site have logged."""
    return (site.settings().logs_dir / "worker.log").read_text()


@pytest.mark.parametrize("is_killed", [False, True], ids=["line drops", "killed"])
async def test_a_fill_goes_on_to_its_end_and_then_the_worker_ends(site: EngineSite, is_killed: bool) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        camera.hold(after_s=2)
        one_gap(site, camera.port)
        async with console(site, **PATIENT) as terminal:
            await camera.played(2)
            if is_killed:
                terminal.process.kill()
            else:
                terminal.hang_up()
            await terminal.process.wait()
            assert not is_anyone_present(site.settings().consoles_path)
        await until(lambda: "no console is open" in worker_log(site))
        camera.release()
        await until(lambda: has_ended(site))
        await camera.idle()
    assert [row["outcome"] for row in site.fills()] == ["filled"]
    (worker,) = workers(site)
    assert worker["lifetime"] == "consoles"
    assert site.left_behind() == []


async def test_the_worker_stays_while_another_console_looks_on(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        camera.hold(after_s=2)
        one_gap(site, camera.port)
        with present(site.settings().consoles_path):
            async with console(site, **PATIENT) as terminal:
                await camera.played(2)
                terminal.hang_up()
            camera.release()
            await until(lambda: [row["outcome"] for row in site.fills()] == ["filled"])
            site.add_gap("gap_2", "gate", site.window(24, 28))
            await until(lambda: workers(site)[0]["next_sweep_at"])
            assert "no console is open" not in worker_log(site)
            assert not has_ended(site)
        await until(lambda: has_ended(site))


async def test_set_to_stay_it_goes_on_and_the_next_console_may_end_it(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        camera.hold(after_s=1)
        one_gap(site, camera.port)
        async with console(site, ANR_LINGER="stay", **PATIENT) as terminal:
            await camera.played(1)
            terminal.hang_up()
        await until(lambda: workers(site)[0]["lifetime"] == "stay")
        camera.release()
        await until(lambda: [row["outcome"] for row in site.fills()] == ["filled"])
        assert not has_ended(site)

        async with console(site) as terminal:
            await until(lambda: b"Cameras" in terminal.shown)
            terminal.press("E")
            await until(lambda: b"End the worker?" in terminal.shown)
            terminal.press("y")
            await until(lambda: has_ended(site))
            terminal.press("q")
            await terminal.process.wait()
    assert len(workers(site)) == 1
    assert terminal.process.returncode == 0


async def test_kept_filling_in_the_background_it_outlives_a_console_that_quits(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        camera.hold(after_s=4)
        one_gap(site, camera.port)
        async with console(site, **PATIENT) as terminal:
            await terminal.shows(b"fetching")
            terminal.press("q")
            await until(lambda: b"wait, stop, or keep" in terminal.shown)
            terminal.press("k")
            await terminal.process.wait()
        assert terminal.process.returncode == 0
        (worker,) = workers(site)
        assert (worker["lifetime"], worker["ended_at"]) == ("stay", None)
        assert [row["outcome"] for row in site.fills()] == [None]
        os.kill(worker["pid"], signal.SIGTERM)
        await until(lambda: has_ended(site))
        await camera.idle()


async def test_a_terminal_that_is_gone_without_a_signal_takes_its_console_along(site: EngineSite) -> None:
    flags = ("--database", str(site.database), "--recordings", str(site.recordings), "--read-only")
    async with anr_tui(*flags, controls=False) as terminal:
        await terminal.shows(b"Gaps")
        terminal.hang_up()
        assert await terminal.process.wait() == 0
