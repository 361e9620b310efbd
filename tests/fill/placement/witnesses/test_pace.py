"""The pace of a camera's stamps: believed where its key frames and a moment in the middle show it, and only there."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from anr_tui.fill.placement.anchor import NAME_S
from anr_tui.fill.placement.judging.judge import Evidence, Judgement, Place, judge
from anr_tui.fill.placement.probing.probes import Probe, ProbeError
from anr_tui.fill.placement.witnesses.by_eye import SeenSeams
from anr_tui.fill.placement.witnesses.pace import Pace, by_regular_groups, by_same_frames, find_pace
from anr_tui.fill.placement.witnesses.seams import Seams
from anr_tui.fill.plan import TOLERANCE_S
from tests.fill.placement.paced_camera import PacedCamera

# A name of a recording is up to a second early, beside what is tolerated.
FARTHEST_S = TOLERANCE_S + NAME_S
PACES = [0.5, 0.7, 0.95, 1.05, 1.3, 2.0]


async def pace_of(camera: PacedCamera, evidence: Evidence) -> Pace:
    return await find_pace(evidence.frames, evidence.seams, evidence.pairs, camera.ask)


async def judged(camera: PacedCamera, evidence: Evidence) -> Judgement | None:
    async def nowhere() -> float | None:
        return None

    async def unseen() -> SeenSeams:
        return SeenSeams()

    return await judge(evidence, camera.ask, nowhere, unseen)


def covered_s(place: Judgement | None) -> float:
    return sum(each.seconds for each in place.runs) if isinstance(place, Place) else 0.0


@pytest.mark.parametrize("pace", PACES)
async def test_a_pace_that_both_sides_show_is_fitted(pace: float) -> None:
    camera = PacedCamera(pace=pace)
    evidence = camera.evidence((30, 110), 1, 2)
    assert (await pace_of(camera, evidence)).rate == pytest.approx(1 / pace)
    place = await judged(camera, evidence)
    assert isinstance(place, Place)
    assert [each.window for each in place.runs] == [evidence.seams.window]
    assert max(camera.offsets_s(place.runs, evidence)) < 0.01


async def test_a_long_piece_shows_a_small_drift() -> None:
    camera = PacedCamera(pace=1.001)
    evidence = camera.evidence((30, 3630), 1, 2)
    assert (await pace_of(camera, evidence)).rate == pytest.approx(1 / 1.001)
    place = await judged(camera, evidence)
    assert covered_s(place) == pytest.approx(3600)


async def test_a_camera_at_the_pace_of_time_is_not_asked() -> None:
    camera = PacedCamera()
    assert await pace_of(camera, camera.evidence((30, 110), 1, 2)) == Pace()
    assert camera.questions == 0


@pytest.mark.parametrize("hole", [(50, 53), (31, 40), (100, 109)])
async def test_a_hole_is_no_pace(hole: tuple[int, int]) -> None:
    camera = PacedCamera(holes=(hole,))
    assert await pace_of(camera, camera.evidence((30, 110), 1, 2)) == Pace()


async def test_clips_of_two_seconds_look_like_slow_stamps_and_are_none() -> None:
    camera = PacedCamera(holes=tuple((second, second + 2) for second in range(32, 110, 4)))
    evidence = camera.evidence((30, 110), 1, 2)
    assert await pace_of(camera, evidence) == Pace()
    assert covered_s(await judged(camera, evidence)) <= 44


async def test_clips_of_a_fast_camera_are_not_taken_for_all_of_it() -> None:
    """GIVEN stamps at double pace and half of the footage missing THEN its length is right, and its pace is not."""
    camera = PacedCamera(pace=2.0, holes=tuple((second, second + 2) for second in range(32, 110, 4)))
    evidence = camera.evidence((30, 110), 10, 10)
    assert covered_s(await judged(camera, evidence)) <= 44


async def test_a_hole_that_a_small_drift_makes_up_for_stays_a_hole() -> None:
    """GIVEN stamps that are 5 % fast and a hole of 5 s in 105 s THEN both ends agree, and no more than 100 s land."""
    camera = PacedCamera(pace=1.05, holes=((80, 85),))
    place = await judged(camera, camera.evidence((30, 135), 1, 2))
    assert covered_s(place) <= 101


async def test_a_hole_at_another_pace_stays_a_hole() -> None:
    camera = PacedCamera(pace=1.3, holes=((60, 70),))
    evidence = camera.evidence((30, 110), 10, 10)
    place = await judged(camera, evidence)
    assert isinstance(place, Place)
    assert max(camera.offsets_s(place.runs, evidence)) <= FARTHEST_S
    assert 66 <= covered_s(place) <= 72


async def test_of_a_hole_at_another_pace_more_is_wanted_where_one_key_frame_is_all_there_is() -> None:
    camera = PacedCamera(pace=1.3, holes=((60, 70),))
    assert (await pace_of(camera, camera.evidence((30, 110), 1, 1))).wants_more


@pytest.mark.parametrize("pace", [0.5, 0.7])
@pytest.mark.parametrize("hole", [(38, 46), (50, 60)])
async def test_what_slow_stamps_and_a_hole_tear_apart_is_not_whole_until_more_shows_the_pace(
    pace: float, hole: tuple[float, float]
) -> None:
    camera = PacedCamera(pace=pace, holes=(hole,))
    evidence = camera.evidence((30, 70), 1, 2)
    assert (await pace_of(camera, evidence)).is_doubted
    place = await judged(camera, evidence)
    assert isinstance(place, Place)
    assert (place.is_whole, place.wants_more) == (False, True)
    more = camera.evidence((30, 70), 10, 10)
    assert not (await pace_of(camera, more)).is_doubted
    again = await judged(camera, more)
    assert isinstance(again, Place)
    assert again.is_whole
    assert again.rate == pytest.approx(1 / pace)
    assert covered_s(again) >= 40 - (hole[1] - hole[0]) - TOLERANCE_S


async def test_a_hole_between_regular_key_frames_at_the_pace_of_time_is_not_doubted() -> None:
    camera = PacedCamera(holes=((38, 46),))
    evidence = camera.evidence((30, 70), 1, 2)
    assert not (await pace_of(camera, evidence)).is_doubted
    place = await judged(camera, evidence)
    assert isinstance(place, Place)
    assert (place.is_whole, place.wants_more) == (True, False)


async def test_a_pace_that_changes_in_the_middle_is_not_believed_although_the_ends_agree() -> None:
    camera = PacedCamera(pace=1.3, changes_s=70, later_pace=0.7)
    evidence = camera.evidence((30, 110), 1, 1)
    assert (await pace_of(camera, evidence)).is_torn
    assert covered_s(await judged(camera, evidence)) == 0


async def test_one_side_and_the_camera_itself_show_a_pace() -> None:
    camera = PacedCamera(pace=1.3)
    evidence = camera.evidence((30, 110), 1, 2)
    before = tuple(frame for frame in evidence.seams.recorded if frame.at < evidence.seams.window.start)
    one_sided = replace(evidence, seams=Seams(evidence.seams.window, before))
    place = await judged(camera, one_sided)
    assert covered_s(place) == pytest.approx(80, abs=0.5)


class SetOtherwise(PacedCamera):
    """A camera that has a key frame every 2 s only from second 70 on."""

    def keys_s(self, start_s: float, end_s: float) -> list[float]:
        keys = [key for key in super().keys_s(start_s - 2, end_s) if key <= 70 or key % 2 == 0]
        return [key for key in keys if key >= max((each for each in keys if each <= start_s), default=start_s)]


async def test_a_camera_that_was_set_otherwise_meanwhile_is_believed_where_it_shows_its_footage() -> None:
    camera = SetOtherwise()
    whole = camera.evidence((30, 110), 1, 2)
    before = tuple(frame for frame in whole.seams.recorded if frame.at < whole.seams.window.start)
    place = await judged(camera, replace(whole, seams=Seams(whole.seams.window, before)))
    assert covered_s(place) == pytest.approx(80)


async def test_where_the_camera_cannot_be_asked_nobody_can_say() -> None:
    async def busy(_: object) -> Probe | None:
        return None

    evidence = PacedCamera(pace=1.3).evidence((30, 110), 1, 2)
    with pytest.raises(ProbeError):
        await find_pace(evidence.frames, evidence.seams, evidence.pairs, busy)


def test_key_frames_that_follow_each_other_show_it_to_the_frame() -> None:
    evidence = PacedCamera(pace=0.8).evidence((30, 110), 10, 10)
    witness = by_same_frames(evidence.pairs, evidence.seams.recorded)
    assert witness is not None and witness.rate == pytest.approx(1.25)
    assert witness.is_sure(80)


def test_regular_key_frames_show_it_where_irregular_ones_do_not() -> None:
    evidence = PacedCamera(pace=0.8, gop_s=2).evidence((30, 110), 2, 2)
    witness = by_regular_groups(evidence.frames, evidence.seams.recorded)
    assert witness is not None and witness.rate == pytest.approx(1.25)
    torn = PacedCamera(gop_s=2, changes_s=70, later_pace=0.5).evidence((30, 110), 2, 2)
    assert by_regular_groups(torn.frames, torn.seams.recorded) is None


names_late_s = st.tuples(st.floats(0, 0.99), st.floats(0, 0.99))
gops_s = st.sampled_from([0.5, 1.0, 2.0, 4.0])
paces = st.floats(0.5, 2.0)


@settings(max_examples=100)
@given(paces, gops_s, st.integers(20, 300), st.integers(0, 10), names_late_s)
async def test_any_pace_is_fitted_and_all_of_it_lands_where_it_belongs(
    pace: float, gop_s: float, length_s: int, lead: int, late_s: tuple[float, float]
) -> None:
    camera = PacedCamera(gop_s=gop_s, pace=pace)
    start = 60
    evidence = camera.evidence((start, start + length_s), gop_s * (1 + lead), gop_s * (1 + lead) + 1, late_s)
    assume(len(evidence.frames) > 6)
    place = await judged(camera, evidence)
    assert isinstance(place, Place)
    assert max(camera.offsets_s(place.runs, evidence)) <= FARTHEST_S
    assert covered_s(place) >= length_s - TOLERANCE_S - NAME_S


def apart(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Those of the holes (start, length) that end before the next one begins, as spans."""
    ordered = sorted(spans)
    following = [*(start for start, _ in ordered[1:]), 10_000]
    pairs = zip(ordered, following, strict=False)
    return tuple((start, start + length) for (start, length), later in pairs if start + length < later)


holes = st.lists(st.tuples(st.integers(60, 200), st.integers(1, 40)), max_size=4).map(apart)


@settings(max_examples=100)
@given(paces, paces, st.integers(60, 200), holes, gops_s, st.sampled_from([1, 10]), names_late_s)
async def test_whatever_a_camera_mixes_no_picture_stands_in_the_wrong_place_and_no_hole_is_covered(
    pace: float,
    later_pace: float,
    changes_s: int,
    holes: tuple[tuple[int, int], ...],
    gop_s: float,
    lead: int,
    late_s: tuple[float, float],
) -> None:
    camera = PacedCamera(gop_s=gop_s, pace=pace, holes=holes, changes_s=changes_s, later_pace=later_pace)
    evidence = camera.evidence((60, 200), max(gop_s, lead), max(gop_s, lead) + 1, late_s)
    place = await judged(camera, evidence)
    if not isinstance(place, Place):
        return
    assert max(camera.offsets_s(place.runs, evidence), default=0.0) <= FARTHEST_S + 1.5 * gop_s
    held_s = sum(min(end, 200) - max(start, 60) for start, end in holes if start < 200)
    assert covered_s(place) <= 140 - held_s + (1 + len(holes)) * (TOLERANCE_S + NAME_S) + gop_s
