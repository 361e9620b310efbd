"""A sample replay that takes too long, or brings too much: it ends in time, and leaves no file."""

import os
from pathlib import Path

import pytest

from anr_tui.demo.camera.faults import Faults, Pace
from anr_tui.domain.secret import Secret
from anr_tui.fill.ffmpeg.program import AudioMode, Ffmpeg, probe_ffmpeg
from anr_tui.fill.sample_replay import SampleReplay, run_sample_replay
from anr_tui.fill.sources.interface import FetchOrder, SourceSettings
from anr_tui.fill.sources.rtsp import RtspSource
from anr_tui.replay.dialects.access import make_access
from tests.engine import PASSWORD, EngineSite
from tests.fill.camera_row import camera_row


@pytest.fixture
def site(tmp_path: Path, ffmpeg: Ffmpeg) -> EngineSite:
    return EngineSite(tmp_path, ffmpeg.path)


async def tried(site: EngineSite, pace: Pace, faults: Faults, longest_s: float = 3.0) -> SampleReplay:
    window = site.window(5, 15)
    scratch = site.root / "scratch"
    scratch.mkdir()
    async with site.camera(pace=pace, faults=faults) as camera:

        def log(source: str, text: str) -> None:
            assert not list(scratch.iterdir()), "the file has no name"

        row = camera_row(camera.port, username="operator", password=Secret(PASSWORD))
        settings = SourceSettings(await probe_ffmpeg(site.ffmpeg), stall_s=20)
        source = RtspSource(make_access(row, row.password), settings)
        order = FetchOrder(window, AudioMode.NONE, full_speed=False)
        trial = await run_sample_replay(
            source, order, (), scratch_dir=scratch, longest_s=longest_s, clock_offset_s=0, log=log
        )
        await camera.idle()
    assert not list(scratch.iterdir())
    assert not [path for path in Path("/proc/self/fd").iterdir() if str(scratch) in _target(path)]
    return trial


def _target(path: Path) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""


async def test_a_slow_camera_has_its_time_and_its_speed_is_measured(site: EngineSite) -> None:
    trial = await tried(site, Pace(0.5), Faults(), longest_s=4.0)
    assert trial.was_cut
    assert 0 < trial.got_s < 3
    assert 0.2 < trial.speed < 0.9
    assert trial.offset_s is None


async def test_a_camera_that_never_sends_is_given_up(site: EngineSite) -> None:
    trial = await tried(site, Pace(), Faults(stalls_after_s=0.0), longest_s=1.0)
    assert (trial.was_cut, trial.got_s, trial.speed) == (True, 0.0, 0.0)


async def test_what_goes_on_for_ever_ends_by_its_size(site: EngineSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anr_tui.fill.sample_replay._MOST_BYTES", 10_000)
    trial = await tried(site, Pace(), Faults(), longest_s=60)
    assert trial.was_cut and trial.got_s < 9
