"""Fills from end to end: real cameras, real ffmpeg, a real worker; what is on disk and what the rows say."""

import asyncio
import math

import pytest

from anr_tui.demo.camera.faults import End, Faults, Pace
from anr_tui.demo.camera.login import Auth, Credentials, Gate
from anr_tui.domain.errors import DiskFullError
from anr_tui.domain.event import EventKind
from anr_tui.domain.timestamps import format_file_stem, format_stamp, parse_stamp
from anr_tui.journal.journal import Journal
from tests.engine import PASSWORD, EngineSite, execute_on, picture_offsets, until, video_s, worst_offset_s

FULL_SPEED = Pace(honours_rate_control=True)
FAST_ONLY = Pace(factor=math.inf)


async def test_a_gap_is_filled_with_the_right_seconds_under_the_recorders_name(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        window = site.window(5, 17)
        site.add_gap("gap_1", "gate", window)
        await site.sweep()
    name = f"{format_file_stem(window.start)}.mp4"
    assert list(site.recorded("gate")) == [name]
    path = site.recordings / "gate" / name
    assert video_s(path) == pytest.approx(12, abs=0.5)
    assert all(abs(offset) <= 1 for offset in picture_offsets(path))
    gap = site.gap("gap_1")
    assert (gap["fill_state"], gap["fill_attempts"]) == ("filled", 1)
    assert gap["filled_at"] == gap["last_attempt_at"]
    parse_stamp(gap["filled_at"])
    assert site.left_behind() == []


async def test_a_cut_connection_is_never_called_filled_and_the_next_sweep_asks_for_the_rest(site: EngineSite) -> None:
    async with site.camera(pace=FAST_ONLY, faults=Faults(closes_after_s=6)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 25))
        await site.sweep()
        first = site.recorded("gate")
        assert sum(first.values()) == pytest.approx(6, abs=1)
        assert (site.gap("gap_1")["fill_state"], site.gap("gap_1")["fill_attempts"]) == ("pending", 1)
        assert site.fills()[0]["outcome"] == "partly_filled"
        assert "of 20 s" in site.fills()[0]["reason"]

        camera.faults = Faults()
        camera.requests.clear()
        await site.sweep()
        assert site.gap("gap_1")["fill_state"] == "filled"
        rest = site.fills()[1]
        assert rest["wanted_s"] == pytest.approx(20 - sum(first.values()), abs=2)
        asked = [request.uri for request in camera.requests if request.method == "DESCRIBE"]
        assert not [uri for uri in asked if f"starttime={site.window(5, 25).start:%Y%m%dT%H%M%SZ}" in uri]
    assert worst_offset_s(site, "gate") <= 1


async def test_seconds_missing_here_and_there_are_added_up(site: EngineSite) -> None:
    spans = [site.window(start, start + 2) for start in range(4, 24, 4)]
    async with site.camera(card=site.card(*spans), pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(4, 24))
        for attempt in (1, 2, 3):
            await site.sweep(anr_rest_s=0)
            state = "failed" if attempt == 3 else "pending"
            assert (site.gap("gap_1")["fill_state"], site.gap("gap_1")["fill_attempts"]) == (state, attempt)
            assert site.fills()[-1]["reason"].endswith("10 of 20 s are on disk.")
    assert site.fills()[0]["outcome"] == "partly_filled"
    assert sum(site.recorded("gate").values()) == pytest.approx(10, abs=0.5)
    assert worst_offset_s(site, "gate") <= 1


async def test_a_short_gap_of_which_the_camera_has_nothing_is_asked_for_and_not_filled(site: EngineSite) -> None:
    async with site.camera(card=site.card(site.window(0, 10)), pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(14, 16))
        await site.sweep(anr_rest_s=0)
        assert [request for request in camera.requests if request.method == "DESCRIBE"]
    assert (site.gap("gap_1")["fill_state"], site.gap("gap_1")["fill_attempts"]) == ("pending", 1)
    assert site.fills()[0]["outcome"] == "no_footage"


