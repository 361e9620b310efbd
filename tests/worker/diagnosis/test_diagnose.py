"""Diagnoses of simulated cameras with the faults that real ones have, by a real worker with a real ffmpeg."""

import asyncio
import contextlib
import math
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from anr_tui.demo.camera.camera import SimulatedCamera
from anr_tui.demo.camera.card import Card
from anr_tui.demo.camera.clock import Clock
from anr_tui.demo.camera.faults import Faults, Pace
from anr_tui.demo.camera.login import Auth
from anr_tui.demo.recorder import cut
from anr_tui.domain.diagnosis import Check, CheckKind, CheckMark
from anr_tui.domain.request import Request, RequestKind, RequestState
from anr_tui.domain.timestamps import format_file_stem
from anr_tui.domain.window import Window
from anr_tui.journal.journal import Journal
from anr_tui.sites.recordings.mark import MARK_NAME
from tests.engine import FOOTAGE_S, PASSWORD, PATIENCE_S, EngineSite, ask, execute_on, until

FAST = Pace(honours_rate_control=True)
GOOD, FAILED, NOT_KNOWN, SKIPPED = CheckMark.GOOD, CheckMark.FAILED, CheckMark.NOT_KNOWN, CheckMark.SKIPPED

Lines = dict[CheckKind, Check]


async def lines_of(site: EngineSite, camera_id: str = "gate") -> Lines:
    journal = await Journal.open(site.journal)
    try:
        asked = await journal.diagnoses.newest_request(camera_id)
        return {check.kind: check for check in await journal.diagnoses.checks(asked.id)} if asked else {}
    finally:
        await journal.close()


def recorded_files(site: EngineSite) -> list[Path]:
    return sorted(path for path in site.recordings.rglob("*") if path.name != MARK_NAME)


async def diagnosed(site: EngineSite, **changes: object) -> tuple[Request, Lines]:
    """What a diagnosis of the camera `gate` comes to; nothing of it stays but its lines."""
    before = recorded_files(site)
    async with site.working(**changes):
        answer = await ask(site, RequestKind.DIAGNOSE, camera_id="gate")
    lines = await lines_of(site)
    assert list(lines) == list(CheckKind)
    assert recorded_files(site) == before
    assert not any(path.suffix != ".log" for path in site.settings().logs_dir.glob("*"))
    assert PASSWORD.encode() not in site.journal.read_bytes()
    assert site.fills() == []
    return answer, lines


def record(site: EngineSite, card: Card, *windows: Window, late_s: float = 0.0) -> None:
    """Let the recorder have these windows of a card's footage, named as if it were so much later."""
    directory = site.recordings / "gate"
    directory.mkdir(exist_ok=True)
    (source,) = card.directory.glob("*.mp4")
    for window in windows:
        name = f"{format_file_stem(window.start + timedelta(seconds=late_s))}.mp4"
        cut(source, site.began, window, directory / name)


def marks(lines: Lines) -> dict[str, str]:
    return {kind.value: check.mark.value for kind, check in lines.items()}


async def test_all_is_well(site: EngineSite) -> None:
    card = site.card()
    record(site, card, site.window(0, 15), site.window(15, 40))
    async with site.camera(card=card, pace=FAST, tells_card=True) as camera:
        site.add_camera("gate", camera.port)
        answer, lines = await diagnosed(site)
        await camera.idle()
        assert camera.sessions.total == 1
    assert marks(lines) == dict.fromkeys(CheckKind, "good")
    assert (answer.state, answer.reason) == (RequestState.DONE, "6 good.")
    assert f"127.0.0.1:{camera.port} accepted the connection in " in lines[CheckKind.PORT].seen
    assert "Digest MD5, realm 'IP Camera(12345)'" in lines[CheckKind.LOGIN].seen
    assert f"It holds {site.began:%Y-%m-%d %H:%M:%SZ} to " in lines[CheckKind.CARD].seen
    assert "10.0 of 10 s came, at " in lines[CheckKind.REPLAY].seen
    assert "which the recorder has, too" in lines[CheckKind.REPLAY].seen
    assert not any(check.hint for check in lines.values())


