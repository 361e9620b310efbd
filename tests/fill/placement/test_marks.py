"""Footage whose camera says of what time it is, in the media itself."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from anr_tui.domain.window import Window
from anr_tui.fill.media.verify import Run
from anr_tui.fill.placement.cut import cut_to
from anr_tui.fill.placement.marks import locate_by_times
from anr_tui.fill.placement.placed import FetchedMedia

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