async def test_a_gap_that_grows_while_it_is_filled_is_filled_by_the_next_sweep(site: EngineSite) -> None:
    async with site.camera(pace=Pace(factor=8)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 17))
        filling = asyncio.create_task(site.sweep(anr_rest_s=0))
        await until(lambda: camera.sessions.peak)
        site.execute("UPDATE recording_gaps SET gap_end = ?", format_stamp(site.window(5, 25).end))
        await filling
        assert (site.gap("gap_1")["fill_state"], site.gap("gap_1")["fill_attempts"]) == ("pending", 0)
        assert site.fills()[0]["outcome"] == "partly_filled"
        assert "has grown" in site.fills()[0]["reason"]
        await site.sweep(anr_rest_s=0)
    assert (site.gap("gap_1")["fill_state"], site.gap("gap_1")["fill_attempts"]) == ("filled", 1)
    assert sum(site.recorded("gate").values()) == pytest.approx(20, abs=1)


@pytest.mark.parametrize("end", [End.BYE, End.CLOSE, End.ANNOUNCE, End.SILENT])
@pytest.mark.parametrize("hole", [(9, 15), (5, 13), (18, 25)], ids=["inside", "at_the_start", "at_the_end"])
async def test_a_camera_that_skips_a_hole_never_puts_a_second_in_the_wrong_place(
    site: EngineSite, end: End, hole: tuple[int, int]
) -> None:
    card = site.card(site.window(0, hole[0]), site.window(hole[1], 40))
    faults = Faults(skips_holes=True, starts_at_next_footage=True, end=end)
    async with site.camera(card=card, pace=FULL_SPEED, faults=faults) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 25))
        await site.sweep(anr_stall_s=1, anr_rest_s=0)
        assert worst_offset_s(site, "gate") <= 2
        assert site.gap("gap_1")["fill_state"] == "pending"
        there_s = 20 - (hole[1] - max(hole[0], 5))
        assert sum(site.recorded("gate").values()) == pytest.approx(there_s, abs=3)
    assert site.left_behind() == []


async def test_a_hole_that_the_time_stamps_show_costs_no_further_question(site: EngineSite) -> None:
    card = site.card(site.window(0, 9), site.window(15, 40))
    async with site.camera(card=card, pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 25))
        await site.sweep()
        assert sum(request.method == "PLAY" for request in camera.requests) <= 2, "the gap, and what follows it"
    assert len(site.recorded("gate")) == 2
    assert worst_offset_s(site, "gate") <= 1
    assert site.fills()[0]["outcome"] == "partly_filled"


@pytest.mark.parametrize("offset_s", [37, -61])
@pytest.mark.parametrize("pace", [FULL_SPEED, FAST_ONLY], ids=["onvif", "plain"])
async def test_a_camera_with_a_wrong_clock_is_asked_by_its_own_time(
    site: EngineSite, pace: Pace, offset_s: int
) -> None:
    card = site.card()
    async with site.camera(card=card, pace=pace, faults=Faults(clock_offset_s=offset_s)) as camera:
        site.add_camera("gate", camera.port)
        site.record("gate", card, site.window(0, 5), site.window(25, 40))
        site.add_gap("gap_1", "gate", site.window(5, 25))
        await site.sweep()
    assert site.gap("gap_1")["fill_state"] == "filled"
    assert worst_offset_s(site, "gate") <= 2
    assert "clock" in site.fills()[0]["reason"]
    assert str(abs(offset_s)) in site.fills()[0]["reason"]


@pytest.mark.parametrize("jump", [(5, 6), (5, -3)])
async def test_time_stamps_that_jump_without_a_hole_are_not_believed(site: EngineSite, jump: tuple[int, int]) -> None:
    faults = Faults(stamps_jump=jump, refuses_require=True)
    async with site.camera(pace=FAST_ONLY, faults=faults) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 25))
        await site.sweep()
        assert worst_offset_s(site, "gate") <= 2
        assert site.gap("gap_1")["fill_state"] == "pending"
        camera.faults = Faults()
        await site.sweep()
    assert site.gap("gap_1")["fill_state"] == "filled"
    assert worst_offset_s(site, "gate") <= 2


