"""Where footage belongs, against every camera that hypothesis can think of: holes, cuts, answers from elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from anr_tui.domain.window import Window
from anr_tui.fill.media.decoding import SmallPicture
from anr_tui.fill.media.key_frame_match import KeyFrame
from anr_tui.fill.media.picture_place import PicturePlace, PlaceState
from anr_tui.fill.media.verify import Run
from anr_tui.fill.placement.placed import FetchedMedia, PlacedRun
from anr_tui.fill.placement.probes import Find, Located, Probe, locate
from anr_tui.fill.plan import TOLERANCE_S

NOON = datetime(2026, 6, 13, 12, tzinfo=UTC)
LENGTH_S = 120
PART = Path("x.mp4.part")


def at(second: float) -> datetime:
    return NOON + timedelta(seconds=second)


@dataclass
class SkippingCamera:
    """A camera with a key frame at each second that it has; it skips what it has not, without a jump.

    A window that it has nothing of is answered with what comes next; `plays_on` makes it play the length asked for
    past the window's end, as some do.
    """

    seconds: list[int]
    plays_on: bool
    questions: int = 0

    def play(self, start: int, end: int) -> list[int]:
        """The seconds that come as the answer for a window."""
        later = [second for second in self.seconds if second >= start]
        inside = [second for second in later if second < end]
        return later[: end - start] if self.plays_on or not inside else inside

    async def ask(self, moment: datetime) -> Probe | None:
        self.questions += 1
        start = int((moment - NOON).total_seconds())
        shown = self.play(start, start + 2)
        return Probe(KeyFrame(0.0, digest(shown[0])) if shown else None)


def digest(second: int) -> bytes:
    return second.to_bytes(4)


def stretch_of(shown: list[int], *, is_in_order: bool) -> tuple[FetchedMedia, list[KeyFrame]]:
    runs = (Run(0.0, float(len(shown)), len(shown)),) if shown else ()
    frames = [KeyFrame(float(index), digest(second)) for index, second in enumerate(shown)]
    return FetchedMedia(Window(at(0), at(LENGTH_S)), PART, runs, is_in_order), frames


def offsets_s(placed: list[PlacedRun], shown: list[int]) -> list[float]:
    """How far each placed second is from where it belongs."""
    found = []
    for each in placed:
        for index in range(round(each.run.start_s), round(each.run.end_s)):
            stands_at = (each.start - NOON).total_seconds() + index - each.run.start_s
            found.append(abs(stands_at - shown[index]))
    return found


def runs_of(located: Located | None) -> list[PlacedRun]:
    return located.runs if located is not None else []


def placed_s(placed: list[PlacedRun]) -> float:
    return sum(each.run.seconds for each in placed)


@dataclass
class AnewCamera(SkippingCamera):
    """The same, but with other bits in each replay; `stills` are seconds in which nothing moves."""

    stills: frozenset[int] = frozenset()

    async def ask(self, moment: datetime) -> Probe | None:
        shown = self.shown_from(moment)
        if not shown:
            return Probe(None)
        pictures = tuple(SmallPicture(float(index), digest(second)) for index, second in enumerate(shown))
        return Probe(KeyFrame(0.0, f"replay {self.questions}".encode()), pictures)

    def shown_from(self, moment: datetime) -> list[int]:
        self.questions += 1
        start = int((moment - NOON).total_seconds())
        return self.play(start, start + 2)

    def eye(self, came: list[int]) -> Find:
        """Finds what moves, and sees no other seconds than those that it is asked to look at."""

        async def find(shown: Sequence[SmallPicture], from_s: float, to_s: float) -> PicturePlace:
            second = int.from_bytes(shown[0].grey)
            if second in self.stills:
                return PicturePlace(PlaceState.UNCLEAR, is_alike=True)
            if second in came and from_s - 2 <= came.index(second) <= to_s + 2:
                return PicturePlace(PlaceState.FOUND, float(came.index(second)), is_alike=True)
            return PicturePlace(PlaceState.ABSENT)

        return find


footage = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)), min_size=0, max_size=4).map(
    lambda holes: [
        second for second in range(240) if not any(start <= second < start + length for start, length in holes)
    ]
)


@settings(max_examples=400)
@given(footage, st.booleans(), st.integers(1, LENGTH_S))
async def test_no_second_ever_stands_in_the_wrong_place(seconds: list[int], plays_on: bool, cut_after_s: int) -> None:
    camera = SkippingCamera(seconds, plays_on)
    whole = camera.play(0, LENGTH_S)
    shown = whole[:cut_after_s]
    media_fetched, frames = stretch_of(shown, is_in_order=len(shown) == len(whole))
    placed = runs_of(await locate(media_fetched, frames, camera.ask))
    assert max(offsets_s(placed, shown), default=0.0) <= TOLERANCE_S
    assert all(each.start < at(LENGTH_S) for each in placed)


@given(footage, st.booleans())
async def test_what_came_in_order_is_kept_but_for_slivers(seconds: list[int], plays_on: bool) -> None:
    camera = SkippingCamera(seconds, plays_on)
    shown = camera.play(0, LENGTH_S)
    media_fetched, frames = stretch_of(shown, is_in_order=True)
    placed = runs_of(await locate(media_fetched, frames, camera.ask))
    there_s = len([second for second in shown if second < LENGTH_S])
    assert placed_s(placed) >= there_s - TOLERANCE_S
    assert camera.questions <= 80


stills = st.lists(st.tuples(st.integers(0, 240), st.integers(1, 80)), max_size=4).map(
    lambda spans: frozenset(second for start, length in spans for second in range(start, start + length))
)


@settings(max_examples=400)
@given(footage, st.booleans(), st.integers(1, LENGTH_S), stills, st.booleans())
async def test_nor_does_it_where_each_replay_has_other_bits(
    seconds: list[int], plays_on: bool, cut_after_s: int, stills: frozenset[int], has_eye: bool
) -> None:
    """A camera that plays what follows the window instead of it, and nothing moves in that, is not to be found out."""
    camera = AnewCamera(seconds, plays_on, stills=stills)
    whole = camera.play(0, LENGTH_S)
    shown = whole[:cut_after_s]
    assume(any(second < LENGTH_S for second in whole))
    media_fetched, frames = stretch_of(shown, is_in_order=len(shown) == len(whole) and not plays_on)
    find = camera.eye(shown) if has_eye else None
    placed = runs_of(
        await locate(media_fetched, frames, camera.ask, has_same_bits=False if has_eye else None, find=find)
    )
    assert max(offsets_s(placed, shown), default=0.0) <= TOLERANCE_S
    assert all(each.start < at(LENGTH_S) for each in placed)


@given(footage)
async def test_what_moves_finds_its_place_though_each_replay_has_other_bits(seconds: list[int]) -> None:
    camera = AnewCamera(seconds, plays_on=False)
    shown = [second for second in camera.play(0, LENGTH_S) if second < LENGTH_S]
    media_fetched, frames = stretch_of(shown, is_in_order=True)
    located = await locate(media_fetched, frames, camera.ask, has_same_bits=False, find=camera.eye(shown))
    holes = sum(later - second > 1 for second, later in pairwise(shown))
    assert placed_s(runs_of(located)) >= len(shown) - TOLERANCE_S * (1 + holes)
    assert located is not None and located.has_other_bits is bool(shown)


async def test_an_honest_whole_answer_costs_two_questions() -> None:
    camera = SkippingCamera(list(range(240)), plays_on=False)
    media_fetched, frames = stretch_of(camera.play(0, LENGTH_S), is_in_order=True)
    placed = runs_of(await locate(media_fetched, frames, camera.ask))
    assert [(each.start, each.run.end_s) for each in placed] == [(at(0), LENGTH_S)]
    assert camera.questions == 2


async def test_a_stream_that_was_cut_off_costs_two_questions() -> None:
    camera = SkippingCamera(list(range(240)), plays_on=False)
    media_fetched, frames = stretch_of(camera.play(0, LENGTH_S)[:70], is_in_order=False)
    placed = runs_of(await locate(media_fetched, frames, camera.ask))
    assert [(each.start, each.run.end_s) for each in placed] == [(at(0), 70.0)]
    assert camera.questions == 2


async def test_what_a_camera_plays_instead_of_a_hole_is_not_taken_for_the_hole() -> None:
    camera = SkippingCamera(list(range(LENGTH_S, 400)), plays_on=True)
    media_fetched, frames = stretch_of(camera.play(0, LENGTH_S), is_in_order=True)
    assert runs_of(await locate(media_fetched, frames, camera.ask)) == []


@pytest.mark.parametrize("seconds", [70, LENGTH_S])
async def test_where_nobody_can_be_asked_nothing_is_believed(seconds: int) -> None:
    async def ask(moment: datetime) -> Probe | None:
        return None

    media_fetched, frames = stretch_of(list(range(seconds)), is_in_order=False)
    assert await locate(media_fetched, frames, ask) is None