async def test_a_closed_port(site: EngineSite) -> None:
    async with site.camera(faults=Faults(refuses_connections=True)) as camera:
        site.add_camera("gate", camera.port)
        answer, lines = await diagnosed(site)
    assert marks(lines) == {"port": "failed"} | dict.fromkeys(list(CheckKind)[1:], "skipped")
    assert "Connection refused" in lines[CheckKind.PORT].seen and "RTSP port" in lines[CheckKind.PORT].hint
    assert lines[CheckKind.REPLAY].seen == "It cannot be reached."
    assert (answer.state, answer.reason) == (RequestState.DONE, "1 failed, 5 skipped.")


@pytest.mark.parametrize("auth", [Auth.DIGEST, Auth.BASIC, Auth.DIGEST_SHA256])
async def test_a_wrong_password_is_sent_once(site: EngineSite, auth: Auth) -> None:
    async with site.camera(auth=auth) as camera:
        site.add_camera("gate", camera.port, password="wr0ng")
        _, lines = await diagnosed(site)
        logins = [request for request in camera.requests if "authorization" in request.headers]
        assert len(logins) == 1
    assert marks(lines) == dict.fromkeys(CheckKind, "skipped") | {"port": "good", "login": "failed", "clock": "good"}
    assert "It refused the user or the password (" in lines[CheckKind.LOGIN].seen
    assert "lock an account" in lines[CheckKind.LOGIN].hint
    assert b"wr0ng" not in site.journal.read_bytes()


@pytest.mark.parametrize(
    ("auth", "mark", "words"),
    [(Auth.BASIC, "warning", "Basic, realm"), (Auth.NONE, "warning", "no login"), (Auth.DIGEST_SHA256, "good", "-256")],
)
async def test_which_login_it_takes(site: EngineSite, auth: Auth, mark: str, words: str) -> None:
    async with site.camera(auth=auth, pace=FAST) as camera:
        site.add_camera("gate", camera.port, anr_enabled=0)
        site.add_gap("gap_1", "gate", site.window(5, 35))
        _, lines = await diagnosed(site)
    assert lines[CheckKind.LOGIN].mark.value == mark
    assert words in lines[CheckKind.LOGIN].seen
    assert lines[CheckKind.REPLAY].mark is GOOD
    assert "the newest pending gap's beginning" in lines[CheckKind.REPLAY].seen
    assert lines[CheckKind.PICTURE].mark is GOOD, "the camera gives absolute times"


async def test_nothing_tells_the_time_of_the_pictures(site: EngineSite) -> None:
    async with site.camera(pace=Pace(20.0), faults=Faults(refuses_require=True)) as camera:
        site.add_camera("gate", camera.port, anr_enabled=0)
        site.add_gap("gap_1", "gate", site.window(5, 35))
        _, lines = await diagnosed(site)
    assert marks(lines) == dict.fromkeys(CheckKind, "good") | {"card": "not_known", "picture": "not_known"}
    assert "look at the clock in its picture" in lines[CheckKind.PICTURE].hint


async def test_a_clock_that_is_an_hour_off(site: EngineSite) -> None:
    card = site.card()
    record(site, card, site.window(0, 40))
    async with site.camera(card=card, pace=FAST, faults=Faults(clock_offset_s=3600)) as camera:
        site.add_camera("gate", camera.port)
        _, lines = await diagnosed(site)
    assert marks(lines) == {
        "port": "good",
        "login": "good",
        "clock": "failed",
        "card": "not_known",
        "replay": "good",
        "picture": "good",
    }
    assert "asked by its clock, 60 min later" in lines[CheckKind.PICTURE].seen
    assert "Its clock is 60 min ahead" in lines[CheckKind.CLOCK].seen and "NTP" in lines[CheckKind.CLOCK].hint