@pytest.mark.parametrize("jump", [(6, -4), (6, -3600)])
async def test_absolute_times_over_time_stamps_that_step_back_are_not_believed(
    site: EngineSite, jump: tuple[int, int]
) -> None:
    async with site.camera(pace=FULL_SPEED, faults=Faults(stamps_jump=jump)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 25))
        await site.sweep()
        assert worst_offset_s(site, "gate") <= 2
        assert sum(site.recorded("gate").values()) >= 4
        assert site.gap("gap_1")["fill_state"] == "pending"


async def test_sound_that_is_announced_and_never_sent_does_not_cost_the_picture(
    site: EngineSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anr_tui.fill.sources.through_relay._SILENT_SOUND_S", 1.0)
    faults = Faults(silent_audio=True)
    async with site.camera(card=site.card(audio="pcma"), pace=Pace(factor=4), faults=faults) as camera:
        site.add_camera("gate", camera.port, record_audio=1)
        site.add_gap("gap_1", "gate", site.window(5, 19))
        await site.sweep(anr_stall_s=20)
    assert site.gap("gap_1")["fill_state"] == "filled"


async def test_a_camera_that_tells_the_time_of_its_footage_needs_no_further_question(site: EngineSite) -> None:
    card = site.card(site.window(0, 9), site.window(15, 40))
    async with site.camera(card=card, pace=FULL_SPEED, faults=Faults(skips_holes=True)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 25))
        await site.sweep()
        assert sum(request.method == "PLAY" for request in camera.requests) == 1
    assert len(site.recorded("gate")) == 2
    assert worst_offset_s(site, "gate") <= 1


async def test_a_long_gap_is_fetched_and_landed_in_pieces(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 30))
        await site.sweep(anr_piece_s=10)
    starts = [f"{format_file_stem(site.window(start, 99).start)}.mp4" for start in (5, 15, 25)]
    assert list(site.recorded("gate")) == starts
    assert site.gap("gap_1")["fill_state"] == "filled"
    assert (site.fills()[0]["pieces"], site.fills()[0]["pieces_landed"]) == (3, 3)


async def test_what_is_on_disk_already_is_not_asked_for_again(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 15))
        await site.sweep()
        before = {path: path.stat().st_mtime_ns for path in (site.recordings / "gate").iterdir()}
        site.execute("UPDATE recording_gaps SET fill_state = 'pending'")
        camera.requests.clear()
        await site.sweep()
        assert camera.requests == []
    assert site.gap("gap_1")["fill_state"] == "filled"
    assert {path: path.stat().st_mtime_ns for path in (site.recordings / "gate").iterdir()} == before


async def test_a_camera_that_stays_open_and_silent_at_the_end_is_done(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED, faults=Faults(end=End.SILENT)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 15))
        await site.sweep(anr_stall_s=4)
        await camera.idle()
    assert site.gap("gap_1")["fill_state"] == "filled"


async def test_a_camera_that_stalls_keeps_what_it_sent(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED, faults=Faults(stalls_after_s=6)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 25))
        await site.sweep(anr_stall_s=1)
    assert sum(site.recorded("gate").values()) == pytest.approx(6, abs=1)
    assert site.gap("gap_1")["fill_state"] == "pending"
    assert "stopped sending" in site.fills()[0]["reason"]


