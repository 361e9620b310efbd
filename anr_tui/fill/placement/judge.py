"""Where the footage of a fetch belongs, by what its witnesses agree on; what they contradict has no place."""

import statistics
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from anr_tui.domain.time_proof import TimeProof
from anr_tui.fill.media.key_frame_match import KeyFrame
from anr_tui.fill.placement.announcement import Announcement
from anr_tui.fill.placement.by_eye import SeenSeams
from anr_tui.fill.placement.cut import cut_to
from anr_tui.fill.placement.marks import Mark, locate_by_times
from anr_tui.fill.placement.placed import FetchedMedia, PlacedRun
from anr_tui.fill.placement.probes import (
    Anchor,
    Find,
    Located,
    ProbeAt,
    ProbeError,
    anchor_at,
    has_other_bits,
    locate,
)
from anr_tui.fill.placement.recordings import matches
from anr_tui.fill.placement.seams import Seams
from anr_tui.fill.plan import TOLERANCE_S

_SAME_PICTURES = "Its pictures are those of the recordings"
_TOLD_TIMES = "Its time is shown by the absolute times in its media."
_TOLD_START = "Its time is the camera's word, which is the same each time that it is asked."
_PICTURES, _MARKS, _WORD = "its pictures", "the times in its media", "its own word"


@dataclass(frozen=True, slots=True)
class Place:
    """The runs of a fetch at their moments, cut to the piece; how well these are known, and by what, in a sentence.

    `shift_s`: how much later than the moment asked for its first picture is, in seconds, where the recordings show it.
    `wants_more`: the recordings beside have other bits, so that more of what they show is needed to recognise it.
    `is_whole`: nothing is left over whose place nobody can say. `has_other_bits`: each replay of the camera's has
    others, so that probes are to be compared by eye.
    """

    runs: tuple[PlacedRun, ...]
    proof: TimeProof
    shown_by: str
    shift_s: float | None = None
    wants_more: bool = False
    is_whole: bool = True
    has_other_bits: bool = False


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Footage that is not of the time asked for: `shift_s` seconds later, None where nothing shows of what time.

    `is_recorded`: it was recognised by recordings of its own time, so that it is on disk where it belongs. With
    `is_unproven` nothing says that it is of another time: only the proof is missing that the settings ask for.
    `wants_more` and `has_other_bits` are as for a place.
    """

    words: str
    shift_s: float | None = None
    is_recorded: bool = False
    is_unproven: bool = False
    wants_more: bool = False
    has_other_bits: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one fetch. `frames` are its key frames, `marks` the times that the camera gives in the media.

    `marks_until_s`: the media time up to which the marks hold, None: to the end. `clock_off_s`: how far the camera's
    own word on the time is from ours beyond what is known of it, None where it did not say. `announced` is what it said
    beforehand that it would play, where that is another time than asked for. `front_s`: so many media seconds at the
    beginning came from another source (SSRC), an earlier session's; None for none. `has_other_bits`: each replay of the
    camera's has others; `find` then compares by eye what probes show.
    """

    media: FetchedMedia
    frames: Sequence[KeyFrame]
    seams: Seams
    marks: Sequence[Mark] = ()
    marks_until_s: float | None = None
    clock_off_s: float | None = None
    announced: Announcement | None = None
    front_s: float | None = None
    has_other_bits: bool = False
    find: Find | None = None

    @property
    def asked(self) -> datetime:
        """The first moment that was asked for."""
        return self.media.window.start

    @property
    def pairs(self) -> tuple[Anchor, ...]:
        """The key frames that stand in the recordings beside the piece as well."""
        return matches(self.frames, self.seams.recorded)

    async def locate(
        self, probe_at: ProbeAt, early: Anchor | None = None, late: Anchor | None = None
    ) -> Located | None:
        """Where the footage belongs, by these two anchors and by what the camera shows; None: it cannot be asked."""
        return await locate(
            self.media,
            self.frames,
            probe_at,
            piece=self.seams.window,
            early=early,
            late=late,
            has_same_bits=True if self.pairs else False if self.has_other_bits else None,
            find=self.find,
        )

    @property
    def is_clock_off(self) -> bool:
        """Whether the camera's clock and ours disagree by more than the tolerance."""
        return self.clock_off_s is not None and abs(self.clock_off_s) > TOLERANCE_S + 0.5


Judgement = Place | Contradiction

Elsewhere = Callable[[], Awaitable[float | None]]
"""Looks for footage in the recordings of other times: how many seconds later than asked it is; None: not found."""
See = Callable[[], Awaitable[SeenSeams]]
"""Looks for footage by eye in the recordings beside it."""