async def test_a_clock_that_is_a_minute_off_is_reckoned_with(site: EngineSite) -> None:
    card = site.card()
    record(site, card, site.window(0, 40))
    async with site.camera(card=card, pace=FAST, faults=Faults(clock_offset_s=-70)) as camera:
        site.add_camera("gate", camera.port)
        _, lines = await diagnosed(site)
    assert marks(lines) == dict.fromkeys(CheckKind, "good") | {"clock": "warning", "card": "not_known"}
    assert "70 s behind; fills go by its pictures" in lines[CheckKind.CLOCK].seen
    assert "hikvision" in lines[CheckKind.CARD].seen


async def test_a_date_that_is_off_while_its_footage_is_right_moves_nothing(site: EngineSite) -> None:
    card = site.card()
    record(site, card, site.window(0, 40))
    async with site.camera(card=card, pace=FAST, faults=Faults(clock=Clock(date_offset_s=600))) as camera:
        site.add_camera("gate", camera.port)
        _, lines = await diagnosed(site)
    assert marks(lines) == dict.fromkeys(CheckKind, "good") | {"clock": "warning", "card": "not_known"}
    assert lines[CheckKind.PICTURE].seen == "The pictures are of the time that was asked for."


async def test_times_in_the_media_of_a_clock_that_is_off_show_nothing(site: EngineSite) -> None:
    async with site.camera(pace=FAST, faults=Faults(clock=Clock(date_offset_s=600))) as camera:
        site.add_camera("gate", camera.port, anr_enabled=0)
        site.add_gap("gap_1", "gate", site.window(5, 35))
        _, lines = await diagnosed(site)
    assert lines[CheckKind.PICTURE].mark is NOT_KNOWN


async def test_pictures_of_a_clock_that_is_off_are_found_out_and_moved_by_nothing(site: EngineSite) -> None:
    """GIVEN a camera that has something at the moment asked for as well THEN its Date is not what it is asked by."""
    card = site.card()
    record(site, card, site.window(0, 40))
    async with site.camera(card=card, pace=FAST, faults=Faults(clock_offset_s=-8)) as camera:
        site.add_camera("gate", camera.port)
        _, lines = await diagnosed(site)
    assert (lines[CheckKind.CLOCK].mark, lines[CheckKind.PICTURE].mark) == (CheckMark.WARNING, FAILED)
    assert "The pictures are 8 s later than what was asked for. A fill finds" in lines[CheckKind.PICTURE].seen


async def test_what_a_fill_found_out_of_its_times_is_shown_and_allowed_for(site: EngineSite) -> None:
    """GIVEN a camera that takes digits for its local time, as a fill found out THEN its pictures are as asked for."""
    zone_s = 7200
    other = Window(*(moment - timedelta(seconds=zone_s) for moment in (site.began, site.window(0, 40).end)))
    card = site.card(other, site.window(0, 40))
    faults = Faults(clock=Clock(local_time_offset_s=zone_s), refuses_require=True)
    async with site.camera(card=card, pace=Pace(math.inf), faults=faults) as camera:
        site.add_camera("gate", camera.port)
        site.record("gate", card, other, site.window(0, 12), site.window(25, 40))
        site.add_gap("gap_1", "gate", site.window(12, 25))
        await site.sweep(anr_rest_s=0)
        async with site.working(anr_rest_s=0):
            await ask(site, RequestKind.DIAGNOSE, camera_id="gate")
        lines = await lines_of(site)
    assert site.gap("gap_1")["fill_state"] == "filled"
    found = r"It plays 2h 00m earlier than asked, shown by its pictures, found 2\d{3}-\S+ \S+Z; fills allow for that"
    assert re.search(found, lines[CheckKind.CLOCK].seen)
    assert (lines[CheckKind.CLOCK].mark, lines[CheckKind.PICTURE].mark) == (CheckMark.WARNING, GOOD)


async def test_an_empty_card(site: EngineSite) -> None:
    empty = site.root / "empty"
    empty.mkdir()
    async with site.camera(card=Card(empty)) as camera:
        site.add_camera("gate", camera.port)
        _, lines = await diagnosed(site)
    assert lines[CheckKind.CARD].mark is FAILED
    assert "has nothing of" in lines[CheckKind.CARD].seen and "own card" in lines[CheckKind.CARD].hint
    assert (lines[CheckKind.REPLAY].mark, lines[CheckKind.REPLAY].seen) == (SKIPPED, "It has nothing to replay.")


