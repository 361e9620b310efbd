"""Where the footage of a fetch belongs, by what its witnesses agree on; what they contradict has no place."""

import statistics
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from anr_tui.domain.evidence.time_proof import TimeProof
from anr_tui.domain.timestamps import floor_second
from anr_tui.fill.media.key_frame_match import KeyFrame
from anr_tui.fill.placement.anchor import NAME_S, Anchor
from anr_tui.fill.placement.cut import cut_to, is_torn_apart, join_short
from anr_tui.fill.placement.placed import PRECISION_S, FetchedMedia, PlacedRun
from anr_tui.fill.placement.probing.probes import (
    EYE_OFF_S,
    Find,
    Located,
    ProbeAt,
    ProbeError,
    anchor_at,
    has_other_bits,
    locate,
    paced_find,
)
from anr_tui.fill.placement.witnesses.announcement import Announcement
from anr_tui.fill.placement.witnesses.by_eye import SeenSeams
from anr_tui.fill.placement.witnesses.front import begins_at_s
from anr_tui.fill.placement.witnesses.marks import Mark, locate_by_times
from anr_tui.fill.placement.witnesses.pace import find_pace, witness_of
from anr_tui.fill.placement.witnesses.recordings import matches
from anr_tui.fill.placement.witnesses.seams import Seams
from anr_tui.fill.plan import TOLERANCE_S

# Media times that are no further apart are of one picture.
_SAME_S = 0.1
_SAME_PICTURES = "Its pictures are those of the recordings"
_NOT_RECORDED = "What it plays is not what was recorded beside, by the look of it"
_TOLD_TIMES = "Its time is shown by the absolute times in its media."
_TOLD_START = "Its time is the camera's word, which is the same each time that it is asked."
_PICTURES, _MARKS, _WORD = "its pictures", "the times in its media", "its own word"


