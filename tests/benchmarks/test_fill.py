"""The comparison of ways to fill: each is measured, and what is wrongly called filled is found."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from anr_tui.fill.ffmpeg.program import probe_ffmpeg
from benchmarks import fill, heldar
from benchmarks.fill import Bench, Case, Measured, figures, ours_in_two_sessions
from benchmarks.fill_faults import FAULTS
from benchmarks.fill_site import Finds, Size, film
from benchmarks.fill_ways import Spent

SIZE = Size(cameras=2, gaps=2, gap_s=4)


async def test_each_way_is_measured_and_only_ours_tells_what_is_not_there(tmp_path: Path, ffmpeg: str) -> None:
    # The first camera closes half way, the second plays other pictures than asked for: its clock is ahead.
    assert [fault.make(SIZE.gap_s).closes_after_s for fault in FAULTS[:2]] == [2, None]
    bench = Bench(tmp_path, await probe_ffmpeg(ffmpeg), film(tmp_path, ffmpeg, SIZE))
    cases = [fill.HELDAR, fill.BY_HAND, fill.OURS, fill.OURS_FAST]
    with ThreadPoolExecutor(len(cases)) as pool:
        heldars, by_hand, ours, fast = pool.map(lambda case: bench.measure(case, has_faults=True), cases)
    wanted_s = SIZE.gaps * SIZE.gap_s
    for each in (heldars, by_hand, ours, fast):
        assert each.spent.wall_s > 0
        assert each.spent.cpu_s > 0
        assert each.spent.peak_mb > 0
        assert 0 < each.finds.by_packets_s <= wanted_s
    for believer in (heldars, by_hand):
        assert believer.finds.called_filled_s == wanted_s
        assert believer.finds.wrong_s >= SIZE.gap_s
    for careful in (ours, fast):
        assert careful.finds.wrong_s == 0
        assert careful.finds.in_place_s >= wanted_s / 2


def _kept(case: Case, wall_s: float, wrong_s: float, *, has_faults: bool) -> dict[str, bool]:
    """Whether limits are kept, by column; Heldar's loop is said to have taken 1200 s for 20 gaps."""
    first = Measured(fill.HELDAR, Spent(1200, 1, 1), Finds(1200, 1200, 1200, 600))
    this = Measured(case, Spent(wall_s, 1, 1), Finds(1200, 1200, 1200, wrong_s))
    made = figures([first, this], fill.FULL, has_faults=has_faults, has_limits=True)
    assert all(figure.is_kept for figure in made if figure.case == fill.HELDAR.name)
    return {figure.unit if figure.what in ("took", "as fast") else figure.what: figure.is_kept for figure in made}


@pytest.mark.parametrize(
    ("case", "wall_s", "bound", "heldar_s"),
    [
        (fill.OURS, 120, True, True),
        (fill.OURS, 132.1, False, True),
        (ours_in_two_sessions(fill.FULL), 69, True, True),
        (ours_in_two_sessions(fill.FULL), 69.1, False, True),
        (ours_in_two_sessions(fill.FULL), 120.1, False, False),
        (fill.OURS_FAST, 12, None, True),
        (fill.OURS_FAST, 12.1, None, False),
    ],
)
def test_times_have_limits_where_nothing_is_wrong_with_the_cameras(
    case: Case, wall_s: float, bound: bool | None, heldar_s: bool
) -> None:
    kept = _kept(case, wall_s, 0, has_faults=False)
    assert kept["times Heldar's"] is heldar_s
    assert bound is None or kept["times the bound"] is bound
    assert all(_kept(case, wall_s, 0, has_faults=True).values())


@pytest.mark.parametrize("has_faults", [False, True])
def test_a_second_that_we_wrongly_call_filled_misses_the_limit(has_faults: bool) -> None:
    assert not _kept(fill.OURS, 100, 2.2, has_faults=has_faults)["wrongly called filled"]


def test_one_loop_would_take_what_several_took_together_and_the_waits_between_its_passes() -> None:
    shares = [heldar.Loop((10.0, 5.0, 4.0), 1.0), heldar.Loop((20.0, 5.0), 1.0)]
    assert heldar.wall_s(shares) == 300 + 300 + 4
    assert heldar.wall_s([heldar.Loop((400.0, 3.0), 1.0), heldar.Loop((200.0,), 1.0)]) == 600 + 3


@pytest.mark.parametrize(("worker_mb", "is_kept"), [(100.0, True), (fill.MOST_WORKER_MIB * 1.2, True), (400.0, False)])
def test_a_worker_without_its_ffmpegs_has_a_limit_that_grows_with_the_fills(worker_mb: float, is_kept: bool) -> None:
    ours = Measured(fill.OURS, Spent(120, 1, 600, worker_mb), Finds(1200, 1200, 1200, 0))
    [figure] = [
        each
        for each in fill.figures([ours], fill.FULL, has_faults=False, has_limits=True)
        if each.what == "worker without its ffmpegs"
    ]
    assert figure.is_kept is is_kept