@pytest.mark.parametrize("faults", [Faults(), Faults(refuses_require=True)], ids=["with marks", "without"])
async def test_pictures_that_the_recorder_has_at_another_time_are_found_out(site: EngineSite, faults: Faults) -> None:
    card = site.card()
    record(site, card, site.window(0, 31), late_s=9)
    async with site.camera(card=card, pace=Pace(20.0, honours_rate_control=True), faults=faults) as camera:
        site.add_camera("gate", camera.port)
        _, lines = await diagnosed(site)
    assert lines[CheckKind.PICTURE].mark is FAILED
    assert "The pictures are 9 s later" in lines[CheckKind.PICTURE].seen


async def test_files_that_fills_landed_tell_nothing(site: EngineSite) -> None:
    """They came from the camera itself, so they would always agree with it."""
    async with site.camera(pace=FAST) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 25))
        async with site.working():
            await until(lambda: site.gap("gap_1")["filled_at"])
            await ask(site, RequestKind.DIAGNOSE, camera_id="gate")
        lines = await lines_of(site)
    asked = re.search(r"nothing of (\S+ \S+)Z to", lines[CheckKind.CARD].seen)
    assert asked and datetime.fromisoformat(f"{asked[1]}+00:00") > site.window(0, FOOTAGE_S).end


@contextlib.asynccontextmanager
async def playing(camera: SimulatedCamera, window: Window) -> AsyncIterator[None]:
    """Somebody else who plays this camera's recording."""
    reader, writer = await asyncio.open_connection(camera.host, camera.port)
    url = camera.url(window)
    transport = "RTP/AVP/TCP;unicast;interleaved=0-1"
    writer.write(f"SETUP {url} RTSP/1.0\r\nCSeq: 1\r\nTransport: {transport}\r\n\r\n".encode())
    assert b" 200 " in await reader.readline()
    try:
        yield
    finally:
        writer.close()
        await writer.wait_closed()


async def test_a_camera_that_plays_for_somebody_else(site: EngineSite) -> None:
    async with site.camera(auth=Auth.NONE, pace=FAST, faults=Faults(max_sessions=1)) as camera:
        site.add_camera("gate", camera.port, password=None)
        async with playing(camera, site.window(0, 40)):
            _, lines = await diagnosed(site)
    assert lines[CheckKind.CARD].mark is NOT_KNOWN
    assert (lines[CheckKind.REPLAY].mark, "453" in lines[CheckKind.REPLAY].seen) == (FAILED, True)
    assert "Close other playbacks" in lines[CheckKind.REPLAY].hint


async def test_a_fill_of_the_device_has_its_session_first_and_the_next_one_comes_after(site: EngineSite) -> None:
    async with site.camera(pace=Pace(8.0), faults=Faults(refuses_require=True)) as camera:
        camera.hold(after_s=2)
        site.add_camera("dock", camera.port)
        site.add_camera("gate", camera.port, anr_enabled=0)  # another channel of the same device
        site.add_gap("gap_0", "gate", site.window(5, 35))
        site.add_gap("gap_1", "dock", site.window(28, 38))
        site.add_gap("gap_2", "dock", site.window(5, 25))
        async with site.working(anr_stall_s=PATIENCE_S) as worker:
            await camera.played(2)
            asked = asyncio.create_task(ask(site, RequestKind.DIAGNOSE, camera_id="gate"))
            await until(lambda: worker.diagnoses.devices)
            waiting = (await lines_of(site))[CheckKind.LOGIN]
            assert (waiting.mark, "waits for its turn" in waiting.seen) == (CheckMark.WAITING, True)
            camera.release()
            assert (await asked).state is RequestState.DONE
            assert [(fill["gap_id"], fill["outcome"]) for fill in site.fills()] in (
                [("gap_1", "filled")],
                [("gap_1", "filled"), ("gap_2", None)],
            )
        assert camera.sessions.peak == 1
    assert (await lines_of(site))[CheckKind.REPLAY].mark is GOOD


