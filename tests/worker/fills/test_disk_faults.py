"""docs/faults.md, the rows on disks: each fault is made, and mended."""

import pytest

from anr_tui.demo.camera.faults import Pace
from anr_tui.domain.errors import DiskFullError
from anr_tui.domain.outcome import Outcome
from tests.engine import EngineSite, execute_on
from tests.worker.fills.disk_faults_table import CAMERA, DISK_CASES, GAP, DiskCase

FULL_SPEED = Pace(honours_rate_control=True)


@pytest.mark.parametrize("case", DISK_CASES, ids=lambda case: case.fault)
async def test_each_fault_costs_what_the_page_says_and_no_more(
    site: EngineSite, monkeypatch: pytest.MonkeyPatch, case: DiskCase
) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera(CAMERA, camera.port)
        site.add_gap("gap_1", CAMERA, site.window(*GAP))
        with monkeypatch.context() as patch:
            mend = case.arrange(site, patch)
            if case.outcome is Outcome.DISK_FULL:
                with pytest.raises(DiskFullError):
                    await site.sweep()
            else:
                await site.sweep()
        check_told(site, case)
        gap = site.gap("gap_1")
        is_filled = case.outcome is Outcome.FILLED
        assert (gap["fill_state"], gap["fill_attempts"]) == (("filled", 1) if is_filled else ("pending", 0))
        assert bool(list(site.recordings.glob(f"{CAMERA}/*.mp4.part"))) >= case.is_kept
        mend()
        site.let_time_come(CAMERA)
        await site.sweep()
    assert site.gap("gap_1")["fill_state"] == "filled"
    landed = [row["name"] for row in execute_on(site.journal, "SELECT name FROM landed_files")]
    assert len(landed) == 1
    assert landed[0] in site.recorded_names(CAMERA)
    assert site.left_behind() == []


def check_told(site: EngineSite, case: DiskCase) -> None:
    """What the operator reads, in the fill's reason or in the alarm of a fill that never began."""
    reads = case.reads.format(directory=site.recordings / CAMERA, root=site.recordings)
    fills = site.fills()
    assert all((fill["outcome"], fill["reason"].startswith(reads)) == (case.outcome, True) for fill in fills), fills
    alarms = execute_on(site.journal, "SELECT camera_id, words FROM events WHERE kind = 'alarm'")
    about = {"": [], "about the camera": [CAMERA], "about the site": [None]}[case.alarm]
    assert [alarm["camera_id"] for alarm in alarms] == about
    assert all(reads in alarm["words"] for alarm in alarms)
    assert fills or alarms
