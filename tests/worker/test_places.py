"""Where footage belongs after holes, kills and cuts: what the chaos run once found, each without chance."""

import asyncio
import math
import shutil

import pytest

from anr_tui.demo.faults import End, Faults, Pace
from anr_tui.fill.part import left_over_parts
from anr_tui.times import format_stamp, now_utc, parse_file_stem
from tests.engine import EngineSite, execute_on, picture_offsets, until, video_s, worst_offset_s, writers


@pytest.mark.parametrize("end", [End.BYE, End.CLOSE, End.SILENT])
async def test_a_hole_at_the_start_with_404_for_a_window_in_it(site: EngineSite, end: End) -> None:
    card = site.card(site.window(0, 3), site.window(14, 40))
    faults = Faults(end=end, skips_holes=True, refuses_require=True)
    async with site.camera(card=card, pace=Pace(math.inf), faults=faults) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 17))
        await site.sweep(anr_rest_s=0, anr_stall_s=1)
    assert worst_offset_s(site, "gate") <= 2


async def test_a_worker_killed_while_the_camera_plays_the_next_footage(site: EngineSite) -> None:
    card = site.card(site.window(0, 3), site.window(11, 40))
    async with site.camera(card=card, pace=Pace(2), faults=Faults(starts_at_next_footage=True)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 25))
        worker = await site.start_worker()
        await camera.played(8)
        await until(lambda: any(path.stat().st_size > 0 for path in site.recordings.rglob("*.part")))
        worker.kill()
        await worker.communicate()
        await until(lambda: writers(site.recordings) == {})
        camera.pace = Pace(honours_rate_control=True)
        second = await site.start_worker("--once")
        await asyncio.wait_for(second.communicate(), 30)
    assert worst_offset_s(site, "gate") <= 2
    assert site.gap("gap_1")["fill_state"] == "pending"


async def test_a_worker_killed_between_landing_a_piece_and_removing_its_part_file(site: EngineSite) -> None:
    async with site.camera(pace=Pace(honours_rate_control=True)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 17))
        await site.sweep()
        # The very state that SIGKILL leaves there: landed, its part file still there, fill and row not concluded.
        (landed,) = (site.recordings / "gate").glob("*.mp4")
        shutil.copy(landed, landed.with_suffix(".mp4.part"))
        assert left_over_parts(landed.parent, site.window(5, 17))
        execute_on(site.journal, "UPDATE fills SET outcome = NULL, phase = 'fetching', ended_at = NULL")
        execute_on(site.journal, "DELETE FROM landed_files")
        site.execute(
            "UPDATE recording_gaps SET fill_state = 'pending', filled_at = NULL, last_attempt_at = ?",
            format_stamp(now_utc()),
        )
        await site.sweep()
    assert len(site.recorded("gate")) == 1, "the same seconds are there twice"
    assert execute_on(site.journal, "SELECT name FROM landed_files") != [], "no evidence of what landed"


async def test_a_window_in_a_hole_of_a_camera_that_plays_what_comes_next_is_no_footage(site: EngineSite) -> None:
    card = site.card(site.window(0, 3), site.window(20, 40))
    async with site.camera(card=card, pace=Pace(math.inf), faults=Faults(starts_at_next_footage=True)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 17))
        await site.sweep()
    assert site.recorded("gate") == {}
    assert site.fills()[0]["outcome"] == "no_footage"


async def test_a_camera_that_never_answers_is_not_said_to_have_closed(site: EngineSite) -> None:
    async with site.camera(faults=Faults(never_answers=True)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 17))
        await site.sweep(anr_stall_s=1)
    assert "closed" not in site.fills()[0]["reason"]


async def test_what_a_taken_name_shifts_does_not_add_to_the_tolerance(site: EngineSite) -> None:
    async with site.camera(pace=Pace(honours_rate_control=True)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 17))
        for closes_after_s in (0.8, 0.8, 8.2):
            camera.faults = Faults(closes_after_s=closes_after_s)
            await site.sweep(heldar_anr_max_attempts=9)
    last = max((site.recordings / "gate").glob("*.mp4"))
    shown_until_s = (
        (parse_file_stem(last.stem) - site.began).total_seconds() + video_s(last) + picture_offsets(last)[-1]
    )
    assert site.gap("gap_1")["fill_state"] == "pending" or shown_until_s >= 15, (
        f"filled, and it ends at {shown_until_s}"
    )
