"""One fetch: the relay, ffmpeg, and what ends them."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from anr_tui.demo.camera import Faults, SimulatedCamera
from anr_tui.demo.card import Card
from anr_tui.demo.footage import make_footage
from anr_tui.fill.fetch import Fetch, StopCause, fetch
from anr_tui.fill.ffmpeg import AudioMode, Ffmpeg
from anr_tui.replay.url import split_target
from anr_tui.windows import Window

START = datetime(2026, 6, 13, 12, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(seconds=12))


@pytest.mark.parametrize(("at_once", "cause"), [(True, StopCause.NONE), (False, StopCause.STALLED)])
async def test_a_look_waits_for_no_more_than_it_was_asked_for(
    tmp_path: Path, ffmpeg: Ffmpeg, at_once: bool, cause: StopCause
) -> None:
    (tmp_path / "card").mkdir()
    make_footage(tmp_path / "card" / "20260613_120000.mp4", WINDOW, ffmpeg=ffmpeg.path)
    async with SimulatedCamera(Card(tmp_path / "card"), password="x", faults=Faults(stalls_after_s=3)) as camera:
        fetched = await fetch(
            Fetch(
                target=split_target(SecretStr(camera.url(WINDOW, with_login=True))),
                length_s=2,
                part=tmp_path / "x.mp4.part",
                audio=AudioMode.NONE,
                full_speed=True,
                stall_s=3,
                at_once=at_once,
            ),
            ffmpeg,
            stop=asyncio.Event(),
            on_progress=lambda _: None,
            log=lambda *_: None,
        )
        await camera.idle()
    assert fetched.cause is cause
    assert (tmp_path / "x.mp4.part").stat().st_size > 0