async def judge(evidence: Evidence, probe_at: ProbeAt, elsewhere: Elsewhere, see: See) -> Judgement | None:
    """Where footage belongs; None where the camera cannot be asked now, so that nobody can say.

    The recorder's own footage counts most, then absolute times in the media, then what the camera shows when it is
    asked again. The camera's clock shifts nothing; where it is the only witness, and contradicts, nothing has a place.
    """
    pairs = evidence.pairs
    # What an earlier session left in front has other stamps, from which no time is told.
    has_times = bool(evidence.marks) and evidence.front_s is None
    if has_times and (placed := await _by_marks(evidence, pairs, probe_at)) is not None:
        return placed
    if pairs:
        return await _by_recordings(evidence, pairs, probe_at)
    shift_s = None if evidence.seams.is_bare else await elsewhere()
    if shift_s is not None:
        return await _displaced(evidence, shift_s, probe_at)
    seen = SeenSeams() if evidence.seams.is_bare else await see()
    if anchors := tuple(anchor for anchor in (seen.early, seen.late) if anchor is not None):
        words = "Its pictures look like those of the recordings"
        place = await _by_recordings(evidence, anchors, probe_at, words=words)
        return replace(place, wants_more=True) if isinstance(place, Place) else place
    if seen.is_other:
        words = "What it plays is not what was recorded beside, by the look of it"
        return Contradiction(words, wants_more=seen.wants_more)
    if evidence.is_clock_off:
        return Contradiction(_clock_words(evidence.clock_off_s or 0.0))
    if evidence.front_s is not None:
        # Its answers to further questions may begin with as much of something else.
        return Contradiction(_front_words(evidence.front_s))
    if evidence.announced is not None:
        return await _by_its_word(evidence, evidence.announced, probe_at)
    located = await evidence.locate(probe_at)
    if located is None:
        return None
    words = "nothing was recorded beside it" if evidence.seams.is_bare else _unrecognised_words(seen)
    place = _placed(evidence, located, TimeProof.CONSISTENT, f"Its time is the camera's word: {words}.")
    return replace(place, wants_more=not evidence.seams.is_bare) if isinstance(place, Place) else place


async def _by_marks(evidence: Evidence, pairs: tuple[Anchor, ...], probe_at: ProbeAt) -> Judgement | None:
    """By the absolute times in the media, held against the recordings; None where those contradict."""
    placed = locate_by_times(evidence.media, evidence.marks, evidence.marks_until_s)
    if pairs:
        offs_s = [off for pair in pairs if (off := _off_s(pair, placed)) is not None]
        if not offs_s:
            return None
        shift_s = statistics.median(offs_s)
        if max(abs(off - shift_s) for off in offs_s) > TOLERANCE_S:
            return None
        shift = timedelta(seconds=shift_s)
        moved = [replace(each, start=each.start + shift) for each in placed]
        proof, words = _proof(evidence, pairs)
        return _place(evidence, moved, proof, words, pairs)
    if evidence.is_clock_off:
        return Contradiction(_clock_words(evidence.clock_off_s or 0.0))
    early_s = (evidence.asked - placed[0].start).total_seconds() if placed else 0.0
    if placed and early_s > evidence.media.window.seconds:
        return Contradiction(f"{_shift_words(-early_s)}, shown by {_MARKS}", -early_s)
    if placed and placed[0].start >= evidence.seams.window.end:
        return await _displaced(evidence, -early_s, probe_at, shown_by=_MARKS)
    return _place(evidence, placed, TimeProof.PROVEN, _TOLD_TIMES)


async def _by_recordings(
    evidence: Evidence, pairs: tuple[Anchor, ...], probe_at: ProbeAt, words: str = _SAME_PICTURES
) -> Judgement | None:
    """By what the recorder has as well: key frames, or moments that look the same."""
    early, late = evidence.seams.early(pairs), evidence.seams.late(pairs)
    # What comes before the last key frame at the early seam may be the rest of an earlier session.
    shift_s = _shift_s(evidence, early or pairs[0])
    if early is None and shift_s > TOLERANCE_S:
        return await _displaced(evidence, shift_s, probe_at, late=late)
    if early is None and shift_s < -TOLERANCE_S:
        # It began before what was asked for, so nothing was skipped up to there.
        early = Anchor(evidence.asked + timedelta(seconds=shift_s), 0.0)
    if shift_s < -(TOLERANCE_S + evidence.seams.key_frame_distance_s):
        # No key frame before the moment asked for explains this: the camera is off by as much for each question.
        probe_at = _asked_later(probe_at, -shift_s)
    located = await evidence.locate(probe_at, early, late)
    if located is None:
        return None
    proof, words = _proof(evidence, pairs, words)
    return _placed(evidence, located, proof, words, pairs if early else ())


async def _by_its_word(evidence: Evidence, announced: Announcement, probe_at: ProbeAt) -> Judgement | None:
    """Footage of which nothing shows the time, and of which the camera says another time than was asked for.

    It has a place only where the camera keeps to its word: it passed a hole, and plays the same when asked for its end.
    """
    if announced.is_live:
        return Contradiction("It says that it plays live")
    judged = await _displaced(evidence, announced.late_s, probe_at, shown_by=_WORD)
    # Where nothing was recorded beside it, no other question can prove anything.
    is_useless = isinstance(judged, Contradiction) and evidence.seams.is_bare
    return replace(judged, shift_s=None) if is_useless and isinstance(judged, Contradiction) else judged


