import asyncio
import itertools
import os
import signal
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anr_tui.domain.errors import FillError
from anr_tui.fill.ffmpeg.process import supervise
from anr_tui.fill.ffmpeg.program import AudioMode
from anr_tui.fill.media.frame_times import Frame
from anr_tui.fill.media.verify import find_runs, read_media
from tests.fill.media.frame_lists import FRAME_S, frames, spans_of
from tests.fill.rtsp_camera import camera, rtsp_arguments


def test_contiguous_frames_are_one_run_that_counts_its_last_frame():
    assert spans_of(frames((0, 10))) == [(0, 10)]


def test_a_jump_ends_a_run_and_a_small_one_does_not():
    assert spans_of(frames((0, 4), (4.8, 8), (20, 24))) == [(0, 8), (20, 24)]


def test_a_run_begins_at_its_first_key_frame():
    assert spans_of(frames((0, 4))[1:]) == [(1, 4)]
    assert spans_of(frames((0, 4)) + frames((100, 104))[5:]) == [(0, 4), (101, 104)]


def test_the_frame_before_a_jump_is_not_stretched_to_the_next():
    stretched = frames((0, 4), (60, 64))
    stretched[99] = stretched[99]._replace(duration_s=56.04)
    assert spans_of(stretched) == [(0, 4), (60, 64)]


def test_a_last_frame_of_unknown_length_counts_as_usual():
    some = frames((0, 4))
    some[-1] = some[-1]._replace(duration_s=0.0)
    assert spans_of(some) == [(0, 4)]


def test_one_frame_in_two_seconds_is_no_jump():
    assert spans_of(frames((0, 60), interval_s=2.0, gop=5)) == [(0, 60)]


def test_time_that_steps_back_never_counts_twice():
    assert spans_of(frames((0, 4), (2, 8))) == [(0, 4), (4, 8)]


def crowded(start_s: float, seconds: float) -> list[Frame]:
    """Frames as ffmpeg writes them where time stepped back: a tick apart, with a key frame among them each second."""
    return [frame._replace(dts_s=start_s + n / 90_000, pts_s=start_s + n / 90_000, duration_s=0.0)
            for n, frame in enumerate(frames((0, seconds)))]  # fmt: skip


def test_a_step_back_that_ffmpeg_has_hidden_ends_a_run_before_it():
    some = frames((0, 4)) + crowded(3.96 + 1 / 90_000, 3) + frames((4, 8))[1:]
    assert spans_of(some) == [(0, 3.96), (5, 8)]


def test_a_few_crowded_frames_are_no_step_back():
    some = frames((0, 4)) + crowded(3.96 + 1 / 90_000, 0.5) + frames((4, 8))
    assert spans_of(some) == [(0, 8)]


def test_a_run_may_open_crowded():
    assert spans_of(crowded(0.0, 2) + frames((0.04, 8))[1:])[-1][1] == 8


def test_a_key_frame_with_other_parameter_sets_begins_a_run_where_the_last_one_ends():
    before, after = ([each._replace(sequence_sets=sets if each.is_key else b"") for each in frames(span)]
                     for span, sets in (((0, 4), b"small"), ((4, 8), b"large")))  # fmt: skip
    assert spans_of(before + after) == [(0, 4), (4, 8)]


def test_a_repeated_time_stamp_breaks_nothing():
    some = frames((0, 4))
    assert spans_of([*some[:10], some[9], *some[10:]]) == [(0, 4)]


def test_frames_shown_before_the_first_key_frame_are_left_out():
    some = [Frame(0.0, 0.2, FRAME_S, True), Frame(0.04, 0.12, FRAME_S, False), Frame(0.08, 0.24, FRAME_S, False)]
    (run,) = find_runs(iter(some))
    assert (run.start_s, run.packets) == (0.2, 2)


def test_no_key_frame_is_no_run():
    assert find_runs(iter(frames((0, 0.9))[1:])) == []


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(-1e5, 1e5), st.floats(0, 2), st.booleans()), max_size=60))
def test_runs_are_ordered_and_never_overlap_whatever_the_camera_sends(times):
    runs = find_runs(iter([Frame(time_s, time_s, duration_s, is_key) for time_s, duration_s, is_key in times]))
    assert all(run.end_s > run.start_s and run.packets > 0 for run in runs)
    assert all(later.start_s > earlier.end_s - 0.001 for earlier, later in itertools.pairwise(runs))


async def test_a_fragmented_file_cut_by_sigkill_reads_back_to_its_last_fragment(ffmpeg, make_footage, tmp_path):
    part = tmp_path / "x.mp4.part"
    pids: list[int] = []
    async with camera(make_footage(), holds_after=180) as source:

        async def kill_when_written() -> None:
            await source.held.wait()
            while not part.exists() or not _has_runs(part, 6.5):
                await asyncio.sleep(0.02)
            os.kill(pids[0], signal.SIGKILL)

        killer = asyncio.create_task(kill_when_written())
        ending = await supervise(
            rtsp_arguments(ffmpeg, source.url, 60, part, AudioMode.NONE, timeout_s=30),
            on_progress=lambda _: None,
            on_line=lambda _: None,
            stop=asyncio.Event(),
            on_start=pids.append,
        )
        killer.cancel()
    assert ending.returncode == -signal.SIGKILL
    (run,) = read_media(part).runs
    assert run.start_s == 0
    assert 6.5 <= run.end_s <= 7.2


async def test_a_jump_in_the_camera_s_time_is_two_runs(ffmpeg, make_footage, tmp_path):
    part = tmp_path / "x.mp4.part"
    footage = make_footage()
    jumped = [(moment_s + (30 if number >= 100 else 0), unit) for number, (moment_s, unit) in enumerate(footage.units)]
    async with camera(replace(footage, units=jumped)) as source:
        await supervise(
            rtsp_arguments(ffmpeg, source.url, 37.0, part, AudioMode.NONE, timeout_s=30),
            on_progress=lambda _: None,
            on_line=lambda _: None,
            stop=asyncio.Event(),
        )
    before, after = read_media(part).runs
    assert (before.start_s, before.end_s) == pytest.approx((0, 4), abs=2 * FRAME_S)
    assert (after.start_s, after.end_s) == pytest.approx((34, 37), abs=2 * FRAME_S)


def test_a_file_cut_in_the_middle_is_read_as_far_as_it_goes(make_part, tmp_path):
    whole = make_part().read_bytes()
    cut = tmp_path / "cut.mp4.part"
    cut.write_bytes(whole[: len(whole) * 3 // 5])
    (run,) = read_media(cut).runs
    assert 3 < run.end_s < 7


@pytest.mark.parametrize("content", [b"", b"not a media file", b"\0\0\0\x18ftypisom\0\0\0\0"])
def test_what_holds_no_video_is_refused_by_name(tmp_path, content):
    part = tmp_path / "20260613_120000.mp4.part"
    part.write_bytes(content)
    with pytest.raises(FillError, match=r"20260613_120000\.mp4\.part"):
        read_media(part)


def test_a_missing_file_is_refused_by_name(tmp_path):
    with pytest.raises(FillError, match=r"gone\.mp4"):
        read_media(tmp_path / "gone.mp4")


def test_sound_alone_is_no_video(tmp_path, run_ffmpeg):
    run_ffmpeg("-f", "lavfi", "-i", "sine", "-t", "1", str(tmp_path / "sound.mp4"))
    with pytest.raises(FillError, match="holds no video"):
        read_media(tmp_path / "sound.mp4")


def _has_runs(part, seconds: float) -> bool:
    try:
        return sum(run.seconds for run in read_media(part).runs) >= seconds
    except FillError:
        return False
