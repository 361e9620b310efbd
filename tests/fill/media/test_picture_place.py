"""Pictures of one camera, found again among others of it though no bit is the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anr_tui.fill.media.decoding import SmallPicture
from anr_tui.fill.media.picture_place import PlaceState, moves, place_pictures, repeats
from tests.fill.media.scenes import HEIGHT, WIDTH, Scene, seen

CAME = seen(Scene(1), 90, 120, every_s=0.1)


def probe(from_s: float, *, scene: int = 1, things: int = 3, noise: float = 1.0) -> list[SmallPicture]:
    """Three seconds as another replay shows them, from 0 s on."""
    return seen(Scene(scene, things), from_s, from_s + 3, every_s=0.2, shift_s=-from_s, noise=noise, seed=9)


@pytest.mark.parametrize("from_s", [91.0, 100.3, 116.5])
@pytest.mark.parametrize("noise", [0.0, 1.0, 2.0])
def test_what_another_replay_shows_is_found_where_it_stands(from_s: float, noise: float) -> None:
    place = place_pictures(probe(from_s, noise=noise), CAME)
    assert place.state is PlaceState.FOUND
    assert place.offset_s == pytest.approx(from_s, abs=0.5)


@pytest.mark.parametrize("from_s", [0, 40, 300, 1000])
def test_what_is_not_there_is_absent(from_s: float) -> None:
    assert place_pictures(probe(from_s), CAME).state is PlaceState.ABSENT


@pytest.mark.parametrize("scene", range(2, 8))
def test_another_scene_is_absent(scene: int) -> None:
    assert place_pictures(probe(100, scene=scene), CAME).state is PlaceState.ABSENT


@given(seed=st.integers(0, 10_000), noise=st.floats(0, 2))
@settings(max_examples=12)
def test_a_still_is_alike_and_has_no_place(seed: int, noise: float) -> None:
    still = seen(Scene(seed, things=0), 0, 20, every_s=0.1, noise=noise, seed=seed)
    place = place_pictures(probe(5, scene=seed, things=0, noise=noise), still)
    assert (place.state, place.is_alike, place.offset_s) == (PlaceState.UNCLEAR, True, None)


def test_another_still_is_absent() -> None:
    still = seen(Scene(4, things=0), 0, 20, every_s=0.1)
    assert place_pictures(probe(5, scene=5, things=0), still).state is PlaceState.ABSENT


@pytest.mark.parametrize("period_s", [2.0, 5.0, 9.0])
def test_what_comes_again_has_no_place(period_s: float) -> None:
    once = seen(Scene(1), 100, 100 + period_s, every_s=0.1)
    came = [SmallPicture(0.1 * index, once[index % len(once)].grey) for index in range(200)]
    place = place_pictures([SmallPicture(at * 0.2, came[20 + 2 * at].grey) for at in range(15)], came)
    assert (place.state, place.offset_s) == (PlaceState.UNCLEAR, None)


@given(moment_s=st.floats(92, 115), scene=st.integers(0, 40))
@settings(max_examples=12)
def test_wherever_it_is_found_it_is_there(moment_s: float, scene: int) -> None:
    came = seen(Scene(scene), 90, 120, every_s=0.1)
    place = place_pictures(probe(moment_s, scene=scene), came)
    assert place.state is not PlaceState.ABSENT
    assert place.offset_s is None or place.offset_s == pytest.approx(moment_s, abs=1)


@pytest.mark.parametrize("count", [0, 1, 4])
def test_a_few_pictures_say_nothing(count: int) -> None:
    assert place_pictures(CAME[:count], CAME).state is PlaceState.UNCLEAR
    assert place_pictures(CAME, CAME[:count]).state is PlaceState.UNCLEAR


def lit(bright: list[int]) -> list[SmallPicture]:
    return [SmallPicture(0.2 * index, bytes([grey] * (WIDTH * HEIGHT))) for index, grey in enumerate(bright)]


def test_what_walks_moves_and_a_light_that_is_switched_does_not() -> None:
    assert moves(probe(100))
    assert not moves(probe(100, things=0))
    assert not moves(lit([60] * 8 + [200] * 8 + [60] * 8 + [200] * 8 + [60] * 8))
    assert not moves(lit(list(range(40, 240, 8))))


@pytest.mark.parametrize(("period_s", "every_s"), [(37.0, 2.0), (60.0, 1.0), (60.0, 4.0)])
def test_a_scene_that_comes_again_is_noticed_by_key_frames(period_s: float, every_s: float) -> None:
    scene = Scene(1)
    now = seen(scene, 200, 220, every_s=0.2)
    before = [
        SmallPicture(at_s, seen(scene, at_s + period_s, at_s + period_s + 0.1, every_s=0.1, seed=3)[0].grey)
        for at_s in (130 + every_s * index for index in range(int(50 / every_s)))
    ]
    assert repeats(before, now)


@pytest.mark.parametrize("scene", range(6))
def test_a_scene_that_goes_on_does_not_repeat(scene: int) -> None:
    assert not repeats(seen(Scene(scene), 60, 180, every_s=2), seen(Scene(scene), 200, 220, every_s=0.2))
