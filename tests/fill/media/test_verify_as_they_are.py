"""Media as cameras make them: pauses, single wrong stamps, slow and changing frame rates, long and open GOPs."""

import errno
import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.errors import FillError, StorageError
from anr_tui.fill.media.frame_times import Frame, repair_times
from anr_tui.fill.media.key_frame_match import key_frames
from anr_tui.fill.media.verify import Run, find_runs, read_frames, read_media
from tests.fill.media.frame_lists import FRAME_S, frames, spans_of

HOURS_S = 36_000.0


def at_times(times: list[float], gop: int = 1000) -> list[Frame]:
    return [Frame(time_s, time_s, 0.0, number % gop == 0) for number, time_s in enumerate(times)]


def with_pause(after: int, pause_s: float, seconds: float = 30.0, gop: int = 100) -> list[Frame]:
    """Frames that pause after the frame `after`."""
    return [
        frame if number <= after else frame._replace(dts_s=frame.dts_s + pause_s, pts_s=frame.pts_s + pause_s)
        for number, frame in enumerate(frames((0, seconds), gop=gop))
    ]


@pytest.mark.parametrize("pause_s", [2.0, 8.0, 25.0])
def test_a_pause_whose_next_frame_depends_on_the_last_is_no_hole(pause_s: float) -> None:
    (run,) = find_runs(with_pause(110, pause_s))
    assert (run.start_s, round(run.end_s, 3), run.packets) == (0, 30 + pause_s, 750)


def test_a_pause_of_which_nobody_knows_whether_any_was_lost_is_named() -> None:
    (run,) = find_runs(with_pause(110, 2.0))
    assert run.pauses == (pytest.approx((4.44, 6.44)),)
    (run,) = find_runs(with_pause(110, 2.0), was_lost=lambda _from, _to: False)
    assert run.pauses == ()


def test_a_step_in_which_packets_were_lost_is_a_hole_up_to_the_next_key_frame() -> None:
    asked: list[tuple[float, float]] = []

    def was_lost(from_s: float, to_s: float) -> bool:
        asked.append((round(from_s, 3), round(to_s, 3)))
        return True

    runs = find_runs(with_pause(110, 2.0), was_lost=was_lost)
    assert [(run.start_s, round(run.end_s, 3)) for run in runs] == [(0, 4.44), (10, 32)]
    assert asked == [(4.4, 6.44)]


def test_a_pause_too_long_to_be_believed_is_a_hole_unless_nothing_was_lost() -> None:
    assert spans_of(with_pause(110, 40.0)) == [(0, 4.44), (48, 70)]
    (run,) = find_runs(with_pause(110, 40.0), was_lost=lambda _from, _to: False)
    assert (run.start_s, round(run.end_s, 3)) == (0, 70)


def test_a_step_to_a_key_frame_is_a_hole_even_where_no_packet_was_lost() -> None:
    runs = find_runs(frames((0, 4), (6, 8)), was_lost=lambda _from, _to: False)
    assert [(run.start_s, round(run.end_s, 3)) for run in runs] == [(0, 4), (6, 8)]


@pytest.mark.parametrize("off_s", [HOURS_S, 5.0, -2.0, -HOURS_S])
@pytest.mark.parametrize("number", [1, 100, 137, 748])
def test_a_single_wrong_stamp_costs_nothing(off_s: float, number: int) -> None:
    some = frames((0, 30))
    some[number] = some[number]._replace(dts_s=some[number].dts_s + off_s, pts_s=some[number].pts_s + off_s)
    (run,) = find_runs(some)
    assert (run.start_s, round(run.end_s, 3), run.packets, run.is_estimated) == (0, 30, 750, False)


