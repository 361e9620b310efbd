"""One fetch: the relay, ffmpeg, and what ends them."""

import asyncio
import os
import shlex
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anr_tui.demo.camera.camera import Faults, SimulatedCamera
from anr_tui.demo.camera.card import Card
from anr_tui.demo.camera.faults import Pace, StartRule
from anr_tui.demo.footage.footage import FRAMES_PER_SECOND, make_footage
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.program import AudioMode, Ffmpeg
from anr_tui.fill.media.key_frame_match import key_frames
from anr_tui.fill.media.verify import read_media
from anr_tui.fill.sources import interface
from anr_tui.fill.sources.interface import FetchControl, FetchOrder, FetchResult, SourceSettings, StopCause
from anr_tui.fill.sources.rtsp import RtspSource
from anr_tui.replay.dialects.access import make_access
from anr_tui.replay.relay.rate_limit import RateLimit
from tests.fill.camera_row import camera_row

FULL_SPEED = Pace(honours_rate_control=True)
START = datetime(2026, 6, 13, 12, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(seconds=12))


async def fetched_from(
    camera: SimulatedCamera,
    window: Window,
    part: Path,
    ffmpeg: Ffmpeg,
    *,
    is_probe: bool,
    stall_s: float = 3,
    limits: tuple[RateLimit, ...] = (),
    slack_s: float | None = 0.0,
) -> FetchResult:
    row = camera_row(camera.port)
    source = RtspSource(make_access(row, row.password), SourceSettings(ffmpeg, stall_s=stall_s, limits=limits))
    order = FetchOrder(window, AudioMode.NONE, full_speed=True, probe_s=2.0 if is_probe else None, slack_s=slack_s)
    fetched = await source.fetch(order, part, FetchControl(asyncio.Event(), lambda _: None, lambda *_: None))
    await camera.idle()
    return fetched


@pytest.mark.parametrize(("is_probe", "cause"), [(True, StopCause.NONE), (False, StopCause.STALLED)])
async def test_a_probe_waits_for_no_more_than_it_was_asked_for(
    tmp_path: Path, ffmpeg: Ffmpeg, is_probe: bool, cause: StopCause
) -> None:
    (tmp_path / "card").mkdir()
    make_footage(tmp_path / "card" / "20260613_120000.mp4", WINDOW, ffmpeg=ffmpeg.path)
    async with SimulatedCamera(Card(tmp_path / "card"), password="x", faults=Faults(stalls_after_s=3)) as camera:
        fetched = await fetched_from(camera, WINDOW, tmp_path / "x.mp4.part", ffmpeg, is_probe=is_probe)
    assert fetched.cause is cause
    assert (tmp_path / "x.mp4.part").stat().st_size > 0


@pytest.mark.parametrize("opens_mid_gop", [False, True])
async def test_a_probe_has_the_first_key_frame_alone_and_where_it_stands(
    tmp_path: Path, ffmpeg: Ffmpeg, opens_mid_gop: bool
) -> None:
    (tmp_path / "card").mkdir()
    make_footage(tmp_path / "card" / "20260613_120000.mp4", WINDOW, ffmpeg=ffmpeg.path, gop_s=2.0)
    later = Window(START + timedelta(seconds=1), WINDOW.end)
    probe, whole = tmp_path / "probe.mp4.part", tmp_path / "whole.mp4.part"
    async with SimulatedCamera(
        Card(tmp_path / "card"), password="x", pace=FULL_SPEED, faults=Faults(opens_mid_gop=opens_mid_gop)
    ) as camera:
        await fetched_from(camera, later, probe, ffmpeg, is_probe=True)
        await fetched_from(camera, later, whole, ffmpeg, is_probe=False)
    [seen] = key_frames(probe)
    first = key_frames(whole)[0]
    assert seen.digest == first.digest
    assert seen.at_s == pytest.approx(first.at_s, abs=1 / FRAMES_PER_SECOND)
    assert seen.at_s == pytest.approx(1.0 if opens_mid_gop else 0.0, abs=1 / FRAMES_PER_SECOND)
    assert [run.packets for run in read_media(probe).runs] == [1]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (301, Outcome.NOT_UNDERSTOOD),
        (400, Outcome.NOT_UNDERSTOOD),
        (401, Outcome.LOGIN_REFUSED),
        (403, Outcome.LOGIN_REFUSED),
        (404, Outcome.NO_FOOTAGE),
        (405, Outcome.NOT_UNDERSTOOD),
        (415, Outcome.NOT_UNDERSTOOD),
        (453, Outcome.CAMERA_BUSY),
        (454, Outcome.CAMERA_BUSY),
        (457, Outcome.NO_FOOTAGE),
        (461, Outcome.NOT_UNDERSTOOD),
        (501, Outcome.NOT_UNDERSTOOD),
        (503, Outcome.CAMERA_BUSY),
        (551, Outcome.NOT_UNDERSTOOD),
        (599, Outcome.NOT_UNDERSTOOD),
    ],
)
async def test_each_status_has_its_outcome(tmp_path: Path, ffmpeg: Ffmpeg, status: int, outcome: Outcome) -> None:
    (tmp_path / "card").mkdir()
    async with SimulatedCamera(Card(tmp_path / "card"), password="x", faults=Faults(describe_status=status)) as camera:
        fetched = await fetched_from(camera, WINDOW, tmp_path / "x.mp4.part", ffmpeg, is_probe=True)
    assert fetched.refusal is not None
    assert (fetched.refusal.reply.method, fetched.refusal.reply.status) == ("DESCRIBE", status)
    assert fetched.refusal.outcome is outcome