async def test_a_person_stops_it_and_the_camera_is_free(site: EngineSite) -> None:
    async with site.camera(pace=Pace(math.inf), faults=Faults(refuses_require=True)) as camera:
        camera.hold(after_s=1)
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 35))
        async with site.working(heldar_anr_enabled=False, anr_stall_s=PATIENCE_S) as worker:
            asked = asyncio.create_task(ask(site, RequestKind.DIAGNOSE, camera_id="gate"))
            await camera.played(1)
            assert (await ask(site, RequestKind.CANCEL, camera_id="gate")).state is RequestState.DONE
            answer = await asked
            await camera.idle()
            assert not worker.diagnoses.open
            refused = await ask(site, RequestKind.CANCEL, camera_id="gate")
            assert (refused.state, refused.reason) == (RequestState.REFUSED, "It is not being diagnosed any more.")
    assert (answer.state, "Stopped by ann@console." in answer.reason) == (RequestState.REFUSED, True)
    lines = await lines_of(site)
    assert lines[CheckKind.LOGIN].mark is GOOD
    for kind in (CheckKind.REPLAY, CheckKind.PICTURE):
        assert (lines[kind].mark, lines[kind].seen) == (SKIPPED, "Stopped by ann@console.")


async def test_it_ends_with_the_worker(site: EngineSite) -> None:
    async with site.camera(pace=Pace(math.inf), faults=Faults(refuses_require=True)) as camera:
        camera.hold(after_s=1)
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 35))
        async with site.working(heldar_anr_enabled=False, anr_stall_s=PATIENCE_S) as worker:
            asked = asyncio.create_task(ask(site, RequestKind.DIAGNOSE, camera_id="gate"))
            await camera.played(1)
        assert not worker.diagnoses.open
        await camera.idle()
        asked.cancel()
        await asyncio.wait([asked])
    lines = await lines_of(site)
    assert lines[CheckKind.REPLAY].seen == "Stopped by the worker's end."
    assert [row["state"] for row in execute_on(site.journal, "SELECT state FROM requests")] == ["taken"]


async def test_while_all_is_halted_nothing_is_replayed(site: EngineSite) -> None:
    async with site.camera(pace=FAST) as camera:
        site.add_camera("gate", camera.port)
        async with site.working() as worker:
            await ask(site, RequestKind.HALT)
            site.add_gap("gap_1", "gate", site.window(5, 35))
            await ask(site, RequestKind.DIAGNOSE, camera_id="gate")
            assert not worker.diagnoses.open
        assert camera.sessions.total == 0
    lines = await lines_of(site)
    assert (lines[CheckKind.LOGIN].mark, lines[CheckKind.REPLAY].mark) == (GOOD, SKIPPED)
    assert "halted" in lines[CheckKind.REPLAY].seen


@pytest.mark.parametrize(
    ("columns", "kind", "words"),
    [
        ({"address": None}, CheckKind.PORT, "has no address"),
        ({"password": "enc:v1:AAAA"}, CheckKind.LOGIN, "HELDAR_SECRET_KEY"),
        ({"anr_replay_url_template": "http://127.0.0.1/{start}/{end}"}, CheckKind.PORT, "127.0.0.1:80"),
    ],
    ids=["no address", "sealed", "http"],
)
async def test_a_row_that_names_no_camera_to_ask(
    site: EngineSite, columns: dict[str, str | None], kind: CheckKind, words: str
) -> None:
    async with site.camera() as camera:
        site.add_camera("gate", camera.port, **columns)
        _, lines = await diagnosed(site)
    assert lines[kind].mark is FAILED
    assert words in f"{lines[kind].seen} {lines[kind].hint}"


async def test_a_camera_that_is_not_there_is_refused(site: EngineSite) -> None:
    async with site.working():
        answer = await ask(site, RequestKind.DIAGNOSE, camera_id="nowhere")
    assert (answer.state, "'nowhere'" in answer.reason) == (RequestState.REFUSED, True)
