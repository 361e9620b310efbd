"""Where footage belongs after holes, kills and cuts: what the chaos run once found, each without chance."""

import asyncio
import math
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from anr_tui.demo.camera.faults import End, Faults, Pace
from anr_tui.domain.request import RequestKind, RequestState
from anr_tui.domain.timestamps import format_stamp, now_utc, parse_file_stem
from anr_tui.domain.window import Window
from anr_tui.fill.part_files import take_left_over_parts
from anr_tui.fill.piece import camera as piece_camera
from tests.engine import (
    PATIENCE_S,
    EngineSite,
    ask,
    execute_on,
    picture_offsets,
    until,
    video_s,
    worst_offset_s,
    writers,
)
from tests.fill.archive import archive_of

FULL_SPEED = Pace(honours_rate_control=True)


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
    async with site.camera(card=card, pace=FULL_SPEED, faults=Faults(starts_at_next_footage=True)) as camera:
        camera.hold(after_s=8)
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 25))
        worker = await site.start_worker(ANR_STALL_S=str(PATIENCE_S))
        await until(lambda: site.fetched_s() > 0)
        worker.kill()
        await worker.communicate()
        await until(lambda: writers(site.recordings) == {})
        camera.release()
        second = await site.start_worker("--once")
        await second.communicate()
    assert worst_offset_s(site, "gate") <= 2
    assert site.gap("gap_1")["fill_state"] == "pending"


async def test_a_worker_killed_between_landing_a_piece_and_removing_its_part_file(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 17))
        await site.sweep()
        # The very state that SIGKILL leaves there: landed, its part file still there, fill and row not concluded.
        (landed,) = (site.recordings / "gate").glob("*.mp4")
        shutil.copy(landed, landed.with_suffix(".mp4.part"))
        assert take_left_over_parts(archive_of(landed.parent), "gate", site.window(5, 17))
        execute_on(site.journal, "UPDATE fills SET outcome = NULL, phase = 'fetching', ended_at = NULL")
        execute_on(site.journal, "DELETE FROM landed_files")
        site.execute(
            "UPDATE recording_gaps SET fill_state = 'pending', filled_at = NULL, last_attempt_at = ?",
            format_stamp(now_utc()),
        )
        await site.sweep()
    assert len(site.recorded("gate")) == 1, "the same seconds are there twice"
    assert execute_on(site.journal, "SELECT name FROM landed_files") != [], "no evidence of what landed"


async def test_what_a_killed_worker_had_fetched_lands_where_another_piece_landed_since(
    site: EngineSite,
) -> None:
    """So it is with pieces fetched side by side: by the time one is rescued, the one before it stands there."""
    card = site.card()
    async with site.camera(card=card, pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 27))
        await site.sweep(anr_piece_s=20)
        last = max((site.recordings / "gate").glob("*.mp4"))
        last.rename(last.with_suffix(".mp4.part"))
        execute_on(site.journal, "UPDATE fills SET outcome = NULL, phase = 'fetching', ended_at = NULL")
        execute_on(site.journal, "DELETE FROM landed_files")
        site.execute(
            "UPDATE recording_gaps SET fill_state = 'pending', filled_at = NULL, last_attempt_at = ?",
            format_stamp(now_utc()),
        )
        await site.sweep(anr_piece_s=20)
    assert site.left_behind() == []
    assert sum(site.recorded("gate").values()) == pytest.approx(22, abs=0.1)
    assert worst_offset_s(site, "gate") <= 0.2


async def test_a_window_in_a_hole_of_a_camera_that_plays_what_comes_next_is_no_footage(site: EngineSite) -> None:
    card = site.card(site.window(0, 3), site.window(20, 40))
    async with site.camera(card=card, pace=Pace(math.inf), faults=Faults(starts_at_next_footage=True)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 17))
        await site.sweep()
    assert site.recorded("gate") == {}
    assert site.fills()[0]["outcome"] == "no_footage"


