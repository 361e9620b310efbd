"""A worker whose recordings disk is not mounted: nothing lands in the mount point, and an alarm says so."""

import pytest

from anr_tui.demo.camera.faults import Pace
from anr_tui.domain.errors import DiskFullError
from anr_tui.sites.recordings.mark import MARK_NAME
from tests.engine import EngineSite, execute_on, until

FULL_SPEED = Pace(honours_rate_control=True)


@pytest.mark.parametrize("known_by", ["the site's list", "our journal"])
async def test_nothing_lands_where_the_disk_is_not_mounted(site: EngineSite, known_by: str) -> None:
    card = site.card()
    async with site.camera(card=card, pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        if known_by == "the site's list":
            site.record("gate", card, site.window(0, 5))
        else:
            site.add_gap("gap_0", "gate", site.window(0, 5))
            await site.sweep()
        asked = len(camera.requests)
        site.add_gap("gap_1", "gate", site.window(5, 9))
        disk = site.recordings.rename(site.root / "disk")
        site.recordings.mkdir()
        with pytest.raises(DiskFullError, match="does not hold the site's recordings"):
            await site.sweep()
        assert list(site.recordings.iterdir()) == []
        assert len(camera.requests) == asked
        assert (site.gap("gap_1")["fill_state"], site.gap("gap_1")["fill_attempts"]) == ("pending", 0)
        (alarm,) = execute_on(site.journal, "SELECT words FROM events WHERE kind = 'alarm'")
        assert "mounted" in alarm["words"]
        site.recordings.rmdir()
        disk.rename(site.recordings)
        await site.sweep()
    assert site.gap("gap_1")["fill_state"] == "filled"
    assert (site.recordings / MARK_NAME).is_file()


async def test_a_disk_that_goes_while_the_worker_runs_is_noticed_before_anything_lands(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 9))
        async with site.working(heldar_anr_interval_s=10) as worker:
            await until(lambda: site.gap("gap_1")["fill_state"] == "filled")
            site.recordings.rename(site.root / "disk")
            site.recordings.mkdir()
            with pytest.raises(DiskFullError, match="its mark is gone"):
                worker.context.site.archive.check_recognised()
    assert list(site.recordings.iterdir()) == []