def crowded_behind(some: list[Frame], number: int, off_s: float) -> list[Frame]:
    """The frames as ffmpeg writes them where the stamp of frame `number` lies ahead: none may step back."""
    last_s, written = float("-inf"), []
    for index, frame in enumerate(some):
        time_s = max(frame.dts_s + (off_s if index == number else 0), last_s + 1 / 90_000)
        written.append(frame._replace(dts_s=time_s, pts_s=time_s, duration_s=0.0))
        last_s = time_s
    return written


@pytest.mark.parametrize("off_s", [1.2, 5.0, 20.0])
def test_frames_crowded_behind_a_wrong_stamp_are_spread_where_time_catches_up(off_s: float) -> None:
    some = frames((0, 30))
    (run,) = find_runs(crowded_behind(some, 100, off_s))
    assert (run.start_s, round(run.end_s, 3), run.packets, run.is_estimated) == (0, 30, 750, False)
    times = [frame.dts_s for frame in repair_times(crowded_behind(some, 100, off_s))]
    assert times == pytest.approx([frame.dts_s for frame in some], abs=2 * FRAME_S)


def test_frames_behind_a_stamp_ten_hours_off_are_counted_and_said_to_be() -> None:
    before, behind = find_runs(crowded_behind(frames((0, 30)), 110, HOURS_S))
    assert (before.start_s, round(before.end_s, 3), before.is_estimated) == (0, 4.4, False)
    assert (round(behind.start_s, 3), round(behind.end_s, 3), behind.is_estimated) == (5, 30, True)


def test_a_second_hidden_by_a_crowd_that_does_not_fit_is_not_believed() -> None:
    """75 frames would last 3 s, and there is a minute between the stamps on both sides of them."""
    some = [*frames((0, 4)), *(frame for frame in crowded_behind(frames((4, 7)), 0, 56.0)), *frames((64, 68))]
    runs = find_runs(some)
    assert [(round(run.start_s), round(run.end_s), run.is_estimated) for run in runs] == [
        (0, 4, False),
        (4, 7, True),
        (64, 68, False),
    ]


@pytest.mark.parametrize("gop_s", [0.2, 1.0, 60.0, 300.0])
def test_a_gop_may_be_as_short_or_long_as_the_camera_likes(gop_s: float) -> None:
    assert spans_of(frames((0, 600), gop=round(gop_s / FRAME_S))) == [(0, 600)]


@pytest.mark.parametrize("interval_s", [0.02, 0.04, 1.0, 5.0])
def test_a_frame_rate_may_be_as_low_as_one_in_five_seconds(interval_s: float) -> None:
    assert spans_of(frames((0, 600), interval_s=interval_s, gop=10)) == [(0, 600)]


@pytest.mark.parametrize("rates", [(0.04, 5.0), (5.0, 0.04), (0.04, 1.0, 5.0, 0.1)])
def test_a_frame_rate_that_changes_is_no_hole(rates: tuple[float, ...]) -> None:
    intervals = [rate for rate in rates for _ in range(round(120 / rate))]
    some = at_times(list(itertools.accumulate(intervals, initial=0.0)), gop=50)
    moved = [frame._replace(is_key=number == 0) for number, frame in enumerate(some)]
    (run,) = find_runs(moved)
    assert run.packets == len(some)
    assert run.end_s == pytest.approx(120 * len(rates), abs=6)


def test_a_hole_in_fast_footage_is_seen_though_it_began_slowly() -> None:
    slow = [Frame(5.0 * n, 5.0 * n, 5.0, n == 0) for n in range(12)]
    runs = find_runs([*slow, *frames((60, 70), (74, 80))])
    assert [(run.start_s, round(run.end_s, 3)) for run in runs] == [(0, 70), (74, 80)]


def open_gop(start_s: float, gops: int, *, at_s: float = 0.1) -> list[Frame]:
    """GOPs of 1 s at 10 fps; two leading pictures follow each key frame and are shown before it."""
    some = []
    for gop in range(gops):
        base_s = start_s + gop
        order = [2, 0, 1, *range(3, 10)]
        some += [
            Frame(base_s + n * at_s, base_s + shown * at_s + 2 * at_s, at_s, n == 0) for n, shown in enumerate(order)
        ]
    return some