async def test_a_camera_that_passes_a_hole_is_not_taken_for_one_that_begins_late(site: EngineSite) -> None:
    """GIVEN nothing recorded before a gap that is a hole on the card, and what follows it recorded already."""
    card = site.card(site.window(0, 20), site.window(29, 60))
    faults = Faults(starts_at_next_footage=True, skips_holes=True)
    async with site.camera(card=card, pace=FULL_SPEED, faults=faults) as camera:
        site.add_camera("gate", camera.port)
        site.record("gate", card, site.window(29, 50))
        site.add_gap("gap_1", "gate", site.window(20, 29))
        await site.sweep(anr_rest_s=0)
        site.add_gap("gap_2", "gate", site.window(5, 20))
        await site.sweep(anr_rest_s=0)
    assert not any("later than asked" in fill["reason"] for fill in site.fills())
    assert worst_offset_s(site, "gate") <= 0.2
    assert site.gap("gap_2")["fill_state"] == "filled"


async def test_a_camera_that_never_answers_is_not_said_to_have_closed(site: EngineSite) -> None:
    async with site.camera(faults=Faults(never_answers=True)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 17))
        await site.sweep(anr_stall_s=1)
    assert "closed" not in site.fills()[0]["reason"]


async def test_what_a_taken_name_shifts_does_not_add_to_the_tolerance(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
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


async def test_a_camera_that_is_busy_when_it_is_asked_for_proof_lands_nothing_yet(
    site: EngineSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(piece_camera, "MOST_REST_S", 2.0)
    card = site.card(site.window(0, 3), site.window(15, 40))
    faults = Faults(starts_at_next_footage=True, skips_holes=True, refuses_require=True, closes_after_s=6)
    async with site.camera(card=card, pace=Pace(math.inf), faults=faults) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 30))
        async with site.working(anr_rest_s=1) as worker:
            await camera.played(5)
            camera.faults = replace(faults, describe_status=453)
            await until(lambda: site.fills() and site.fills()[0]["outcome"] and not worker.state.running)
        assert site.fills()[0]["outcome"] == "camera_busy"
        assert site.recorded("gate") == {}
        parts = [name for name in site.left_behind() if name.endswith(".mp4.part")]
        assert len(parts) == 1, "what came is kept until its place is known"
        camera.faults = replace(faults, closes_after_s=None)
        site.let_time_come("gate")
        await site.sweep()
    assert worst_offset_s(site, "gate") <= 2
    assert sum(site.recorded("gate").values()) > 10
    assert site.left_behind() == []


async def test_a_gap_of_which_retention_has_dropped_a_part_is_not_called_filled(site: EngineSite) -> None:
    hour_s = 3600
    early = Window(site.began - timedelta(seconds=hour_s), site.began + timedelta(seconds=20))
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port, retention_hours=1)
        site.add_gap("gap_1", "gate", early)
        await site.sweep(anr_piece_s=0)
    assert site.gap("gap_1")["fill_state"] == "pending"
    assert "older than the 1 h" in site.fills()[0]["reason"]


async def test_a_refused_login_is_sent_once_however_many_gaps_were_asked_for(site: EngineSite) -> None:
    async with site.camera(faults=Faults(refuses_login=True)) as camera:
        site.add_camera("gate", camera.port, anr_enabled=0)
        for number in range(4):
            site.add_gap(f"gap_{number}", "gate", site.window(5 * number, 5 * number + 4))
        async with site.working() as worker:
            asks = [ask(site, RequestKind.FILL, gap_id=f"gap_{number}") for number in range(4)]
            answers = await asyncio.gather(*asks)
            assert not worker.state.waiting
        logins = [request for request in camera.requests if "authorization" in request.headers]
    assert {answer.state for answer in answers} == {RequestState.REFUSED}
    assert len(logins) == 1


async def test_a_camera_that_calls_a_window_without_footage_a_bad_request_is_believed(site: EngineSite) -> None:
    card = site.card(site.window(0, 25))
    async with site.camera(card=card, pace=Pace(math.inf), faults=Faults(refuses_require=True)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 25))
        async with site.working(anr_rest_s=1) as worker:
            await camera.until(lambda camera: any(request.method == "PLAY" for request in camera.requests))
            camera.faults = Faults(describe_status=400)
            await until(lambda: site.fills() and site.fills()[0]["outcome"] and not worker.state.running)
    assert site.gap("gap_1")["fill_state"] == "filled"