@pytest.mark.parametrize(
    ("faults", "outcome", "attempts"),
    [
        (Faults(refuses_connections=True), "unreachable", 0),
        (Faults(describe_status=453), "camera_busy", 0),
        (Faults(describe_status=503), "camera_busy", 0),
        (Faults(describe_status=404), "no_footage", 1),
        (Faults(describe_status=400), "not_understood", 1),
        (Faults(refuses_login=True), "login_refused", 0),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_each_refusal_has_its_outcome_and_only_some_count(
    site: EngineSite, faults: Faults, outcome: str, attempts: int
) -> None:
    async with site.camera(faults=faults) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 15))
        await site.sweep()
        logins = [request for request in camera.requests if "authorization" in request.headers]
    fill = site.fills()[0]
    assert (fill["outcome"], site.gap("gap_1")["fill_attempts"]) == (outcome, attempts)
    assert site.gap("gap_1")["fill_state"] == "pending"
    assert len(fill["reason"]) > 20
    assert PASSWORD not in fill["reason"]
    assert site.recorded("gate") == {}
    assert site.left_behind() == []
    if outcome == "login_refused":
        assert len(logins) == 1, "a wrong password is tried once: cameras lock accounts"


async def test_a_camera_with_a_refused_login_is_left_alone_until_its_row_changes(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port, password="wrong")
        site.add_gap("gap_1", "gate", site.window(5, 15))
        await site.sweep()
        camera.requests.clear()
        await site.sweep()
        assert camera.requests == []
        site.execute("UPDATE cameras SET password = ?, updated_at = '2026-01-01T00:00:00+00:00'", PASSWORD)
        await site.sweep()
    assert site.gap("gap_1")["fill_state"] == "filled"


async def test_after_the_last_attempt_a_gap_is_failed(site: EngineSite) -> None:
    async with site.camera(faults=Faults(describe_status=404)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 15))
        for attempts, state in ((1, "pending"), (2, "failed")):
            await site.sweep(heldar_anr_max_attempts=2)
            assert (site.gap("gap_1")["fill_attempts"], site.gap("gap_1")["fill_state"]) == (attempts, state)


async def test_a_camera_without_onvif_replay_is_asked_again_without_it(site: EngineSite) -> None:
    async with site.camera(pace=Pace(factor=4), faults=Faults(refuses_require=True)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 13))
        await site.sweep()
    assert site.gap("gap_1")["fill_state"] == "filled"
    assert "551" in (site.root / "site.anr.logs" / "fill-1.log").read_text()


@pytest.mark.parametrize(("audio", "codec"), [("pcma", "aac"), ("aac", "aac")])
async def test_audio_is_kept_where_the_row_says_so(site: EngineSite, audio: str, codec: str) -> None:
    import av

    async with site.camera(card=site.card(audio=audio), pace=FULL_SPEED) as camera:  # type: ignore[arg-type]
        site.add_camera("gate", camera.port, record_audio=1)
        site.add_gap("gap_1", "gate", site.window(5, 15))
        await site.sweep()
    (path,) = (site.recordings / "gate").glob("*.mp4")
    with av.open(str(path)) as container:
        assert [stream.codec_context.name for stream in container.streams.audio] == [codec]
    assert site.gap("gap_1")["fill_state"] == "filled"


async def test_audio_is_not_even_asked_for_where_the_row_says_no(site: EngineSite) -> None:
    async with site.camera(card=site.card(audio="aac"), pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 15))
        await site.sweep()
        setups = [request.uri for request in camera.requests if request.method == "SETUP"]
        assert len(setups) == len([request for request in camera.requests if request.method == "PLAY"])
    assert site.gap("gap_1")["fill_state"] == "filled"


async def test_one_bad_camera_does_not_stop_the_others(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_camera("../etc", camera.port)
        site.add_camera("roof", camera.port, address=None)
        site.add_camera("yard", camera.port, password="enc:v1:AAAA")
        for number, camera_id in enumerate(("../etc", "roof", "yard", "gate")):
            site.add_gap(f"gap_{number}", camera_id, site.window(5, 15))
        site.add_gap("gap_bad", "gate", site.window(20, 30))
        site.execute("UPDATE recording_gaps SET gap_end = 'soon' WHERE id = 'gap_bad'")
        await site.sweep()
    assert site.gap("gap_3")["fill_state"] == "filled"
    reasons = {fill["camera_id"]: (fill["outcome"], fill["reason"]) for fill in site.fills()}
    assert "plain file name" in reasons["../etc"][1]
    assert "address" in reasons["roof"][1]
    assert reasons["yard"][0] == "login_refused"
    assert "HELDAR_SECRET_KEY" in reasons["yard"][1]
    assert [path.name for path in site.recordings.iterdir() if path.is_dir()] == ["gate"]


async def test_too_little_room_on_disk_fetches_nothing_and_counts_nothing(site: EngineSite) -> None:
    async with site.camera() as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 15))
        with pytest.raises(DiskFullError):
            await site.sweep(heldar_min_free_disk_gb=10_000_000)
        assert camera.requests == []
    assert site.fills() == []
    assert site.gap("gap_1")["fill_attempts"] == 0