def test_an_open_gop_is_no_hole_and_what_is_shown_before_its_first_key_frame_is_left_out() -> None:
    assert spans_of(open_gop(0, 5)) == [(0.4, 5.2)]
    assert spans_of(open_gop(0, 5) + open_gop(30, 2)) == [(0.4, 5.2), (30.4, 32.2)]


@given(
    steps=st.lists(st.sampled_from([0.04, 0.04, 0.04, 0.2, 2.0, 8.0, 29.0, 31.0, 600.0]), min_size=1, max_size=200),
    gop=st.integers(1, 60),
    outlier=st.integers(0, 400),
    off_s=st.sampled_from([HOURS_S, 20.0, -20.0, -HOURS_S]),
)
def test_no_second_counts_twice_and_none_is_moved(steps: list[float], gop: int, outlier: int, off_s: float) -> None:
    some = at_times(list(itertools.accumulate(steps, initial=0.0)), gop)
    true_times = [frame.dts_s for frame in some]
    if outlier < len(some):
        wrong_s = some[outlier].dts_s + off_s
        some[outlier] = some[outlier]._replace(dts_s=wrong_s, pts_s=wrong_s)
    runs = find_runs(some)
    assert all(later.start_s > earlier.end_s - 0.001 for earlier, later in itertools.pairwise(runs))
    assert all(frame.dts_s in true_times or _is_between_neighbours(frame, number, some, true_times)
               for number, frame in enumerate(repair_times(some)))  # fmt: skip


def _is_between_neighbours(frame: Frame, number: int, some: list[Frame], true_times: list[float]) -> bool:
    """It stands where its stamp had it, or it was mended and stands between the true times beside its own."""
    if frame.dts_s == some[number].dts_s:
        return True
    return true_times[max(0, number - 1)] <= frame.dts_s <= true_times[min(len(some) - 1, number + 1)]


def test_a_run_says_how_long_it_is_whatever_it_holds() -> None:
    assert Run(1.0, 3.5, 10, ((1.5, 3.0),), is_estimated=True).seconds == 2.5


def test_frames_can_be_had_as_the_runs_were_made_of_them(make_part: Callable[..., object]) -> None:
    part = make_part(jump_s=2)
    some = read_frames(part)
    assert len(some) == 200
    assert find_runs(some) == list(read_media(part).runs)


@pytest.mark.parametrize("read", [read_media, key_frames, read_frames])
@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_file_is_read_or_refused_and_raises_nothing_else(make_part, tmp_path, read, seed: int) -> None:
    damaged = bytearray(make_part().read_bytes())
    for at in range(seed * 7, min(len(damaged), 4000), 97 + seed):
        damaged[at] ^= 0xFF >> seed
    path = tmp_path / "damaged.mp4.part"
    path.write_bytes(damaged)
    try:
        read(path)
    except FillError as error:
        assert "damaged.mp4.part" in str(error)


@pytest.mark.parametrize("error", [AttributeError("x"), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"), ValueError()])
@pytest.mark.parametrize("read", [read_media, key_frames, read_frames])
def test_what_av_raises_for_a_damaged_file_is_an_error_of_ours(make_part, monkeypatch, read, error) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("av.open", refuse)
    with pytest.raises(FillError, match="cannot be read as a media file"):
        read(make_part())


@pytest.mark.parametrize("error", [OSError(errno.EIO, "Input/output error"), MemoryError()])
@pytest.mark.parametrize("read", [read_media, key_frames, read_frames])
def test_what_the_machine_refuses_says_nothing_of_the_file(make_part, monkeypatch, read, error) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    part = make_part()
    monkeypatch.setattr("av.open", refuse)
    with pytest.raises(StorageError, match=f"Cannot read {part}: (Input/output error|Cannot allocate memory)"):
        read(part)
