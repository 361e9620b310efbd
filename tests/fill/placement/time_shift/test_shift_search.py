"""The search for what a camera's times mean, without a camera."""

import pytest

from anr_tui.domain.evidence.time_proof import TimeProof
from anr_tui.fill.placement.judging.judge import Contradiction, Place
from anr_tui.fill.placement.time_shift.calibration import Calibration
from anr_tui.fill.placement.time_shift.shift_search import ShiftSearch


def search(known_s: float = 0.0) -> ShiftSearch:
    return ShiftSearch(Calibration(known_s, "its pictures" if known_s else ""))


def placed(shift_s: float | None) -> Place:
    return Place((), TimeProof.PROVEN, "", shift_s)


def test_a_contradiction_is_followed_once_and_is_a_guess_until_it_is_shown() -> None:
    shifts = search()
    assert shifts.contradicted(Contradiction("later", 7200.0))[1]
    assert (shifts.calibration.shift_s, shifts.is_guess) == (7200.0, True)
    shifts.confirm()
    assert (shifts.is_shown, shifts.is_guess) == (True, False)


def test_what_was_tried_is_not_tried_again_and_what_was_known_comes_back() -> None:
    shifts = search(known_s=60.0)
    assert shifts.contradicted(Contradiction("earlier", -60.0))[1]
    assert not shifts.contradicted(Contradiction("later", 61.0))[1]
    assert shifts.calibration.shift_s == 60.0
    assert not shifts.is_guess


def test_a_contradiction_that_shows_no_time_ends_the_search() -> None:
    shifts = search()
    said, is_worth_it = shifts.contradicted(Contradiction("of another time"))
    assert (said.words, is_worth_it, shifts.is_guess) == ("of another time", False, False)


def test_a_camera_that_plays_the_same_for_another_moment_is_said_to_play_live() -> None:
    shifts = search()
    assert shifts.contradicted(Contradiction("later", 226.0))[1]
    said, is_worth_it = shifts.contradicted(Contradiction("later", 231.0))
    assert "as if it were live" in said.words
    assert not is_worth_it


@pytest.mark.parametrize(("seen_s", "shift_s"), [(37.4, -38), (-61.0, 60)])
def test_the_clock_is_followed_once(seen_s: float, shift_s: float) -> None:
    shifts = search()
    assert shifts.follow_clock(seen_s)
    assert shifts.calibration == Calibration(shift_s, "its clock")
    assert not shifts.follow_clock(seen_s)
    assert not shifts.follow_clock(None)


def test_a_start_at_the_key_frame_before_is_nothing_to_learn() -> None:
    shifts = search()
    assert not shifts.learn(placed(-4.9), key_frame_distance_s=3.0)
    assert not shifts.learn(placed(None), key_frame_distance_s=3.0)
    assert shifts.learn(placed(-10.0), key_frame_distance_s=3.0)
    assert (shifts.calibration.shift_s, shifts.is_shown) == (-10.0, True)


def test_a_zone_explains_nothing_of_a_clock_and_a_clock_all_of_itself() -> None:
    zone, clock = search(known_s=7200.0), search(known_s=-37.0)
    assert (zone.unexplained_s(0.4), zone.clock_shift_s(0.4)) == (0.4, 0.0)
    assert (clock.unexplained_s(37.0), clock.clock_shift_s(37.0)) == (0.0, -37.0)
    assert clock.unexplained_s(None) is None


def test_a_step_of_our_own_clock_explains_as_much_of_the_difference() -> None:
    shifts = search()
    assert shifts.unexplained_s(120.0, own_step_s=-120.0) == 0.0
    assert shifts.unexplained_s(0.0, own_step_s=-120.0) == 0.0
    assert shifts.unexplained_s(300.0, own_step_s=-120.0) == 180.0
    assert shifts.unexplained_s(None, own_step_s=-120.0) is None


def test_a_zone_is_a_guess_until_a_picture_shows_it() -> None:
    shifts = search()
    shifts.turn_to_zone(-7200.0)
    assert (shifts.calibration.shift_s, shifts.is_guess) == (-7200.0, True)
    shifts.give_up()
    assert (shifts.calibration.shift_s, shifts.is_guess) == (0.0, False)
    shifts.turn_to_zone(-3600.0)
    shifts.found(-3600.0)
    assert (shifts.calibration, shifts.is_guess) == (Calibration(-3600.0, "its pictures"), False)
    assert shifts.is_shown


def test_a_guess_after_something_was_shown_is_a_guess_again_and_what_was_shown_comes_back() -> None:
    shifts = search()
    shifts.learn(placed(-10.0), key_frame_distance_s=0.0)
    assert shifts.follow_clock(600.0)
    assert shifts.is_guess
    shifts.give_up()
    assert (shifts.calibration.shift_s, shifts.is_guess) == (-10.0, False)


def test_nothing_is_learned_of_a_camera_that_plays_the_same_whatever_it_is_asked_for() -> None:
    shifts = search(known_s=5.0)
    assert shifts.learn(placed(-11.0), key_frame_distance_s=1.0)
    assert not shifts.learn(placed(-11.4), key_frame_distance_s=1.0)
    assert (shifts.is_stuck, shifts.is_shown, shifts.calibration.shift_s) == (True, False, 5.0)
    shifts.found(-7200.0)
    assert (shifts.is_stuck, shifts.is_shown) == (False, True)


def test_a_camera_that_is_off_by_less_once_it_is_asked_otherwise_is_not_stuck() -> None:
    shifts = search()
    assert shifts.learn(placed(-11.0), key_frame_distance_s=1.0)
    assert shifts.learn(placed(-5.0), key_frame_distance_s=1.0)
    assert (shifts.is_stuck, shifts.calibration.shift_s) == (False, -16.0)


def test_that_a_known_shift_is_needed_no_more_is_news() -> None:
    shifts = search(known_s=7200.0)
    assert shifts.contradicted(Contradiction("earlier", -7200.0))[1]
    shifts.confirm()
    assert (shifts.is_shown, shifts.calibration.shift_s) == (True, 0.0)
    right = search()
    right.confirm()
    assert not right.is_shown
