"""Every second at its own place, and proven by the recordings beside it."""

import math
from datetime import datetime, timedelta

import pytest

from anr_tui.demo.camera.clock import Clock
from anr_tui.demo.camera.faults import Faults, Pace, Stale, Tells
from anr_tui.demo.camera.start_rule import StartAt, StartRule
from anr_tui.domain.timestamps import now_utc
from anr_tui.domain.window import Window
from anr_tui.fill.piece import piece_fill
from anr_tui.fill.placement.witnesses.by_eye import SeenSeams
from tests.engine import EngineSite, execute_on, until, worst_offset_s, writers
from tests.recording import Transcoding

FULL_SPEED = Pace(honours_rate_control=True)
FAST = Pace(math.inf)


@pytest.mark.parametrize("pace", [FULL_SPEED, FAST], ids=["onvif", "plain"])
async def test_footage_between_two_recordings_is_proven_by_both(site: EngineSite, pace: Pace) -> None:
    card = site.card()
    async with site.camera(card=card, pace=pace) as camera:
        site.add_camera("gate", camera.port)
        site.record("gate", card, site.window(0, 12), site.window(25, 40))
        site.add_gap("gap_1", "gate", site.window(12, 25))
        await site.sweep()
        assert sum(request.method == "PLAY" for request in camera.requests) == 1, "the proof costs no session"
    assert site.gap("gap_1")["fill_state"] == "filled"
    assert site.proofs() == ["proven"]
    assert worst_offset_s(site, "gate") <= 0.2
    assert sum(site.recorded("gate").values()) == pytest.approx(40, abs=0.1), "no second twice, none missing"


@pytest.mark.parametrize("offset_s", [37, -61, 3600, -5 * 3600 - 1800])
@pytest.mark.parametrize("pace", [FULL_SPEED, FAST], ids=["onvif", "plain"])
async def test_a_camera_with_another_clock_is_asked_by_what_its_pictures_show(
    site: EngineSite, pace: Pace, offset_s: int
) -> None:
    card = site.card()
    async with site.camera(card=card, pace=pace, faults=Faults(clock_offset_s=offset_s)) as camera:
        site.add_camera("gate", camera.port)
        site.record("gate", card, site.window(0, 12), site.window(25, 40))
        site.add_gap("gap_1", "gate", site.window(12, 25))
        await site.sweep()
    assert worst_offset_s(site, "gate") <= 0.2
    assert site.gap("gap_1")["fill_state"] == "filled"
    assert site.proofs() == ["proven"]


PLAIN = {"refuses_require": True}
HOUR_S = 3600


