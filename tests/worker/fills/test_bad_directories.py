"""Cameras whose directories fail them: each is its own trouble, and the others are filled."""

import asyncio
import os
import threading
from pathlib import Path

import pytest

from anr_tui.demo.camera.faults import Pace
from anr_tui.domain.outcome import Outcome
from tests.engine import EngineSite, execute_on, until

FULL_SPEED = Pace(honours_rate_control=True)
LONG_ID = "x" * 300
# Far more than any fill takes; ends a test that would fail.
_PATIENCE_S = 100.0


def alarms(site: EngineSite) -> dict[str | None, str]:
    rows = execute_on(site.journal, "SELECT camera_id, words FROM events WHERE kind = 'alarm'")
    return {row["camera_id"]: row["words"] for row in rows}


async def test_bad_directories_hold_up_their_own_cameras_only_each_with_an_alarm(
    site: EngineSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = {"link": "nowhere", "file": "in the place", "foreign": "of another user", LONG_ID: "too long"}
    (site.recordings / "link").symlink_to(site.root / "nowhere")
    (site.recordings / "file").write_text("")
    (site.recordings / "foreign").mkdir()
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "foreign" and may(path, mode))
    async with site.camera(pace=FULL_SPEED) as camera:
        for camera_id in (*bad, "gate", "yard"):
            site.add_camera(camera_id, camera.port)
            site.add_gap(f"gap_{camera_id[:8]}", camera_id, site.window(5, 9))
        await site.sweep(anr_max_fills=2, anr_sessions_per_device=2)
        for camera_id in ("gate", "yard"):
            assert site.gap(f"gap_{camera_id}")["fill_state"] == "filled"
        for camera_id in bad:
            gap = site.gap(f"gap_{camera_id[:8]}")
            assert (gap["fill_state"], gap["fill_attempts"]) == ("pending", 0)
            remembered = site.remembered(camera_id)
            assert remembered is not None
            assert (remembered["set_aside_why"], remembered["failures"]) == (Outcome.LOCAL_ERROR, 1)
            assert str(site.recordings / camera_id) in alarms(site)[camera_id]
        assert alarms(site).keys() == bad.keys()
        (site.recordings / "link").unlink()
        site.let_time_come("link")
        await site.sweep()
    assert site.gap("gap_link")["fill_state"] == "filled"


@pytest.mark.parametrize("is_cut_short", [False, True])
async def test_a_directory_that_does_not_answer_holds_up_its_own_camera_only(
    site: EngineSite, monkeypatch: pytest.MonkeyPatch, is_cut_short: bool
) -> None:
    """The loop goes on: it is what lets the directory answer, once the other camera's gap is filled."""
    answers, scandir = threading.Event(), os.scandir
    are_waited_for = []

    def stalling(path: str | Path = ".") -> object:
        if Path(path).name == "stalled" and not answers.is_set():
            are_waited_for.append(answers.wait(_PATIENCE_S))
        return scandir(path)

    monkeypatch.setattr("anr_tui.worker.lifecycle.crash_recovery._WAIT_S", 0.1)
    async with site.camera(pace=FULL_SPEED) as camera:
        for camera_id in ("stalled", "gate"):
            site.add_camera(camera_id, camera.port)
            site.add_gap(f"gap_{camera_id}", camera_id, site.window(5, 9))
        async with site.worker(anr_sessions_per_device=2) as worker:
            if is_cut_short:
                gap = await worker.context.site.gaps.gap("gap_stalled")
                assert gap is not None
                await worker.context.journal.fills.start(gap, asked_by="sweep", now=site.clock())
            monkeypatch.setattr(os, "scandir", stalling)
            run = asyncio.create_task(worker.run(asyncio.Event(), once=True))
            await until(lambda: site.gap("gap_gate")["fill_state"] == "filled")
            assert site.gap("gap_stalled")["fill_state"] == "pending"
            answers.set()
            await run
    assert are_waited_for
    assert all(are_waited_for)
    assert site.gap("gap_stalled")["fill_state"] == "filled"