async def _displaced(
    evidence: Evidence, shift_s: float, probe_at: ProbeAt, late: Anchor | None = None, shown_by: str = _PICTURES
) -> Judgement | None:
    """Footage that begins at another moment than asked for: after a hole on the card, or because of what asking means.

    A camera that only passed a hole shows the same footage when it is asked for the moment of it.
    """
    by = "by" if shown_by == _WORD else "shown by"
    contradiction = Contradiction(f"{_shift_words(shift_s)}, {by} {shown_by}", shift_s, shown_by == _PICTURES)
    if shift_s <= TOLERANCE_S:
        return contradiction
    first = Anchor(evidence.asked + timedelta(seconds=shift_s), 0.0)
    try:
        shown = await anchor_at(first.moment, evidence.frames, probe_at, evidence.find)
    except ProbeError:
        return None
    nearest_s = TOLERANCE_S + evidence.seams.key_frame_distance_s
    if shown is None or shown.at_s > nearest_s:
        is_strange = shown is None and late is not None and not (evidence.pairs or evidence.has_other_bits)
        has_others = is_strange and await has_other_bits(evidence.asked, evidence.frames, probe_at)
        return replace(contradiction, has_other_bits=has_others)
    located = await evidence.locate(probe_at, first, late)
    if located is None:
        return None
    words = {_PICTURES: f"{_SAME_PICTURES}.", _MARKS: _TOLD_TIMES, _WORD: _TOLD_START}[shown_by]
    return _placed(evidence, located, TimeProof.CONSISTENT if shown_by == _WORD else TimeProof.PROVEN, words)


def _asked_later(probe_at: ProbeAt, seconds: float) -> ProbeAt:
    """Probes of a camera that plays so many seconds earlier than it is asked for."""
    return lambda moment: probe_at(moment + timedelta(seconds=seconds))


def _placed(
    evidence: Evidence, located: Located, proof: TimeProof, shown_by: str, pairs: tuple[Anchor, ...] = ()
) -> Judgement:
    """The place of what was located; a contradiction where nobody can say of anything where it belongs."""
    if not located.runs and not located.is_whole:
        return Contradiction("Nothing shows where what it played belongs", has_other_bits=located.has_other_bits)
    place = _place(evidence, located.runs, proof, shown_by, pairs)
    return replace(place, is_whole=located.is_whole, has_other_bits=located.has_other_bits)


def _place(
    evidence: Evidence,
    runs: Sequence[PlacedRun],
    proof: TimeProof,
    shown_by: str,
    pairs: tuple[Anchor, ...] = (),
) -> Place:
    cut = tuple(cut_to(runs, evidence.seams.joined(pairs), evidence.frames))
    first = (evidence.seams.early(pairs) or pairs[0]) if pairs else None
    return Place(cut, proof, shown_by, _shift_s(evidence, first) if first else None)


def _proof(evidence: Evidence, pairs: tuple[Anchor, ...], words: str = _SAME_PICTURES) -> tuple[TimeProof, str]:
    """Proven is what is found again on each side on which anything was recorded."""
    seams = evidence.seams
    has_early, has_late = seams.early(pairs) is not None, seams.late(pairs) is not None
    sides = " and ".join(word for word, is_there in (("before", has_early), ("after", has_late)) if is_there)
    words = f"{words} {sides or 'beside'} it."
    is_whole = (has_early or seams.before is None) and (has_late or seams.after is None)
    return (TimeProof.PROVEN if is_whole else TimeProof.CONSISTENT), words


def _shift_s(evidence: Evidence, pair: Anchor) -> float:
    """How much later than the moment asked for the first picture is, by a key frame that the recorder has as well."""
    return (pair.moment - evidence.asked).total_seconds() - pair.at_s


def _off_s(pair: Anchor, placed: Sequence[PlacedRun]) -> float | None:
    """How much later a moment is than the camera's own times have it; None where these do not reach it."""
    for each in placed:
        if each.run.start_s <= pair.at_s < each.run.end_s:
            by_marks = each.start + timedelta(seconds=pair.at_s - each.run.start_s)
            return (pair.moment - by_marks).total_seconds()
    return None


def _unrecognised_words(seen: SeenSeams) -> str:
    if seen.is_alike or seen.is_still:
        return "too little moves in its pictures to recognise them in the recordings beside it"
    return "its pictures are in no recording beside it"


def _shift_words(shift_s: float) -> str:
    return f"It plays {abs(shift_s):.0f} s {'later' if shift_s > 0 else 'earlier'} than asked"


def _front_words(front_s: float) -> str:
    return (
        f"The first {front_s:.0f} s that came are an earlier session's, "
        "and no recording beside shows of what time the rest is"
    )


def _clock_words(off_s: float) -> str:
    side = "ahead of" if off_s > 0 else "behind"
    return f"The camera's clock is {abs(off_s):.0f} s {side} ours, and no recording beside shows of what time this is"
