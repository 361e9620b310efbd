import asyncio
import math
import os
import signal
import stat
from datetime import UTC, datetime, timedelta

import av
import pytest

from anr_tui.demo.camera.camera import Auth, Faults, Pace, SimulatedCamera
from anr_tui.demo.camera.card import Card
from anr_tui.demo.footage.footage import make_footage as make_demo_footage
from anr_tui.domain.errors import FillError
from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.process import supervise
from anr_tui.fill.ffmpeg.program import AudioMode, Ffmpeg, audio_cannot_be_copied, find_ffmpeg, probe_ffmpeg
from anr_tui.fill.media.verify import read_media
from tests.fill.rtsp_camera import camera, rtsp_arguments

FRAME_S = 0.04


async def fetch(ffmpeg, footage, part, *, length_s=5.0, audio=AudioMode.NONE, holds_after=None, timeout_s=10):
    """Fetch to `part`: the ending, the log, and the methods that the camera saw."""
    lines: list[str] = []
    async with camera(footage, holds_after) as source:
        ending = await supervise(
            rtsp_arguments(ffmpeg, source.url, length_s, part, audio, timeout_s=timeout_s),
            on_progress=lambda _: None,
            on_line=lines.append,
            stop=asyncio.Event(),
        )
    return ending, lines, source.methods


@pytest.mark.parametrize(("codec", "b_frames"), [("h264", 0), ("h264", 2), ("hevc", 2)])
async def test_a_window_is_copied_and_ends_at_its_length(ffmpeg, make_footage, tmp_path, codec, b_frames):
    part = tmp_path / "20260613_120000.mp4.part"
    ending, lines, _ = await fetch(ffmpeg, make_footage(codec, b_frames), part)
    assert ending.returncode == 0, lines
    media = read_media(part)
    assert (media.codec, media.width, media.height, media.has_audio) == (codec, 160, 120, False)
    (run,) = media.runs
    assert run.start_s == 0
    # The length is counted in decoding order: up to a reordering later on each side, and never earlier.
    assert 5.0 - FRAME_S <= run.end_s <= 5.0 + (1 + 2 * b_frames) * FRAME_S


async def test_at_its_end_the_camera_is_told(ffmpeg, make_footage, tmp_path):
    """GIVEN a camera that sends nothing unwanted, which would reset the line, WHEN a fetch ends THEN it hears so."""
    footage = make_footage("h264", 0)
    enough = next(index for index, (moment_s, _) in enumerate(footage.units, 1) if moment_s >= 5)
    _, lines, methods = await fetch(ffmpeg, footage, tmp_path / "x.mp4.part", holds_after=enough, timeout_s=5)
    assert methods[-1] == "TEARDOWN", lines


@pytest.mark.parametrize("audio", [AudioMode.NONE, AudioMode.AAC])
async def test_a_replay_that_opens_between_key_frames_keeps_its_offset(ffmpeg, make_footage, tmp_path, audio):
    part = tmp_path / "x.mp4.part"
    has_audio = audio is not AudioMode.NONE
    await fetch(ffmpeg, make_footage("h264", 2, skip=10, has_audio=has_audio), part, audio=audio)
    (run,) = read_media(part).runs
    assert run.start_s == pytest.approx(1.6, abs=FRAME_S + 0.001)


async def test_audio_that_mp4_cannot_hold_is_told_and_becomes_aac(ffmpeg, make_footage, tmp_path):
    part = tmp_path / "x.mp4.part"
    footage = make_footage(has_audio=True)
    ending, lines, _ = await fetch(ffmpeg, footage, part, audio=AudioMode.COPY)
    assert ending.returncode != 0
    assert any(map(audio_cannot_be_copied, lines))

    ending, lines, _ = await fetch(ffmpeg, footage, part, audio=AudioMode.AAC)
    assert ending.returncode == 0
    assert not any(map(audio_cannot_be_copied, lines))
    assert read_media(part).has_audio


async def test_a_camera_without_audio_is_fetched_though_audio_is_wanted(ffmpeg, make_footage, tmp_path):
    part = tmp_path / "x.mp4.part"
    ending, _, _ = await fetch(ffmpeg, make_footage(), part, audio=AudioMode.COPY)
    assert ending.returncode == 0
    assert not read_media(part).has_audio


async def test_audio_that_is_not_wanted_is_not_even_asked_for(ffmpeg, make_footage, tmp_path):
    _, _, methods = await fetch(ffmpeg, make_footage(has_audio=True), tmp_path / "x.mp4.part")
    assert methods.count("SETUP") == 1


