"""Where footage belongs, against every camera that hypothesis can think of: holes, cuts, answers from elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass, field
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
from anr_tui.fill.placement.anchor import Anchor
from anr_tui.fill.placement.placed import FetchedMedia, PlacedRun
from anr_tui.fill.placement.probing.probes import Find, Located, Probe, locate
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


CLIPS_S = 300
BESIDE = ((-60.0, 0.0), (float(CLIPS_S), CLIPS_S + 60.0))
"""Footage on both sides of the piece, which the recorder has as well."""


@dataclass
class ClipCamera:
    """A camera whose card holds clips, with a key frame at the start of each and every `gop_s` seconds of it.

    It begins with the key frame before the moment asked for, or with the next (`is_next`), plays what comes next for a
    moment in a pause, and skips pauses without a jump unless `jumps`. After `answers` questions it answers no more.
    """

    clips: list[tuple[float, float]]
    gop_s: float = 1.0
    is_next: bool = False
    jumps: bool = False
    answers: int = 10_000
    questions: int = 0
    groups: list[tuple[float, float]] = field(init=False)

    def __post_init__(self) -> None:
        self.groups = []
        for start, end in self.clips:
            count = int(-((start - end) // self.gop_s))
            keys = [start + index * self.gop_s for index in range(count)]
            self.groups += [(key, min(key + self.gop_s, end)) for key in keys]

    def _played(self, from_s: float) -> list[tuple[float, float]]:
        return [(start, end) for start, end in self.groups if (start if self.is_next else end - 1e-9) >= from_s]

    async def ask(self, moment: datetime) -> Probe | None:
        if self.questions == self.answers:
            return None
        self.questions += 1
        played = self._played((moment - NOON).total_seconds() + (0 if self.is_next else 1e-6))
        return Probe(KeyFrame(0.0, str(played[0][0]).encode()) if played else None)

    def fetch(self, from_s: float, to_s: float) -> tuple[FetchedMedia, list[KeyFrame], list[tuple[float, float]]]:
        """What comes for a window: the media, its key frames, and (media time, true second) of each group."""
        frames: list[KeyFrame] = []
        places: list[tuple[float, float]] = []
        runs: list[Run] = []
        media_s, begins_s, last_s = 0.0, 0.0, None
        for start, end in self._played(from_s):
            if start >= to_s:
                break
            if self.jumps and last_s is not None and start > last_s:
                runs.append(Run(begins_s, media_s, 1))
                media_s += start - last_s
                begins_s = media_s
            frames.append(KeyFrame(media_s, str(start).encode()))
            places.append((media_s, start))
            media_s += min(end, to_s) - start
            last_s = end
        runs.append(Run(begins_s, media_s, 1))
        return FetchedMedia(Window(at(from_s), at(to_s)), PART, tuple(runs), is_in_order=True), frames, places

    async def located(self, *, is_late_known: bool = True) -> tuple[Located | None, list[tuple[float, float]]]:
        """Locate what is between the footage that the recorder has as well; and the true places of all groups."""
        media, frames, places = self.fetch(-self.gop_s, CLIPS_S + self.gop_s)
        late = next(Anchor(at(second), at_s) for at_s, second in places if second >= CLIPS_S)
        located = await locate(
            media,
            frames,
            self.ask,
            piece=Window(at(0), at(CLIPS_S)),
            early=Anchor(at(places[0][1]), 0.0),
            late=late if is_late_known else None,
        )
        return located, places

    @property
    def wanted_s(self) -> float:
        return sum(min(end, CLIPS_S) - max(start, 0) for start, end in self.clips if end > 0 and start < CLIPS_S)


def farthest_s(runs: list[PlacedRun], places: list[tuple[float, float]]) -> float:
    """How far the farthest placed key frame is from where it belongs."""
    return max(
        (
            abs((each.start - NOON).total_seconds() + at_s - each.run.start_s - second)
            for each in runs
            for at_s, second in places
            if each.run.start_s <= at_s < each.run.end_s
        ),
        default=0.0,
    )


def even_clips(count: int, share: float = 0.5) -> list[tuple[float, float]]:
    """So many clips in the piece at equal distances, each of which takes this share of its time."""
    every_s = CLIPS_S / count
    middle = [
        (round((index + (1 - share) / 2) * every_s), round((index + (1 + share) / 2) * every_s))
        for index in range(count)
    ]
    return [BESIDE[0], *middle, BESIDE[1]]


@pytest.mark.parametrize(("count", "most"), [(10, 60), (20, 80), (40, 100)])
async def test_dozens_of_clips_are_located_without_missing_any(count: int, most: int) -> None:
    camera = ClipCamera(even_clips(count))
    located, places = await camera.located()
    assert located is not None and located.is_whole
    assert farthest_s(located.runs, places) <= TOLERANCE_S
    assert placed_s(located.runs) >= camera.wanted_s
    assert camera.questions <= most


async def test_clips_that_end_in_the_middle_of_a_group_show_where_to_ask() -> None:
    clips = [BESIDE[0], *((30.0 * index + 8, 30.0 * index + 21) for index in range(10)), BESIDE[1]]
    regular, irregular = ClipCamera(clips), ClipCamera(clips, gop_s=2.0)
    for camera in (regular, irregular):
        located, places = await camera.located()
        assert farthest_s(runs_of(located), places) <= TOLERANCE_S
    assert irregular.questions < regular.questions


@pytest.mark.parametrize("count", [2, 10, 40])
@pytest.mark.parametrize("is_late_known", [True, False])
async def test_clips_over_whose_pauses_the_stamps_jump_cost_next_to_nothing(count: int, is_late_known: bool) -> None:
    camera = ClipCamera(even_clips(count), jumps=True)
    located, places = await camera.located(is_late_known=is_late_known)
    assert located is not None and located.is_whole
    assert farthest_s(located.runs, places) == 0
    assert placed_s(located.runs) >= camera.wanted_s
    assert camera.questions <= 4


async def test_one_group_of_pictures_before_a_jump_is_shown_by_what_comes_behind_it() -> None:
    """GIVEN a part of a killed fill: one second, a jump, two more WHEN located THEN nothing of it is left over."""
    camera = SkippingCamera([0, *range(8, LENGTH_S)], plays_on=False)
    runs = (Run(0.0, 1.0, 5), Run(8.0, 10.0, 10))
    frames = [KeyFrame(float(second), digest(second)) for second in (0, 8, 9)]
    located = await locate(
        FetchedMedia(Window(at(0), at(43)), PART, runs, is_in_order=False),
        frames,
        camera.ask,
        piece=Window(at(0), at(43)),
    )
    assert located is not None and located.is_whole
    assert [(each.start, each.run.seconds) for each in located.runs] == [(at(0), 1.0), (at(8), 2.0)]


async def test_stamps_that_catch_up_at_last_are_not_believed_for_what_is_before() -> None:
    """GIVEN stamps that run on over a pause, and jump by it later WHEN located THEN nothing between stands early."""
    media, frames, places = ClipCamera([BESIDE[0], (0, 60), (90, 150), BESIDE[1]]).fetch(-1, CLIPS_S + 1)
    late_s = next(at_s for at_s, second in places if second >= CLIPS_S)
    jump_s = CLIPS_S + 1 - late_s
    runs = (Run(0.0, late_s, 1), Run(late_s + jump_s, late_s + jump_s + 1, 1))
    frames = [KeyFrame(each.at_s + jump_s * (each.at_s >= late_s), each.digest) for each in frames]
    places = [(at_s + jump_s * (at_s >= late_s), second) for at_s, second in places]
    camera = ClipCamera([BESIDE[0], (0, 60), (90, 150), BESIDE[1]])
    located = await locate(
        FetchedMedia(media.window, PART, runs, is_in_order=True),
        frames,
        camera.ask,
        piece=Window(at(0), at(CLIPS_S)),
        early=Anchor(at(-1), 0.0),
    )
    assert farthest_s(runs_of(located), places) <= TOLERANCE_S


@pytest.mark.parametrize("answers", [1, 5, 20, 40])
async def test_what_was_located_before_the_camera_answered_no_more_has_its_place(answers: int) -> None:
    camera = ClipCamera(even_clips(20), answers=answers)
    located, places = await camera.located()
    runs = runs_of(located)
    assert located is None or not located.is_whole
    assert farthest_s(runs, places) <= TOLERANCE_S
    assert bool(runs) is (answers >= 20)


@st.composite
def clip_cameras(draw: st.DrawFn) -> ClipCamera:
    edges = sorted(draw(st.sets(st.integers(1, CLIPS_S - 1), max_size=24)))
    clips = [(float(start), float(end)) for start, end in zip(edges[::2], edges[1::2], strict=False)]
    return ClipCamera(
        [BESIDE[0], *clips, BESIDE[1]],
        gop_s=draw(st.sampled_from([0.5, 1.0, 2.0, 4.0, 10.0])),
        is_next=draw(st.booleans()),
        jumps=draw(st.booleans()),
        answers=draw(st.sampled_from([3, 10, 30, 10_000])),
    )


@settings(max_examples=300)
@given(clip_cameras(), st.booleans())
async def test_no_clip_of_any_camera_ever_stands_in_the_wrong_place(camera: ClipCamera, is_late_known: bool) -> None:
    located, places = await camera.located(is_late_known=is_late_known)
    assert farthest_s(runs_of(located), places) <= TOLERANCE_S
