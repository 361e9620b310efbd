"""What counts as a gap between recordings, by their names and the lengths of some of them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.window import Window
from anr_tui.sites.directory.gap_finder import LEAST_GAP_S, find_gaps

NOON = datetime(2026, 6, 13, 12, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def found(files: Sequence[tuple[float, float | None]], segment_s: float = 0) -> list[tuple[float, float]]:
    """The gaps, in seconds after noon, between files that start at a second and last so many."""
    lengths: Mapping[Path, float | None] = {Path(str(start)): length for start, length in files}
    gaps = find_gaps([(at(start), Path(str(start))) for start, _ in files], lengths.__getitem__, segment_s)
    return [((gap.start - NOON).total_seconds(), (gap.end - NOON).total_seconds()) for gap in gaps]


@pytest.mark.parametrize(
    ("files", "gaps"),
    [
        ([], []),
        ([(0, 60)], []),
        ([(0, 60), (60, 60)], []),
        ([(0, 60), (65, 60)], []),
        ([(0, 60), (66, 60)], [(60, 66)]),
        ([(0, 59.5), (600, 60), (660, 60)], [(59.5, 600)]),
        # Two files that overlap, the longer one first.
        ([(0, 300), (60, 10), (310, 60)], [(300, 310)]),
        # A file that promises more than there is room for.
        ([(0, 1e12), (60, 60)], []),
        # One that really is so long.
        ([(0, 18_000), (18_000, 60)], []),
        # What cannot be read may hold all of it, what is empty holds nothing.
        ([(0, None), (600, 60)], []),
        ([(0, 60), (600, None), (1200, 60)], [(60, 600)]),
        ([(0, 60), (300, 0), (600, 60)], [(60, 600)]),
    ],
)
def test_what_no_closed_recording_holds_is_a_gap(
    files: list[tuple[float, float | None]], gaps: list[tuple[float, float]]
) -> None:
    assert found(files) == gaps


def test_nothing_is_opened_where_names_tell_enough() -> None:
    recordings = [(at(60 * number), Path(str(number))) for number in range(100)]
    opened: list[Path] = []
    assert find_gaps(recordings, lambda path: opened.append(path) or 60.0) == []
    assert opened == []
    del recordings[50]
    assert find_gaps(recordings, lambda path: opened.append(path) or 60.0) == [Window(at(3000), at(3060))]
    assert opened == [Path("49")]


def test_an_outage_shorter_than_a_recording_is_found() -> None:
    assert found([(0, 20), (40, 60), (100, 60)], segment_s=60) == [(20, 40)]


def test_a_file_that_cannot_be_read_holds_no_more_than_is_usual() -> None:
    assert found([(0, None), (600, 60)], segment_s=60) == [(62, 600)]
    assert found([(0, None), (40, 60)], segment_s=60) == []
    assert found([(0, None), (600, 60)], segment_s=1e15) == []


@given(
    held=st.lists(st.tuples(st.integers(1, 500), st.integers(0, 500)), min_size=1, max_size=40),
    segment_s=st.sampled_from([0, 60]),
)
def test_every_gap_is_one_that_was_made_and_every_long_one_is_found(
    held: list[tuple[int, int]], segment_s: float
) -> None:
    """Files one after another, each followed by a pause."""
    files, gaps, start = [], [], 0
    for length, pause in held:
        files.append((start, length))
        gaps.append((start + length, start + length + pause))
        start += length + pause
    files.append((start, 60))
    long = [gap for gap in gaps if gap[1] - gap[0] > LEAST_GAP_S]
    seen = found(files, segment_s)
    assert set(seen) <= set(long)
    if not segment_s:
        # Enough files tell how long they usually are; of these, one that seems so is not opened.
        assert len(files) > 20 or seen == long