async def test_only_what_is_still_missing_is_fetched_where_recordings_appeared_meanwhile(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(12, 18))
        await site.sweep()
        site.add_gap("gap_2", "gate", site.window(5, 30))
        camera.requests.clear()
        await site.sweep()
        asked = [request.uri for request in camera.requests if request.method == "PLAY"]
    assert site.gap("gap_2")["fill_state"] == "filled"
    assert site.fills()[1]["wanted_s"] == pytest.approx(19, abs=0.5)
    assert len(site.recorded("gate")) == 3
    assert asked


async def test_an_interrupted_fill_costs_what_is_missing_and_one_piece_at_most(site: EngineSite) -> None:
    async with site.camera(pace=FAST_ONLY, faults=Faults(closes_after_s=5)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(2, 36))
        await site.sweep(anr_piece_s=10)
        missing_s = 34 - sum(site.recorded("gate").values())
        camera.faults = Faults()
        await site.sweep(anr_piece_s=10)
    assert site.gap("gap_1")["fill_state"] == "filled"
    assert site.fills()[1]["wanted_s"] <= missing_s + 10


async def test_piece_length_zero_keeps_a_gap_in_one_file(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(2, 36))
        await site.sweep(anr_piece_s=0)
    assert len(site.recorded("gate")) == 1
    assert site.gap("gap_1")["fill_state"] == "filled"


async def test_footage_of_another_kind_lands_and_that_is_said(site: EngineSite) -> None:
    async with (
        site.camera(pace=FULL_SPEED) as camera,
        site.camera(card=site.card(size=(320, 180)), pace=FULL_SPEED) as new,
    ):
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 10))
        await site.sweep()
        site.execute("UPDATE cameras SET rtsp_port = ?", new.port)
        site.add_gap("gap_2", "gate", site.window(20, 25))
        await site.sweep()
    assert site.gap("gap_2")["fill_state"] == "filled"
    assert "320x180" in site.fills()[1]["reason"]
    assert "160x90" in site.fills()[1]["reason"]


async def test_a_device_that_asks_for_a_weaker_login_gets_none_until_a_person_says_yes(site: EngineSite) -> None:
    """Somebody who answers in the camera's place asks for Basic, to read the password."""
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 15))
        await site.sweep()
        (known,) = execute_on(site.settings().journal_path, "SELECT * FROM device_trust")
        assert (known["device"], known["login_strength"]) == (f"127.0.0.1:{camera.port}", 2)

        camera.gate = Gate(Auth.BASIC, Credentials("operator", PASSWORD))
        camera.requests.clear()
        site.add_gap("gap_2", "gate", site.window(20, 30))
        await site.sweep()
        assert not [request for request in camera.requests if "authorization" in request.headers]
        assert (site.fills()[-1]["outcome"], site.gap("gap_2")["fill_state"]) == ("login_refused", "pending")
        journal = await Journal.open(site.settings().journal_path)
        (alarm,) = await journal.events.newest(1, kinds=[EventKind.ALARM])
        assert "asks for a Basic login and took a stronger one before" in alarm.words and alarm.camera_id == "gate"

        await journal.device_trust.forget("gate")
        await journal.close()
        site.execute("UPDATE cameras SET updated_at = '2026-01-01T00:00:00+00:00'")
        await site.sweep()
    assert site.gap("gap_2")["fill_state"] == "filled"