@pytest.mark.parametrize("zone_s", [HOUR_S, 2 * HOUR_S, -5 * HOUR_S - HOUR_S // 2])
@pytest.mark.parametrize("faults", [{}, PLAIN], ids=["onvif", "plain"])
async def test_a_camera_that_takes_digits_for_its_local_time_is_found_out(
    site: EngineSite, faults: dict[str, bool], zone_s: int
) -> None:
    """It plays other footage, which the recorder has as well."""
    other = Window(*(moment - timedelta(seconds=zone_s) for moment in (site.began, site.window(0, 40).end)))
    card = site.card(*sorted([site.window(0, 40), other]))
    clock = Clock(local_time_offset_s=zone_s)
    async with site.camera(card=card, pace=FAST, faults=Faults(clock=clock, **faults)) as camera:
        site.add_camera("gate", camera.port)
        site.record("gate", card, other, site.window(0, 12), site.window(25, 40))
        site.add_gap("gap_1", "gate", site.window(12, 25))
        await site.sweep(anr_rest_s=0)
    assert worst_offset_s(site, "gate") <= 1
    assert (site.gap("gap_1")["fill_state"], site.proofs()) == ("filled", ["proven"])
    assert "than asked, shown by its pictures" in site.fills()[0]["reason"]


RULES = {
    "10 s early": StartRule(offset_s=-10),
    "10 s early, and ends in time": StartRule(offset_s=-10, end_offset_s=0),
    "30 s late, and ends in time": StartRule(offset_s=8, end_offset_s=0),
    "at the next key frame": StartRule(at=StartAt.AFTER),
    "in the middle of a group": StartRule(at=StartAt.EXACT),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
async def test_wherever_a_camera_begins_each_second_stands_at_its_place(site: EngineSite, rule: StartRule) -> None:
    card = site.card()
    async with site.camera(card=card, pace=FAST, faults=Faults(start=rule, refuses_require=True)) as camera:
        site.add_camera("gate", camera.port)
        site.record("gate", card, site.window(0, 12), site.window(25, 40))
        site.add_gap("gap_1", "gate", site.window(12, 25))
        await site.sweep(anr_rest_s=0)
    assert worst_offset_s(site, "gate") <= 1
    assert site.gap("gap_1")["fill_state"] == "filled"
    assert set(site.proofs()) == {"proven"}


async def test_key_frames_ten_seconds_apart_cost_no_second(site: EngineSite) -> None:
    card = site.card(gop_s=10)
    async with site.camera(card=card, pace=FAST, faults=Faults(refuses_require=True)) as camera:
        site.add_camera("gate", camera.port)
        site.record("gate", card, site.window(0, 13), site.window(30, 40))
        site.add_gap("gap_1", "gate", site.window(13, 30))
        await site.sweep(anr_rest_s=0)
    assert worst_offset_s(site, "gate") <= 1
    assert (site.gap("gap_1")["fill_state"], site.proofs()) == ("filled", ["proven"])
    assert sum(site.recorded("gate").values()) == pytest.approx(40, abs=0.5)


@pytest.mark.parametrize("date_s", [600, 23])
async def test_a_date_that_is_off_shifts_nothing(site: EngineSite, date_s: int) -> None:
    card = site.card()
    faults = Faults(clock=Clock(date_offset_s=date_s), refuses_require=True)
    async with site.camera(card=card, pace=FAST, faults=faults) as camera:
        site.add_camera("gate", camera.port)
        site.record("gate", card, site.window(0, 12), site.window(25, 40))
        site.add_gap("gap_1", "gate", site.window(12, 25))
        await site.sweep(anr_rest_s=0)
    assert worst_offset_s(site, "gate") <= 1
    assert (site.gap("gap_1")["fill_state"], site.proofs()) == ("filled", ["proven"])


async def test_a_clock_that_is_off_and_nothing_beside_it_lands_nothing_and_keeps_what_came(site: EngineSite) -> None:
    faults = Faults(clock=Clock(date_offset_s=600), refuses_require=True)
    async with site.camera(pace=FAST, faults=faults) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(12, 25))
        await site.sweep(anr_rest_s=0)
    assert site.recorded("gate") == {}
    assert site.fills()[0]["outcome"] == "wrong_time"
    assert site.left_behind() != []


async def test_a_camera_that_plays_live_whatever_is_asked_fills_nothing(site: EngineSite) -> None:
    card = site.card(site.window(0, 40), site.window(200, 240))
    faults = Faults(start=StartRule(is_live=True), refuses_require=True)
    async with site.camera(card=card, pace=FAST, faults=faults) as camera:
        site.add_camera("gate", camera.port)
        site.record("gate", card, site.window(0, 5), site.window(12, 40), site.window(200, 240))
        site.add_gap("gap_1", "gate", site.window(5, 12))
        await site.sweep(anr_rest_s=0)
    assert worst_offset_s(site, "gate") <= 1
    assert site.gap("gap_1")["fill_state"] == "pending"
    assert site.fills()[0]["outcome"] == "wrong_time"
    assert "as if it were live" in site.fills()[0]["reason"]


async def test_what_an_earlier_session_left_in_front_does_not_move_the_rest(site: EngineSite) -> None:
    card = site.card()
    async with site.camera(card=card, pace=FAST, faults=Faults(stale=Stale(3, -10), refuses_require=True)) as camera:
        site.add_camera("gate", camera.port)
        site.record("gate", card, site.window(0, 12), site.window(25, 40))
        site.add_gap("gap_1", "gate", site.window(12, 25))
        await site.sweep(anr_rest_s=0)
    assert worst_offset_s(site, "gate") <= 1


async def test_pictures_that_nobody_can_decode_land_and_are_never_called_filled(site: EngineSite) -> None:
    card = site.card()
    async with site.camera(card=card, pace=FAST, faults=Faults(scrambles_after=8, refuses_require=True)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(12, 25))
        await site.sweep(anr_rest_s=0)
        await site.sweep(anr_rest_s=0)
    outcomes = [(fill["outcome"], fill["reason"].partition(":")[0]) for fill in site.fills()]
    assert outcomes == [("not_understood", "The camera sends pictures that cannot be decoded")] * 2
    assert site.gap("gap_1")["fill_state"] == "pending"
    assert sum(site.recorded("gate").values()) == pytest.approx(13, abs=1)


async def test_one_stamp_seconds_off_costs_no_second(site: EngineSite) -> None:
    card = site.card()
    faults = Faults(stamp_outlier=(4, 5), refuses_require=True)
    async with site.camera(card=card, pace=FAST, faults=faults) as camera:
        site.add_camera("gate", camera.port)
        site.record("gate", card, site.window(0, 12), site.window(25, 40))
        site.add_gap("gap_1", "gate", site.window(12, 25))
        await site.sweep(anr_rest_s=0)
    assert worst_offset_s(site, "gate") <= 1
    assert sum(site.recorded("gate").values()) == pytest.approx(40, abs=1)


async def test_beside_a_recorder_that_encodes_anew_each_second_stands_at_its_place(site: EngineSite) -> None:
    """Whether it is recognised by eye depends on what moves: tests/fill/placement/witnesses/test_by_eye.py."""
    card = site.card(walks_from=site.began)
    async with site.camera(card=card, pace=FAST, faults=Faults(refuses_require=True)) as camera:
        site.add_camera("gate", camera.port)
        transcoding = Transcoding(size=(240, 136), has_overlay=True)
        site.record("gate", card, site.window(0, 15), site.window(26, 40), transcoding=transcoding)
        site.add_gap("gap_1", "gate", site.window(15, 26))
        await site.sweep(anr_rest_s=0)
    assert worst_offset_s(site, "gate") <= 1
    assert site.proofs() or site.left_behind(), "what came has landed, or is kept"


RULES_OF_PROOF = {"prefer": ("filled", ["consistent"]), "require": ("wrong_time", [])}


@pytest.mark.parametrize(("rule", "ending"), RULES_OF_PROOF.items(), ids=RULES_OF_PROOF)
async def test_footage_that_nothing_proves_lands_or_is_kept_as_the_policy_says(
    site: EngineSite, rule: str, ending: tuple[str, list[str]]
) -> None:
    """GIVEN nothing recorded beside the gap THEN the camera's word is all there is."""
    async with site.camera(pace=FAST, faults=Faults(refuses_require=True)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(12, 25))
        await site.sweep(anr_rest_s=0, anr_time_proof=rule)
    assert (site.fills()[0]["outcome"], site.proofs()) == ending
    assert bool(site.left_behind()) is (rule == "require"), "what arrived is not lost"
    assert ("ANR_TIME_PROOF=require" in site.fills()[0]["reason"]) is (rule == "require")


async def test_what_was_kept_for_want_of_proof_lands_once_the_policy_lets_it(site: EngineSite) -> None:
    async with site.camera(pace=FAST, faults=Faults(refuses_require=True)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(12, 25))
        await site.sweep(anr_rest_s=0, anr_time_proof="require")
        await site.sweep(anr_rest_s=0, anr_time_proof="require")
        assert site.recorded("gate") == {}
        await site.sweep(anr_rest_s=0)
    assert (site.gap("gap_1")["fill_state"], set(site.proofs())) == ("filled", {"consistent"})
    assert site.left_behind() == []


async def test_proven_footage_lands_where_proof_is_required(site: EngineSite) -> None:
    card = site.card()
    async with site.camera(card=card, pace=FAST, faults=Faults(refuses_require=True)) as camera:
        site.add_camera("gate", camera.port)
        site.record("gate", card, site.window(0, 12), site.window(25, 40))
        site.add_gap("gap_1", "gate", site.window(12, 25))
        await site.sweep(anr_rest_s=0, anr_time_proof="require")
    assert (site.gap("gap_1")["fill_state"], site.proofs()) == ("filled", ["proven"])


async def test_what_a_killed_worker_had_fetched_beside_recordings_lands_once_and_at_its_place(site: EngineSite) -> None:
    card = site.card()
    async with site.camera(card=card, pace=Pace(2), faults=Faults(refuses_require=True)) as camera:
        site.add_camera("gate", camera.port)
        site.record("gate", card, site.window(0, 12), site.window(32, 40))
        site.add_gap("gap_1", "gate", site.window(12, 32))
        camera.hold(after_s=12)
        worker = await site.start_worker(ANR_STALL_S="600")
        await until(lambda: any(path.stat().st_size > 0 for path in site.recordings.rglob("*.mp4.part")))
        worker.kill()
        await worker.communicate()
        await until(lambda: writers(site.recordings) == {})
        camera.release()
        camera.pace = FAST
        second = await site.start_worker("--once")
        await second.communicate()
    assert worst_offset_s(site, "gate") <= 1
    assert site.gap("gap_1")["fill_state"] == "filled"
    assert site.proofs() == ["proven", "proven"], "what had come, whose camera shows what follows rightly, and the rest"
    assert sum(site.recorded("gate").values()) == pytest.approx(40, abs=0.5)
    assert site.left_behind() == []


async def test_what_a_second_look_contradicts_does_not_land_from_the_first(
    site: EngineSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN footage too short to recognise by eye WHEN more of it is other footage THEN neither lands."""
    looks = [SeenSeams(), SeenSeams(is_other=True)]

    async def see(*_: object, **__: object) -> SeenSeams:
        return looks.pop(0)

    monkeypatch.setattr(piece_fill, "see_seams", see)
    card = site.card()
    async with site.camera(card=card, pace=FAST, faults=Faults(refuses_require=True)) as camera:
        site.add_camera("gate", camera.port)
        transcoding = Transcoding(size=(240, 136))
        site.record("gate", card, site.window(0, 15), site.window(26, 40), transcoding=transcoding)
        site.add_gap("gap_1", "gate", site.window(15, 26))
        await site.sweep(anr_rest_s=0)
    assert looks == []
    assert (site.fills()[0]["outcome"], site.proofs()) == ("wrong_time", [])
    assert len([name for name in site.left_behind() if name.endswith(".mp4.part")]) == 2


async def test_what_clocks_showed_is_kept_with_each_file_and_moves_none(site: EngineSite) -> None:
    """GIVEN a Date ten minutes ahead, and our own clock set back in the middle THEN all is known, and harmless."""
    card = site.card()
    faults = Faults(clock=Clock(date_offset_s=600), refuses_require=True)
    async with site.camera(card=card, pace=FAST, faults=faults) as camera:

        def now() -> datetime:
            is_off = any(request.method == "PLAY" for request in camera.requests)
            return now_utc() - timedelta(seconds=120 if is_off else 0)

        site.clock = now
        site.add_camera("gate", camera.port)
        site.record("gate", card, site.window(0, 12), site.window(25, 40))
        site.add_gap("gap_1", "gate", site.window(12, 25))
        await site.sweep(anr_rest_s=0)
    assert (site.gap("gap_1")["fill_state"], site.proofs()) == ("filled", ["proven"])
    assert worst_offset_s(site, "gate") <= 1
    (row,) = execute_on(site.journal, "SELECT * FROM landed_files")
    assert row["shift_s"] == 0
    assert row["camera_clock_off_s"] == pytest.approx(600, abs=3)
    assert row["own_clock_step_s"] == pytest.approx(-120, abs=1)
    assert row["own_clock_synced"] in (0, 1, None)
    assert "our own clock was stepped by -120 s" in (site.settings().logs_dir / "fill-1.log").read_text()


async def test_what_a_camera_says_that_it_plays_and_does_not_is_believed_no_more_in_that_fill(site: EngineSite) -> None:
    """GIVEN a long gap in pieces, of which only the ends have recordings beside them THEN the middle lands as well."""
    card = site.card()
    faults = Faults(tells_range=Tells.OTHER_ZONE, refuses_require=True)
    async with site.camera(card=card, pace=FAST, faults=faults) as camera:
        site.add_camera("gate", camera.port)
        site.record("gate", card, site.window(0, 5))
        site.add_gap("gap_1", "gate", site.window(5, 40))
        await site.sweep(anr_rest_s=0, anr_piece_s=10)
    assert worst_offset_s(site, "gate") <= 1
    assert site.proofs()[0] == "proven"
    assert site.gap("gap_1")["fill_state"] == "filled"