async def test_only_rtsp_over_tcp_is_opened(ffmpeg, tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    lines: list[str] = []
    url = f"file:{tmp_path}/secret.txt"
    ending = await supervise(
        rtsp_arguments(ffmpeg, url, 1, tmp_path / "x.mp4.part", AudioMode.NONE, timeout_s=1),
        on_progress=lambda _: None,
        on_line=lines.append,
        stop=asyncio.Event(),
    )
    assert ending.returncode != 0
    assert not (tmp_path / "x.mp4.part").exists()


async def test_the_binary_says_what_it_calls_its_timeout(ffmpeg):
    assert ffmpeg.rtsp_timeout_option == ("stimeout" if int(ffmpeg.version.split(".")[0]) < 5 else "timeout")


async def test_each_frame_has_its_time_from_the_first_on(ffmpeg, make_footage, tmp_path):
    """From RTSP alone, ffmpeg gives the first frame no time: the second frame's would be 0 too."""
    part = tmp_path / "x.mp4.part"
    await fetch(ffmpeg, make_footage(), part)
    with av.open(str(part)) as media:
        times = [float(packet.pts * packet.time_base) for packet in media.demux(video=0) if packet.pts is not None]
    assert len(times) >= 125
    assert times == pytest.approx([number * FRAME_S for number in range(len(times))], abs=0.001)


async def test_a_copy_is_on_disk_at_once_though_its_sound_never_comes(ffmpeg, tmp_path):
    """GIVEN a camera that announces AAC and sends none WHEN a fetch is killed THEN what arrived can be read."""
    start = datetime(2026, 6, 13, 12, tzinfo=UTC)
    window = Window(start, start + timedelta(seconds=12))
    (tmp_path / "card").mkdir()
    make_demo_footage(tmp_path / "card" / "20260613_120000.mp4", window, ffmpeg=ffmpeg.path, audio="aac")
    part = tmp_path / "x.mp4.part"
    pids: list[int] = []

    async def kill_when_written() -> None:
        while not part.exists() or part.stat().st_size < 20_000:
            await asyncio.sleep(0.02)
        os.kill(pids[0], signal.SIGKILL)

    faults = Faults(silent_audio=True, stalls_after_s=11)
    async with SimulatedCamera(Card(tmp_path / "card"), auth=Auth.NONE, pace=Pace(math.inf), faults=faults) as source:
        killer = asyncio.create_task(kill_when_written())
        ending = await supervise(
            rtsp_arguments(ffmpeg, source.url(window), 12, part, AudioMode.COPY, timeout_s=30),
            on_progress=lambda _: None,
            on_line=lambda _: None,
            stop=asyncio.Event(),
            on_start=pids.append,
        )
        killer.cancel()
    assert ending.returncode == -signal.SIGKILL
    (run,) = read_media(part).runs
    assert run.end_s > 4


@pytest.mark.parametrize("can_set_times", [False, True])
@pytest.mark.parametrize("audio", list(AudioMode))
def test_times_are_set_only_where_the_binary_can_and_no_encoder_reaches_before_0(tmp_path, can_set_times, audio):
    ffmpeg = Ffmpeg("ffmpeg", "7.1", "timeout", can_set_times)
    arguments = rtsp_arguments(ffmpeg, "rtsp://127.0.0.1/x", 1, tmp_path / "x", audio, timeout_s=1)
    assert ("-bsf:v" in arguments) is (can_set_times and audio is not AudioMode.AAC)
    assert ("-avoid_negative_ts" in arguments) is (audio is not AudioMode.AAC)


async def test_an_old_binary_must_not_be_told_timeout(tmp_path, make_program):
    old = make_program("ffmpeg version 4.4.2-0ubuntu0.22.04.1 Copyright", "-allowed_media_types -timeout -stimeout")
    ffmpeg = await probe_ffmpeg(old)
    assert (ffmpeg.version, ffmpeg.rtsp_timeout_option) == ("4.4.2-0ubuntu0.22.04.1", "stimeout")
    assert not ffmpeg.can_set_times
    arguments = rtsp_arguments(ffmpeg, "rtsp://127.0.0.1/x", 1, tmp_path / "x", AudioMode.NONE, timeout_s=1.5)
    assert arguments[arguments.index("-stimeout") + 1] == "1500000"
    assert "-timeout" not in arguments


@pytest.mark.parametrize(("version", "options"), [("hello", "-allowed_media_types"), ("ffmpeg version 7.1", "")])
async def test_what_is_no_ffmpeg_with_rtsp_is_refused_by_name(make_program, version, options):
    program = make_program(version, options)
    with pytest.raises(FillError) as refusal:
        await probe_ffmpeg(program)
    assert program in str(refusal.value)


def test_a_program_that_is_not_there_is_refused_with_a_hint():
    with pytest.raises(FillError, match="Install") as refusal:
        find_ffmpeg("/nowhere/ffmpeg")
    assert "/nowhere/ffmpeg" in str(refusal.value)


def test_the_default_name_finds_the_wheel_where_the_system_has_none(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert os.access(find_ffmpeg("ffmpeg"), os.X_OK)


def test_a_system_ffmpeg_is_preferred(monkeypatch, make_program):
    program = make_program("ffmpeg version 7.1", "")
    monkeypatch.setenv("PATH", os.path.dirname(program))
    assert find_ffmpeg("ffmpeg") == program


@pytest.fixture
def make_program(tmp_path):
    """A program named ffmpeg that answers as told."""

    def make(version: str, options: str) -> str:
        program = tmp_path / "ffmpeg"
        program.write_text(f'#!/bin/sh\ncase "$1" in -version) echo "{version}";; *) echo "{options}";; esac\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return str(program)

    return make
