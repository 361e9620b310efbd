"""Where footage belongs by its witnesses: proven, consistent, or of another time."""

from datetime import datetime

import pytest

from anr_tui.domain.evidence.time_proof import TimeProof
from anr_tui.fill.media.key_frame_match import KeyFrame
from anr_tui.fill.placement.anchor import Anchor
from anr_tui.fill.placement.judging.judge import Contradiction, Evidence, Judgement, Place, judge
from anr_tui.fill.placement.probing.probes import Probe, ProbeAt
from anr_tui.fill.placement.witnesses.announcement import Announcement
from anr_tui.fill.placement.witnesses.by_eye import SeenSeams
from anr_tui.fill.placement.witnesses.seams import Seams
from tests.fill.placement.clips import NOON, at, digest, fetched, recorded, shown, window

PIECE, ASKED = window(13, 25), window(12, 27)
BOTH = recorded(8, 12, 28, 32)
KEYS = range(0, 60, 4)


async def nothing_more(moment: datetime) -> Probe | None:
    """A camera that has no footage from this moment on."""
    return Probe(None)


async def busy(moment: datetime) -> Probe | None:
    """A camera that cannot be asked."""
    return None


async def unseen() -> SeenSeams:
    return SeenSeams()


async def nowhere() -> float | None:
    """Footage that is in no recording."""
    return None


async def an_hour_later() -> float | None:
    """Footage that the recordings of an hour later have."""
    return 3600.0


def evidence(begins_s: float, end_s: float, seams: Seams, **changes: object) -> Evidence:
    """Footage of these moments, asked for as `ASKED`."""
    frames = shown((key for key in KEYS if begins_s <= key < end_s), begins_s=begins_s)
    return Evidence(fetched(ASKED, end_s - begins_s), frames, seams, **changes)  # type: ignore[arg-type]


async def judged(what: Evidence) -> Judgement | None:
    return await judge(what, nothing_more, nowhere, unseen)


@pytest.mark.parametrize(
    ("seams", "proof", "words"),
    [
        (recorded(8, 12, 26), TimeProof.CONSISTENT, "the recordings before it"),
        (recorded(8, 12), TimeProof.PROVEN, "the recordings before it"),
        (recorded(8, 12, 24, 28), TimeProof.PROVEN, "the recordings before and after it"),
    ],
    ids=["one side of two", "the only side", "both sides"],
)
async def test_footage_is_proven_by_each_side_on_which_anything_was_recorded(seams, proof, words: str) -> None:
    place = await judged(evidence(12, 30, Seams(PIECE, seams)))

    assert isinstance(place, Place)
    assert place.proof is proof
    assert words in place.shown_by
    assert [each.window.start for each in place.runs] == [at(13)]


async def test_without_any_witness_its_time_is_the_cameras_word() -> None:
    place = await judged(evidence(12, 27, Seams(PIECE, ())))

    assert isinstance(place, Place)
    assert place.proof is TimeProof.CONSISTENT
    assert place.shown_by == "Its time is the camera's word: nothing was recorded beside it."


async def test_where_nobody_can_be_asked_nobody_can_say() -> None:
    assert await judge(evidence(12, 20, Seams(PIECE, ())), busy, nowhere, unseen) is None


async def test_footage_of_before_the_moment_asked_for_is_placed_by_its_pictures() -> None:
    place = await judged(evidence(0, 30, Seams(PIECE, recorded(8, 12, 28))))

    assert isinstance(place, Place)
    assert place.shift_s == -12
    assert [each.window for each in place.runs] == [PIECE]


async def test_footage_that_other_recordings_have_is_of_another_time() -> None:
    place = await judge(evidence(36, 50, Seams(PIECE, BOTH[:2])), nothing_more, an_hour_later, unseen)

    assert place == Contradiction("It plays 3600 s later than asked, shown by its pictures", 3600.0, is_recorded=True)


@pytest.mark.parametrize(("off_s", "side"), [(600.0, "ahead of"), (-600.0, "behind")])
async def test_a_clock_that_is_off_with_nothing_beside_is_a_contradiction(off_s: float, side: str) -> None:
    place = await judged(evidence(12, 27, Seams(PIECE, ()), clock_off_s=off_s))

    assert isinstance(place, Contradiction)
    assert place.shift_s is None and f"600 s {side} ours" in place.words


async def test_a_clock_that_is_off_shifts_nothing_where_the_recordings_show_the_time() -> None:
    place = await judged(evidence(12, 30, Seams(PIECE, recorded(8, 12)), clock_off_s=600.0))

    assert isinstance(place, Place) and place.proof is TimeProof.PROVEN


async def test_absolute_times_prove_and_say_so() -> None:
    place = await judged(evidence(12, 27, Seams(PIECE, ()), marks=[(0.0, at(12))]))

    assert isinstance(place, Place)
    assert (place.proof, [each.window for each in place.runs]) == (TimeProof.PROVEN, [PIECE])
    assert "absolute times in its media" in place.shown_by


async def test_absolute_times_of_long_before_contradict() -> None:
    place = await judged(evidence(12, 27, Seams(PIECE, ()), marks=[(0.0, at(-3600))]))

    assert isinstance(place, Contradiction)
    assert (place.shift_s, "shown by the times in its media" in place.words) == (-3612.0, True)


async def test_recordings_move_absolute_times_that_are_off_as_one() -> None:
    place = await judged(evidence(12, 30, Seams(PIECE, recorded(8, 12, 16)), marks=[(0.0, at(102))]))

    assert isinstance(place, Place)
    assert [each.window for each in place.runs] == [PIECE]


