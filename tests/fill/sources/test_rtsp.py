"""One fetch: the relay, ffmpeg, and what ends them."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anr_tui.demo.camera.camera import Faults, SimulatedCamera
from anr_tui.demo.camera.card import Card
from anr_tui.demo.footage.footage import FRAMES_PER_SECOND, make_footage
from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.program import AudioMode, Ffmpeg
from anr_tui.fill.media.key_frame_match import key_frames
from anr_tui.fill.media.verify import read_media
from anr_tui.fill.sources.rtsp import FetchOrder, FetchResult, StopCause, fetch
from anr_tui.replay.dialects.interface import request_of_url

START = datetime(2026, 6, 13, 12, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(seconds=12))


async def fetched_from(
    camera: SimulatedCamera, window: Window, part: Path, ffmpeg: Ffmpeg, *, is_probe: bool
) -> FetchResult:
    fetched = await fetch(
        FetchOrder(
            request=request_of_url(camera.url(window, with_login=True)),
            length_s=2,
            part=part,
            audio=AudioMode.NONE,
            full_speed=True,
            stall_s=3,
            is_probe=is_probe,
        ),
        ffmpeg,
        stop=asyncio.Event(),
        on_progress=lambda _: None,
        log=lambda *_: None,
    )
    await camera.idle()
    return fetched


@pytest.mark.parametrize(("is_look", "cause"), [(True, StopCause.NONE), (False, StopCause.STALLED)])
async def test_a_look_waits_for_no_more_than_it_was_asked_for(
    tmp_path: Path, ffmpeg: Ffmpeg, is_probe: bool, cause: StopCause
) -> None:
    (tmp_path / "card").mkdir()
    make_footage(tmp_path / "card" / "20260613_120000.mp4", WINDOW, ffmpeg=ffmpeg.path)
    async with SimulatedCamera(Card(tmp_path / "card"), password="x", faults=Faults(stalls_after_s=3)) as camera:
        fetched = await fetched_from(camera, WINDOW, tmp_path / "x.mp4.part", ffmpeg, is_probe=is_probe)
    assert fetched.cause is cause
    assert (tmp_path / "x.mp4.part").stat().st_size > 0


@pytest.mark.parametrize("opens_mid_gop", [False, True])
async def test_a_look_has_the_first_key_frame_alone_and_where_it_stands(
    tmp_path: Path, ffmpeg: Ffmpeg, opens_mid_gop: bool
) -> None:
    (tmp_path / "card").mkdir()
    make_footage(tmp_path / "card" / "20260613_120000.mp4", WINDOW, ffmpeg=ffmpeg.path, gop_s=2.0)
    later = Window(START + timedelta(seconds=1), WINDOW.end)
    look, whole = tmp_path / "look.mp4.part", tmp_path / "whole.mp4.part"
    async with SimulatedCamera(
        Card(tmp_path / "card"), password="x", faults=Faults(opens_mid_gop=opens_mid_gop)
    ) as camera:
        await fetched_from(camera, later, look, ffmpeg, is_probe=True)
        await fetched_from(camera, later, whole, ffmpeg, is_probe=False)
    [seen] = key_frames(look)
    first = key_frames(whole)[0]
    assert seen.digest == first.digest
    assert seen.at_s == pytest.approx(first.at_s, abs=1 / FRAMES_PER_SECOND)
    assert seen.at_s == pytest.approx(1.0 if opens_mid_gop else 0.0, abs=1 / FRAMES_PER_SECOND)
    assert [run.packets for run in read_media(look).runs] == [1]