@dataclass(frozen=True, slots=True)
class Place:
    """The runs of a fetch at their moments, cut to the piece; how well these are known, and by what, in a sentence.

    `shift_s`: how much later than the moment asked for its first picture is, in seconds, where the recordings show it.
    `wants_more`: the recordings beside have other bits, so that more of what they show is needed to recognise it.
    `is_whole`: nothing is left over whose place nobody can say. `rate`: the seconds that pass in one of media time.
    `front_s`: so many media seconds of another time come before it. `has_other_bits`: each replay of the camera's has
    others, so that probes are to be compared by eye.
    """

    runs: tuple[PlacedRun, ...]
    proof: TimeProof
    shown_by: str
    shift_s: float | None = None
    wants_more: bool = False
    is_whole: bool = True
    rate: float = 1.0
    front_s: float = 0.0
    has_other_bits: bool = False


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Footage that is not of the time asked for: `shift_s` seconds later, None where nothing shows of what time.

    `is_recorded`: it was recognised by recordings of its own time, so that it is on disk where it belongs. With
    `is_unproven` nothing says that it is of another time: only the proof is missing that the settings ask for.
    `wants_more`: more of what was recorded beside it may show where it belongs. `has_other_bits` is as for a place.
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

    `told_rate`: the seconds that pass in one of media time, by the marks; `known_rate`: by other footage of the camera.
    Media times here are those of the part file times `rate`. Before `begins_s` it is of another time.
    """

    media: FetchedMedia
    frames: Sequence[KeyFrame]
    seams: Seams
    marks: Sequence[Mark] = ()
    marks_until_s: float | None = None
    clock_off_s: float | None = None
    announced: Announcement | None = None
    front_s: float | None = None
    told_rate: float | None = None
    known_rate: float | None = None
    rate: float = 1.0
    begins_s: float = 0.0
    has_other_bits: bool = False
    find: Find | None = None

    def paced(self, rate: float) -> "Evidence":
        """The same as if stamps ran as time does, of which `rate` seconds pass in one of media time."""
        if rate == 1:
            return self
        return replace(
            self,
            media=self.media.paced(rate),
            frames=tuple(KeyFrame(frame.at_s * rate, frame.digest) for frame in self.frames),
            marks=tuple((at_s * rate, moment) for at_s, moment in self.marks),
            marks_until_s=None if self.marks_until_s is None else self.marks_until_s * rate,
            rate=self.rate * rate,
            begins_s=self.begins_s * rate,
            find=None if self.find is None else paced_find(self.find, rate),
        )

    def without_front(self, begins_s: float) -> "Evidence":
        """The same without what comes before a media time."""
        frames = tuple(frame for frame in self.frames if frame.at_s >= begins_s)
        return replace(self, media=self.media.without_front(begins_s), frames=frames, begins_s=begins_s)

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
    if evidence.told_rate is not None:
        evidence = evidence.paced(evidence.told_rate)
    pairs = evidence.pairs
    # What an earlier session left in front has other stamps, from which no time is told.
    has_times = bool(evidence.marks) and evidence.front_s is None
    if has_times and (placed := await _by_marks(evidence, pairs, probe_at)) is not None:
        return placed
    if pairs:
        return await _by_key_frames(evidence, pairs, probe_at)
    shift_s = None if evidence.seams.is_bare else await elsewhere()
    if shift_s is not None:
        return await _displaced(evidence, shift_s, probe_at)
    seen = SeenSeams() if evidence.seams.is_bare else await see()
    if anchors := tuple(anchor for anchor in (seen.early, seen.late) if anchor is not None):
        words = "Its pictures look like those of the recordings"
        place = await _by_recordings(evidence, anchors, probe_at, words=words)
        return replace(place, wants_more=True) if isinstance(place, Place) else place
    if seen.is_other and (evidence.has_other_bits or seen.has_other_bits):
        # None of the key frames that it shows is in any recording.
        return Contradiction(_NOT_RECORDED, wants_more=seen.wants_more)
    if seen.is_other:
        return await _by_moments_beside(evidence, probe_at)
    if evidence.is_clock_off:
        return Contradiction(_clock_words(evidence.clock_off_s or 0.0))
    if evidence.front_s is not None:
        # Its answers to further questions may begin with as much of something else.
        return Contradiction(_front_words(evidence.front_s))
    if evidence.known_rate is not None:
        evidence = evidence.paced(evidence.known_rate / evidence.rate)
    if evidence.announced is not None:
        return await _by_its_word(evidence, evidence.announced, probe_at)
    located = await evidence.locate(probe_at)
    if located is None:
        return None
    words = "nothing was recorded beside it" if evidence.seams.is_bare else _unrecognised_words(seen)
    place = _placed(evidence, located, TimeProof.CONSISTENT, f"Its time is the camera's word: {words}.")
    return replace(place, wants_more=not evidence.seams.is_bare) if isinstance(place, Place) else place


async def _by_marks(evidence: Evidence, pairs: tuple[Anchor, ...], probe_at: ProbeAt) -> Judgement | None:
    """By the absolute times in the media, held against the recordings; None where those contradict, or none holds."""
    placed = locate_by_times(evidence.media, evidence.marks, evidence.marks_until_s)
    if not placed:
        return None
    until_s = evidence.marks_until_s
    is_whole = until_s is None or until_s >= evidence.media.end_s - TOLERANCE_S
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
        place = replace(_place(evidence, moved, proof, words, pairs), is_whole=is_whole)
        return await _without_a_holes_length(place, evidence, pairs, probe_at)
    if evidence.is_clock_off:
        return Contradiction(_clock_words(evidence.clock_off_s or 0.0))
    early_s = (evidence.asked - placed[0].start).total_seconds()
    if early_s > evidence.media.window.seconds:
        return Contradiction(f"{_shift_words(-early_s)}, shown by {_MARKS}", -early_s)
    if placed[0].start >= evidence.seams.window.end:
        return await _displaced(evidence, -early_s, probe_at, shown_by=_MARKS)
    return replace(_place(evidence, placed, TimeProof.PROVEN, _TOLD_TIMES), is_whole=is_whole)


async def _without_a_holes_length(
    place: Place, evidence: Evidence, pairs: tuple[Anchor, ...], probe_at: ProbeAt
) -> Place:
    """The same place without a shift where the camera has only passed a hole on its card, or where nobody can say.

    Of footage that begins after a hole, only what is behind the piece is found again, as of a camera that begins late.
    """
    if place.shift_s is None or place.shift_s <= TOLERANCE_S or evidence.seams.early(pairs) is not None:
        return place
    try:
        is_late = not await _passes_a_hole(evidence, place.shift_s, probe_at)
    except ProbeError:
        is_late = False
    return place if is_late else replace(place, shift_s=None)


async def _by_key_frames(evidence: Evidence, pairs: tuple[Anchor, ...], probe_at: ProbeAt) -> Judgement | None:
    """By key frames that the recorder has as well: at the pace that they show, and without what is of before."""
    early, recorded = evidence.seams.early(pairs), evidence.seams.recorded
    witness = witness_of(evidence.frames, pairs, recorded)
    rate = witness.rate if witness else 1.0
    if early is not None and (begins_s := begins_at_s(evidence.frames, recorded, early, rate)) > 0:
        evidence = evidence.without_front(begins_s)
    roughly = evidence.paced(rate)
    asking = _asking_right(roughly, roughly.pairs, probe_at)
    try:
        pace = await find_pace(evidence.frames, evidence.seams, evidence.pairs, asking, evidence.media.runs)
    except ProbeError:
        return None
    if pace.is_torn:
        words = "Its time stamps run at another pace than time, and not at one that anything shows"
        return Contradiction(words, wants_more=pace.wants_more)
    evidence = evidence.paced(pace.rate)
    place = await _by_recordings(evidence, evidence.pairs, probe_at)
    if not isinstance(place, Place) or not pace.wants_more:
        return place
    # At a wrong pace each question seems to show a hole, so that what is between is torn apart.
    is_whole = place.is_whole and not (pace.is_doubted and is_torn_apart(place.runs))
    return place if is_whole else replace(place, is_whole=False, wants_more=True)


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
    located = await evidence.locate(_asking_right(evidence, pairs, probe_at), early, late)
    if located is None:
        return None
    proof, sentence = _proof(evidence, pairs, words)
    if (
        proof is not TimeProof.PROVEN
        and early is not None
        and words == _SAME_PICTURES
        and await _shows_what_follows(evidence.seams, probe_at)
    ):
        # Its card has nothing right after the piece, as between motion clips, so that none of it came along.
        proof, sentence = TimeProof.PROVEN, f"{words} before it, and so is what it shows when asked for what follows."
    return _placed(evidence, located, proof, sentence, pairs if early else ())


async def _shows_what_follows(seams: Seams, probe_at: ProbeAt) -> bool:
    """Whether what the camera shows when it is asked for the moments after a piece was recorded at those moments."""
    if seams.after is None:
        return False
    asked = floor_second(seams.after.at)
    shown = await _recorded_at(seams, asked, probe_at)
    if shown is not None and shown > asked + timedelta(seconds=TOLERANCE_S):
        # The end of a pause says only that the camera is not earlier than that.
        asked = floor_second(shown + timedelta(seconds=NAME_S))
        shown = await _recorded_at(seams, asked, probe_at)
    most_s = max(TOLERANCE_S, seams.key_frame_distance_s)
    return shown is not None and abs((shown - asked).total_seconds()) <= most_s


async def _by_moments_beside(evidence: Evidence, probe_at: ProbeAt) -> Judgement | None:
    """By what the camera shows for moments of the recordings beside, of which nothing came along.

    Where that was recorded then, its card has a pause there, and its times are right; where at another time, by so much
    it is off.
    """
    seams = evidence.seams
    behind = [frame.at for frame in seams.recorded if frame.at >= seams.window.end]
    before = [frame.at for frame in seams.recorded if frame.at < seams.window.start]
    shifts_s = [await _shift_at(side, seams, probe_at) for side in (before[::-1], behind)]
    known_s = [shift_s for shift_s in shifts_s if shift_s is not None]
    off_s = [shift_s for shift_s in known_s if abs(shift_s) > TOLERANCE_S + seams.key_frame_distance_s]
    if off_s:
        return Contradiction(f"{_shift_words(off_s[0])}, shown by {_PICTURES}", off_s[0])
    if not known_s or seams.key_frame_distance_s > TOLERANCE_S:
        return Contradiction(_NOT_RECORDED)
    located = await evidence.locate(probe_at)
    if located is None:
        return None
    is_whole = all(
        shift_s is not None
        for shift_s, side in zip(shifts_s, (seams.before, seams.after), strict=True)
        if side is not None
    )
    proof = TimeProof.PROVEN if is_whole else TimeProof.CONSISTENT
    return _placed(evidence, located, proof, "What it shows when asked for the recordings beside it was recorded then.")


async def _shift_at(moments: Sequence[datetime], seams: Seams, probe_at: ProbeAt) -> float | None:
    """How much later than asked for what the camera shows was recorded, for the last of some moments, or the first.

    None where nothing of that was recorded.
    """
    for moment in dict.fromkeys((moments[-1], moments[0])) if moments else ():
        asked = floor_second(moment)
        if (shown := await _recorded_at(seams, asked, probe_at)) is not None:
            return (shown - asked).total_seconds()
    return None


async def _recorded_at(seams: Seams, asked: datetime, probe_at: ProbeAt) -> datetime | None:
    """When the recordings have what the camera shows first when it is asked for a moment; None: not, or not known."""
    probe = await probe_at(asked)
    found = matches((probe.first,), seams.recorded) if probe is not None and probe.first is not None else ()
    return found[0].moment if found else None


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
    first: Anchor | None = Anchor(evidence.asked + timedelta(seconds=shift_s), 0.0)
    try:
        shown = await _shown_in_hole(evidence, shift_s, probe_at)
        if not _is_first(shown, evidence):
            if late is None or not await _shows_rightly(late, evidence, probe_at):
                is_strange = shown is None and late is not None and not (evidence.pairs or evidence.has_other_bits)
                has_others = is_strange and await has_other_bits(evidence.asked, evidence.frames, probe_at)
                return replace(contradiction, has_other_bits=has_others)
            # It is right there, so what came first is as it was asked for, and the hole is in what came.
            first = None
    except ProbeError:
        return None
    located = await evidence.locate(probe_at, first, late)
    if located is None:
        return None
    words = {_PICTURES: f"{_SAME_PICTURES}.", _MARKS: _TOLD_TIMES, _WORD: _TOLD_START}[shown_by]
    return _placed(evidence, located, TimeProof.CONSISTENT if shown_by == _WORD else TimeProof.PROVEN, words)


async def _passes_a_hole(evidence: Evidence, shift_s: float, probe_at: ProbeAt) -> bool:
    """Whether a camera that began so much later than asked has nothing from before that. Raises ProbeError."""
    return _is_first(await _shown_in_hole(evidence, shift_s, probe_at), evidence)


async def _shown_in_hole(evidence: Evidence, shift_s: float, probe_at: ProbeAt) -> Anchor | None:
    """What the camera shows for the last second before its footage begins, by what came. Raises ProbeError."""
    in_hole = floor_second(evidence.asked + timedelta(seconds=shift_s - NAME_S))
    return await anchor_at(in_hole, evidence.frames, probe_at, evidence.find)


def _is_first(shown: Anchor | None, evidence: Evidence) -> bool:
    """Whether it is the first of what came: what comes after a hole is shown for each moment of the hole."""
    same_s = EYE_OFF_S if evidence.has_other_bits else _SAME_S
    return shown is not None and shown.at_s <= evidence.frames[0].at_s + same_s


async def _shows_rightly(known: Anchor, evidence: Evidence, probe_at: ProbeAt) -> bool:
    """Whether the camera shows what is known to be of a moment when it is asked for that. Raises ProbeError."""
    moment = floor_second(known.moment + timedelta(seconds=_SAME_S))
    shown = await anchor_at(moment, evidence.frames, probe_at, evidence.find)
    return shown is not None and abs(shown.at_s - known.at_s) <= TOLERANCE_S


def _asking_right(evidence: Evidence, pairs: tuple[Anchor, ...], probe_at: ProbeAt) -> ProbeAt:
    """Probes that show the moment asked for, of a camera whose footage is earlier than it was asked for."""
    shift_s = _shift_s(evidence, evidence.seams.early(pairs) or pairs[0])
    if shift_s >= -(TOLERANCE_S + evidence.seams.key_frame_distance_s):
        return probe_at
    # No key frame before the moment asked for explains this: the camera is off by as much for each question.
    return _asked_later(probe_at, -shift_s)


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
    cut = join_short(cut_to(runs, evidence.seams.joined(pairs), evidence.frames))
    first = (evidence.seams.early(pairs) or pairs[0]) if pairs else None
    shift_s, rate = _shift_s(evidence, first) if first else None, evidence.rate
    by_stamps = tuple(each if rate == 1 else each.in_media_time(rate) for each in cut)
    return Place(by_stamps, proof, shown_by + _pace_words(rate), shift_s, rate=rate, front_s=evidence.begins_s / rate)


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
    return (pair.moment - evidence.asked).total_seconds() - (pair.at_s - evidence.begins_s)


def _off_s(pair: Anchor, placed: Sequence[PlacedRun]) -> float | None:
    """How much later a moment is than the camera's own times have it; None where these do not reach it."""
    # A key frame with which a run begins is in that one, and not in the one before it.
    for each in reversed(placed):
        if each.run.start_s - PRECISION_S <= pair.at_s < each.run.end_s:
            by_marks = each.start + timedelta(seconds=pair.at_s - each.run.start_s)
            return (pair.moment - by_marks).total_seconds()
    return None


def _unrecognised_words(seen: SeenSeams) -> str:
    if seen.is_alike or seen.is_still:
        return "too little moves in its pictures to recognise them in the recordings beside it"
    return "its pictures are in no recording beside it"


def _pace_words(rate: float) -> str:
    """What was done to the stamps, as a sentence behind another one; "" for nothing."""
    return f" Its time stamps run {1 / rate:.4g} times as fast as time; the file's are set right." if rate != 1 else ""


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