async def test_what_looks_like_the_recordings_on_both_sides_is_proven() -> None:
    async def seen() -> SeenSeams:
        return SeenSeams(Anchor(PIECE.start, 1.0), Anchor(PIECE.end, 1.0 + PIECE.seconds))

    what = evidence(36, 50, Seams(PIECE, BOTH))
    place = await judge(what, nothing_more, nowhere, seen)
    assert isinstance(place, Place)
    assert place.proof is TimeProof.PROVEN
    assert "look like" in place.shown_by


async def test_what_moves_and_is_not_what_was_recorded_lands_nowhere() -> None:
    async def seen() -> SeenSeams:
        return SeenSeams(is_other=True)

    assert isinstance(await judge(evidence(36, 50, Seams(PIECE, BOTH)), nothing_more, nowhere, seen), Contradiction)


def later_clip(begins_s: float, off_s: float = 0.0) -> ProbeAt:
    """A camera that has nothing from the end of the piece to then; it plays so much later than asked."""

    async def ask(moment: datetime) -> Probe | None:
        second = (moment - NOON).total_seconds() + off_s
        if PIECE.end <= at(second) < at(begins_s):
            second = begins_s
        return Probe(KeyFrame(0.0, digest(int(second // 4 * 4))))

    return ask


@pytest.mark.parametrize("off_s", [0.0, 12.0], ids=["right", "later than asked"])
async def test_clips_are_proven_by_what_comes_after_a_pause_at_their_end(off_s: float) -> None:
    """GIVEN a card that has nothing right after the piece WHEN asked for what follows THEN that was recorded there."""
    seams = Seams(PIECE, recorded(8, 12, 28, 32, 36, 40, 44, 48))
    place = await judge(evidence(12, 25, seams), later_clip(36, off_s), nowhere, unseen)
    is_proven = isinstance(place, Place) and place.proof is TimeProof.PROVEN
    assert is_proven is (off_s == 0)
    assert not isinstance(place, Place) or "when asked for what follows" in place.shown_by


async def test_what_it_shows_for_the_recordings_beside_tells_how_far_off_it_is() -> None:
    async def other() -> SeenSeams:
        return SeenSeams(is_other=True)

    seams = Seams(PIECE, recorded(*range(28, 80, 4)))
    place = await judge(evidence(0, 12, seams), later_clip(0, -12.0), nowhere, other)
    assert isinstance(place, Contradiction)
    assert place.shift_s == pytest.approx(-12, abs=4)


LATE, EARLY = Announcement(30.0), Announcement(-10.0)


def plays_from(begins_s: float) -> ProbeAt:
    """A camera that shows the first key frame of these at or after a moment, and none before `begins_s`."""

    async def probe(moment: datetime) -> Probe | None:
        wanted_s = max((moment - NOON).total_seconds(), begins_s)
        first = next((key for key in KEYS if key >= wanted_s), None)
        return Probe(
            None if first is None else KeyFrame(max(0.0, first - (moment - NOON).total_seconds()), digest(first))
        )

    return probe


@pytest.mark.parametrize(
    ("announced", "words"),
    [
        (LATE, "It plays 30 s later than asked, by its own word"),
        (EARLY, "It plays 10 s earlier than asked, by its own word"),
        (Announcement(is_live=True), "It says that it plays live"),
    ],
)
async def test_a_word_that_contradicts_what_was_asked_for_lands_nothing_by_itself(
    announced: Announcement, words: str
) -> None:
    place = await judged(evidence(12, 27, Seams(PIECE, ()), announced=announced))

    assert place == Contradiction(words)


async def test_where_recordings_may_prove_it_the_word_is_a_hint_where_to_ask() -> None:
    place = await judged(evidence(36, 50, Seams(PIECE, BOTH[:2]), announced=LATE))

    assert place == Contradiction("It plays 30 s later than asked, by its own word", 30.0)


async def test_a_camera_that_says_that_it_passed_a_hole_and_keeps_to_it_is_believed() -> None:
    """GIVEN footage from second 16 on, asked for from 12 on THEN it stands at 16, and is the camera's word."""
    what = evidence(16, 27, Seams(window(12, 27), ()), announced=Announcement(4.0))
    place = await judge(what, plays_from(16), nowhere, unseen)

    assert isinstance(place, Place)
    assert place.proof is TimeProof.CONSISTENT
    assert [each.window.start for each in place.runs] == [at(16)]
    assert "the same each time" in place.shown_by


async def test_the_recordings_beside_count_more_than_any_word() -> None:
    for announced in (LATE, EARLY, Announcement(is_live=True)):
        place = await judged(evidence(12, 30, Seams(PIECE, recorded(8, 12)), announced=announced))
        assert isinstance(place, Place) and place.proof is TimeProof.PROVEN


async def test_behind_the_rest_of_an_earlier_session_only_the_recordings_show_anything() -> None:
    place = await judged(evidence(12, 27, Seams(PIECE, ()), front_s=2.8, marks=[(0.0, at(12))]))
    assert isinstance(place, Contradiction)
    assert (place.shift_s, place.words.partition(",")[0]) == (None, "The first 3 s that came are an earlier session's")

    place = await judged(evidence(12, 30, Seams(PIECE, recorded(8, 12)), front_s=2.8))
    assert isinstance(place, Place) and place.proof is TimeProof.PROVEN