async def test_an_ffmpeg_that_starts_late_is_not_the_cameras_silence(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    """GIVEN a busy machine WHEN ffmpeg takes longer to start than a stall THEN all of it still comes."""
    (tmp_path / "card").mkdir()
    make_footage(tmp_path / "card" / "20260613_120000.mp4", WINDOW, ffmpeg=ffmpeg.path)
    late = tmp_path / "late-ffmpeg"
    late.write_text(f'#!/bin/sh\nsleep 2\nexec {shlex.quote(ffmpeg.path)} "$@"\n')
    late.chmod(0o755)
    async with SimulatedCamera(Card(tmp_path / "card"), password="x", pace=FULL_SPEED) as camera:
        part, starts_late = tmp_path / "x.mp4.part", replace(ffmpeg, path=str(late))
        fetched = await fetched_from(camera, WINDOW, part, starts_late, is_probe=False, stall_s=1)
    assert fetched.cause is StopCause.NONE
    assert sum(run.packets for run in read_media(part).runs) >= 2 * FRAMES_PER_SECOND


@pytest.mark.parametrize(("gop_s", "least_s"), [(1.0, 12.0), (10.0, 20.0)])
async def test_a_camera_that_plays_on_past_the_end_is_ended_when_its_key_frames_have_shown_their_distance(
    tmp_path: Path, ffmpeg: Ffmpeg, gop_s: float, least_s: float
) -> None:
    """GIVEN nothing known of a camera's key frames WHEN it plays on THEN we end it, and not before two distances."""
    (tmp_path / "card").mkdir()
    held = Window(START, START + timedelta(minutes=5))
    make_footage(tmp_path / "card" / "20260613_120000.mp4", held, ffmpeg=ffmpeg.path, gop_s=gop_s)
    plays_on, part = Faults(start=StartRule(end_offset_s=280)), tmp_path / "x.mp4.part"
    async with SimulatedCamera(Card(tmp_path / "card"), password="x", pace=Pace(factor=4), faults=plays_on) as camera:
        fetched = await fetched_from(camera, WINDOW, part, ffmpeg, is_probe=False, slack_s=None)
    assert fetched.cause is StopCause.ALL_THERE
    assert least_s <= key_frames(part)[-1].at_s + gop_s


async def test_a_camera_whose_time_stands_still_is_ended_by_its_bytes(
    tmp_path: Path, ffmpeg: Ffmpeg, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a camera that sends one picture for ever WHEN more came than the window can have THEN the fetch ends, what
    came before is readable, and ffmpeg wrote down what came instead of keeping it."""
    monkeypatch.setattr(interface, "_FASTEST_STREAM_BYTES_PER_S", 0)
    (tmp_path / "card").mkdir()
    make_footage(tmp_path / "card" / "20260613_120000.mp4", WINDOW, ffmpeg=ffmpeg.path)
    part = tmp_path / "x.mp4.part"
    async with SimulatedCamera(
        Card(tmp_path / "card"), password="x", faults=Faults(stands_still_after_s=3), pace=FULL_SPEED
    ) as camera:
        fetched = await fetched_from(camera, WINDOW, part, ffmpeg, is_probe=False)

    assert (fetched.error, fetched.has_breached) == (
        "The camera sent far more than footage of that length can have.",
        True,
    )
    assert 64_000_000 < fetched.media_bytes < 65_000_000, "not a read more"
    assert part.stat().st_size > 30_000_000
    assert read_media(part).runs[0].seconds >= 2


async def test_a_link_at_the_parts_name_leads_ffmpeg_nowhere(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    (tmp_path / "card").mkdir()
    make_footage(tmp_path / "card" / "20260613_120000.mp4", WINDOW, ffmpeg=ffmpeg.path)
    theirs, part = tmp_path / "theirs", tmp_path / "x.mp4.part"
    theirs.write_text("theirs")
    part.symlink_to(theirs)
    umask = os.umask(0o022)
    try:
        async with SimulatedCamera(Card(tmp_path / "card"), password="x", pace=FULL_SPEED) as camera:
            await fetched_from(camera, WINDOW, part, ffmpeg, is_probe=False)
    finally:
        os.umask(umask)

    assert theirs.read_text() == "theirs"
    assert not part.is_symlink() and stat.S_IMODE(part.stat().st_mode) == 0o640
    assert sum(run.seconds for run in read_media(part).runs) >= 11


async def test_a_fetch_that_brought_nothing_leaves_no_file(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    (tmp_path / "card").mkdir()
    async with SimulatedCamera(Card(tmp_path / "card"), password="x", faults=Faults(describe_status=404)) as camera:
        await fetched_from(camera, WINDOW, tmp_path / "x.mp4.part", ffmpeg, is_probe=False)

    assert not (tmp_path / "x.mp4.part").exists()
