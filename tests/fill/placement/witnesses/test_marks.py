"""Footage whose camera says of what time it is, in the media itself."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.window import Window
from anr_tui.fill.media.verify import Run
from anr_tui.fill.placement.cut import cut_to
from anr_tui.fill.placement.placed import FetchedMedia
from anr_tui.fill.placement.witnesses.marks import locate_by_times

NOON = datetime(2026, 6, 13, 12, tzinfo=UTC)
WINDOW = Window(NOON, NOON + timedelta(seconds=120))
FETCHED = FetchedMedia(WINDOW, Path("x.mp4.part"), (Run(0.0, 100.0, 100),), is_in_order=True)


def at(second: float) -> datetime:
    return NOON + timedelta(seconds=second)


def test_a_camera_that_tells_the_time_is_taken_at_its_word() -> None:
    placed = locate_by_times(FETCHED, [(0.0, at(5)), (40.0, at(65))])
    assert [(each.start, each.run.start_s, each.run.end_s) for each in placed] == [
        (at(5), 0.0, 40.0),
        (at(65), 40.0, 100.0),
    ]


def test_what_lies_behind_a_step_back_has_no_time() -> None:
    placed = locate_by_times(FETCHED, [(0.0, at(5)), (40.0, at(65)), (40.0, at(3))])
    assert [each.run.end_s for each in placed] == [40.0]


def test_footage_of_another_time_is_left_out_of_a_piece() -> None:
    assert cut_to(locate_by_times(FETCHED, [(0.0, at(-3000))]), WINDOW, ()) == []
    assert cut_to(locate_by_times(FETCHED, [(0.0, at(120))]), WINDOW, ()) == []


def test_a_mark_that_the_others_disagree_with_is_left_out() -> None:
    """GIVEN a stamp ten hours off, after which time goes on where it stood THEN all of it has its place."""
    for wrong_s in (36_005.0, -36_005.0):
        placed = locate_by_times(FETCHED, [(0.0, at(5)), (wrong_s, at(10)), (5.2, at(10.2))])
        assert [(each.start, each.run.end_s) for each in placed] == [(at(5), 100.0)]


def test_two_wrong_marks_in_a_row_and_a_wrong_first_one_are_left_out() -> None:
    twice = [(0.0, at(5)), (900.0, at(10)), (-900.0, at(10.2)), (5.4, at(10.4)), (40.0, at(65))]
    assert [each.start for each in locate_by_times(FETCHED, twice)] == [at(5), at(65)]
    first = [(36_000.0, at(4.8)), (0.2, at(5)), (40.0, at(65))]
    assert [each.start for each in locate_by_times(FETCHED, first)] == [at(5), at(65)]


def test_a_hole_after_which_another_follows_is_no_outlier() -> None:
    placed = locate_by_times(FETCHED, [(0.0, at(5)), (10.0, at(35)), (20.0, at(65))])
    assert [each.start for each in placed] == [at(5), at(35), at(65)]


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(2, 50)), max_size=8), st.integers(0, 8), st.data())
def test_one_outlier_anywhere_changes_nothing(steps: list[tuple[int, int]], place: int, data: st.DataObject) -> None:
    """GIVEN marks after holes that stamps skip WHEN one wrong mark stands between two THEN the places are the same."""
    marks, media_s, wall_s = [(0.0, at(0))], 0.0, 0.0
    for footage_s, hole_s in steps:
        media_s, wall_s = media_s + footage_s, wall_s + footage_s + hole_s
        marks.append((media_s, at(wall_s)))
    media = FetchedMedia(WINDOW, Path("x.mp4.part"), (Run(0.0, media_s + 10, 100),), is_in_order=True)
    after = min(place, len(marks) - 1)
    at_s, moment = marks[after]
    wrong_s = data.draw(st.sampled_from([36_000.0, -36_000.0, 400.0]))
    second = timedelta(seconds=0.4)
    wrong = [(at_s + wrong_s, moment + second / 2), (at_s + 0.4, moment + second)]
    assert locate_by_times(media, [*marks[: after + 1], *wrong, *marks[after + 1 :]]) == locate_by_times(media, marks)
