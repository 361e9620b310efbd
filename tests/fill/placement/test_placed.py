"""What one fetch brought, and the moments at which its runs belong."""

from anr_tui.fill.media.verify import Run
from anr_tui.fill.placement.placed import FetchedMedia, PlacedRun
from tests.fill.placement.clips import PART, at, window

MEDIA = FetchedMedia(window(0, 60), PART, (Run(0, 10, 50), Run(20, 30, 50)), is_in_order=False)


def test_it_ends_where_its_last_run_does() -> None:
    assert MEDIA.end_s == 30
    assert FetchedMedia(window(0, 60), PART, (), is_in_order=False).end_s == 0


def test_between_two_media_times_the_holes_stay_holes() -> None:
    runs = MEDIA.between(5, 25, at(100))

    assert [each.window for each in runs] == [window(100, 105), window(115, 120)]
    assert [(each.run.start_s, each.run.end_s) for each in runs] == [(5, 10), (20, 25)]


def test_nothing_lies_in_a_hole() -> None:
    assert MEDIA.between(10, 20, at(100)) == []


def test_a_placed_run_covers_its_length_from_its_start() -> None:
    assert PlacedRun(PART, Run(3, 7, 20), at(12)).window == window(12, 16)
