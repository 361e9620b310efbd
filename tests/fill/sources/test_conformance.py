"""What holds for every source of footage, whatever its transport: see `FootageSource`."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anr_tui.demo.camera.card import Card
from anr_tui.demo.footage.footage import make_footage
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.program import AudioMode, Ffmpeg, find_ffmpeg
from anr_tui.fill.media.key_frame_match import KeyFrame
from anr_tui.fill.media.verify import read_media
from anr_tui.fill.sources.interface import FetchControl, FetchOrder, FetchResult, SourceSettings, StopCause
from anr_tui.fill.sources.registry import SOURCES, source_of
from anr_tui.fill.verdict import judge_piece
from anr_tui.replay.dialects.access import make_access
from tests.fill.sources.devices import DEVICES, PASSWORD, Device, Fault, Start

START = datetime(2026, 6, 13, 12, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(seconds=20))
NOTHING = Window(START - timedelta(hours=1), START - timedelta(hours=1) + timedelta(seconds=20))

any_transport = pytest.mark.parametrize("start", DEVICES.values(), ids=DEVICES)


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Card:
    directory = tmp_path_factory.mktemp("card")
    make_footage(directory / "20260613_120000.mp4", WINDOW, ffmpeg=find_ffmpeg("ffmpeg"), size=(160, 90), gop_s=1.0)
    return Card(directory)


class Bench:
    """One device and one source on it. `lines` is all that was logged."""

    def __init__(self, device: Device, part: Path, ffmpeg: Ffmpeg) -> None:
        self.device = device
        self.part = part
        self.lines: list[str] = []
        self.stop = asyncio.Event()
        self.settings = SourceSettings(ffmpeg, stall_s=3.0)

    async def fetch(self, window: Window = WINDOW) -> FetchResult:
        source = source_of(make_access(self.device.row, self.device.row.password), self.settings)
        return await source.fetch(FetchOrder(window, AudioMode.NONE, full_speed=True), self.part, self._control)

    async def first_key_frame(self, window: Window = WINDOW) -> tuple[KeyFrame | None, FetchResult]:
        source = source_of(make_access(self.device.row, self.device.row.password), self.settings)
        order = FetchOrder(window, AudioMode.NONE, full_speed=True, probe_s=2.0)
        return await source.first_key_frame(order, self.part, self._control)

    @property
    def got_s(self) -> float:
        """Seconds of video in the part file."""
        if not self.part.exists() or not self.part.stat().st_size:
            return 0.0
        return sum(run.seconds for run in read_media(self.part).runs)

    def outcome(self, fetched: FetchResult) -> Outcome | None:
        verdict = judge_piece(fetched, self.got_s, WINDOW.seconds)
        return verdict.outcome if verdict else None

    @property
    def _control(self) -> FetchControl:
        return FetchControl(self.stop, lambda _: None, lambda source, text: self.lines.append(f"{source} {text}"))


@pytest.fixture
async def bench(start: Start, fault: Fault, card: Card, tmp_path: Path, ffmpeg: Ffmpeg) -> AsyncIterator[Bench]:
    async with start(card, fault) as device:
        bench = Bench(device, tmp_path / "x.mp4.part", ffmpeg)
        yield bench
        assert PASSWORD not in "\n".join(bench.lines)


def with_fault(fault: Fault) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("fault", [fault], ids=[fault.value])


def test_every_source_is_tried_here() -> None:
    assert set(DEVICES) == {transport.value for transport in SOURCES}


@any_transport
@with_fault(Fault.NONE)
async def test_a_window_comes_whole(bench: Bench) -> None:
    fetched = await bench.fetch()
    assert bench.outcome(fetched) is None
    assert fetched.cause in (StopCause.NONE, StopCause.ALL_THERE)
    assert fetched.is_reached and fetched.has_agreed and fetched.refusal is None and not fetched.error
    assert fetched.media_bytes > 0 and fetched.media_took_s >= 0
    assert bench.got_s == pytest.approx(WINDOW.seconds, abs=1.1)
    assert PASSWORD not in repr(fetched)


@any_transport
@with_fault(Fault.NONE)
async def test_the_first_key_frame_is_found_and_where_there_is_none_that_is_said(bench: Bench) -> None:
    frame, _ = await bench.first_key_frame()
    assert isinstance(frame, KeyFrame)
    bench.part.unlink()
    frame, fetched = await bench.first_key_frame(NOTHING)
    assert frame is None
    assert bench.outcome(fetched) is Outcome.NO_FOOTAGE


@any_transport
@with_fault(Fault.NONE)
async def test_a_window_without_footage_is_no_footage(bench: Bench) -> None:
    fetched = await bench.fetch(NOTHING)
    assert bench.got_s == 0
    assert bench.outcome(fetched) is Outcome.NO_FOOTAGE


@any_transport
@with_fault(Fault.NOBODY_THERE)
async def test_a_device_that_takes_no_connection_is_unreachable(bench: Bench) -> None:
    fetched = await bench.fetch()
    assert not fetched.is_reached and fetched.error
    assert bench.outcome(fetched) is Outcome.UNREACHABLE


@any_transport
@with_fault(Fault.LOGIN_REFUSED)
async def test_a_refused_password_is_sent_once(bench: Bench) -> None:
    fetched = await bench.fetch()
    assert bench.outcome(fetched) is Outcome.LOGIN_REFUSED
    assert bench.device.logins() == 1


@any_transport
@with_fault(Fault.BUSY)
async def test_a_busy_device_is_busy(bench: Bench) -> None:
    assert bench.outcome(await bench.fetch()) is Outcome.CAMERA_BUSY


@any_transport
@with_fault(Fault.CUT)
async def test_what_came_before_a_cut_is_kept_and_not_taken_for_all_there_is(bench: Bench) -> None:
    fetched = await bench.fetch()
    assert not fetched.is_complete
    assert 3 < bench.got_s < 12
    assert bench.outcome(fetched) is Outcome.PARTLY_FILLED


@any_transport
@with_fault(Fault.STALL)
async def test_a_device_that_falls_silent_is_left_and_what_came_is_kept(bench: Bench) -> None:
    fetched = await bench.fetch()
    assert fetched.cause is StopCause.STALLED
    assert 3 < bench.got_s < 12
    assert bench.outcome(fetched) is Outcome.PARTLY_FILLED


@any_transport
@with_fault(Fault.STALL)
async def test_whoever_stops_it_is_heard_at_once(bench: Bench) -> None:
    bench.settings = replace(bench.settings, stall_s=60.0)
    fetching = asyncio.create_task(bench.fetch())
    await bench.device.stalled()
    bench.stop.set()
    fetched = await fetching
    assert fetched.cause is StopCause.ASKED
    assert bench.outcome(fetched) is Outcome.STOPPED


@any_transport
@with_fault(Fault.GARBAGE)
async def test_garbage_is_no_footage_and_no_success(bench: Bench) -> None:
    fetched = await bench.fetch()
    assert bench.got_s == 0
    assert bench.outcome(fetched) in (Outcome.NOT_UNDERSTOOD, Outcome.NO_FOOTAGE)
