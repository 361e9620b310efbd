"""A made scene, seen by two streams: the recorder's, and the one that a camera plays."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anr_tui.fill.media.decoding import SmallPicture
from anr_tui.fill.media.picture_match import MatchState, PictureMatch, match_pictures
from tests.fill.media.scenes import HEIGHT, WIDTH, Scene, seen

RECORDED = seen(Scene(1), 90, 120)


def offset_of(match: PictureMatch) -> float:
    assert match.state is MatchState.MATCH, match
    assert match.offset_s is not None
    return match.offset_s


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"gain": 0.7, "bias": 30.0},
        {"clock": True},
        {"every_s": 0.2},
        {"every_s": 0.4, "noise": 2.0},
        {"gain": 1.2, "bias": -20.0, "clock": True, "every_s": 0.3, "noise": 1.0},
    ],
)
@pytest.mark.parametrize("scene", range(1, 4))
def test_another_stream_of_the_same_scene_is_found_within_half_a_second(scene: int, changes: dict) -> None:
    fetched = seen(Scene(scene), 100.2, 113, shift_s=-100.2, seed=7, **changes)
    match = match_pictures(fetched, seen(Scene(scene), 90, 120))
    assert offset_of(match) == pytest.approx(100.2, abs=0.5)
    assert match.accuracy_s is not None
    assert abs(offset_of(match) - 100.2) <= match.accuracy_s


@pytest.mark.parametrize("early_s", [-8, 8])
def test_footage_that_overlaps_in_part_is_found(early_s: int) -> None:
    fetched = seen(Scene(1), 105 + early_s - 15, 105 + early_s + 15, seed=7)
    assert offset_of(match_pictures(fetched, seen(Scene(1), 90, 120))) == pytest.approx(0, abs=0.5)


@given(shift_s=st.floats(-1e6, 1e6), scene=st.integers(0, 30))
@settings(max_examples=12)
def test_a_shift_of_the_recorded_times_shifts_the_offset(shift_s: float, scene: int) -> None:
    fetched = seen(Scene(scene), 100, 112, seed=7)
    recorded = seen(Scene(scene), 95, 118)
    moved = [SmallPicture(picture.at_s + shift_s, picture.grey) for picture in recorded]
    before, after = match_pictures(fetched, recorded), match_pictures(fetched, moved)
    assert before.state is after.state
    if before.offset_s is not None and after.offset_s is not None:
        assert after.offset_s == pytest.approx(before.offset_s + shift_s, abs=0.01)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=12)
def test_unrelated_noise_never_matches(seed: int) -> None:
    chance = random.Random(seed)
    one, other = (
        [SmallPicture(number * 0.5, chance.randbytes(WIDTH * HEIGHT)) for number in range(30)] for _ in range(2)
    )
    assert match_pictures(one, other).state is not MatchState.MATCH


@given(seed=st.integers(0, 10_000), noise=st.floats(0, 3))
@settings(max_examples=12)
def test_a_still_never_matches_and_says_that_it_says_nothing(seed: int, noise: float) -> None:
    still = Scene(seed, things=0)
    assert match_pictures(seen(still, 0, 15, noise=noise, seed=seed), RECORDED).state is MatchState.STILL
    assert match_pictures(RECORDED, seen(still, 0, 15, noise=noise, seed=seed)).state is MatchState.STILL


@pytest.mark.parametrize("seed", range(8))
def test_another_scene_and_another_time_never_match(seed: int) -> None:
    assert match_pictures(seen(Scene(seed + 100), 100, 112), RECORDED).state is not MatchState.MATCH
    assert match_pictures(seen(Scene(1), 400 + 40 * seed, 412 + 40 * seed), RECORDED).state is not MatchState.MATCH


def test_most_of_what_is_not_there_is_said_to_be_not_there() -> None:
    states = [match_pictures(seen(Scene(seed + 100), 100, 112), RECORDED).state for seed in range(8)]
    assert states.count(MatchState.NO_MATCH) >= 6


def blinking(from_s: float, to_s: float, period_s: float) -> list[SmallPicture]:
    return [
        SmallPicture(moment_s, bytes([200 if moment_s % period_s < period_s / 2 else 60] * 288 + [100] * 288))
        for moment_s in (from_s + number * 0.5 for number in range(round((to_s - from_s) * 2)))
    ]


@pytest.mark.parametrize("period_s", [2.0, 3.0, 5.0])
def test_a_light_that_blinks_gives_no_place(period_s: float) -> None:
    match = match_pictures(blinking(7, 19, period_s), blinking(0, 30, period_s))
    assert match.state is not MatchState.MATCH
    assert match.offset_s is None


def test_a_clock_alone_gives_no_place() -> None:
    still = Scene(5, things=0)
    match = match_pictures(seen(still, 7, 19, clock=True), seen(still, 0, 30, clock=True))
    assert match.state is MatchState.STILL


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_picture_or_two_say_nothing(count: int) -> None:
    assert match_pictures(RECORDED[:count], RECORDED).state is MatchState.STILL
    assert match_pictures(RECORDED, RECORDED[:count]).state is MatchState.STILL


def test_pictures_of_one_time_or_out_of_order_do_no_harm() -> None:
    same = [SmallPicture(5.0, picture.grey) for picture in RECORDED]
    assert match_pictures(same, RECORDED).state is not MatchState.MATCH
    assert match_pictures(RECORDED[::-1], RECORDED).state is not MatchState.MATCH


def test_a_minute_of_pictures_takes_a_third_of_a_second_of_processor_time() -> None:
    fetched, recorded = seen(Scene(3), 100, 130), seen(Scene(3), 95, 125)
    started = time.process_time()
    match_pictures(fetched, recorded)
    assert time.process_time() - started < 0.3
