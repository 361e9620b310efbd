"""Where footage belongs. A camera's answer may be cut off, skip a hole without a jump, or be the next footage there is.

Its time stamps look the same in all cases, so the camera is asked again, for a moment or two at a time: the first key
frame from a given time on is looked for in what came. Right after the window's end first, then between the edges,
halving until they are known; where key frames come regularly but for a few, those are looked at first. So no file shows
a moment that is more than the tolerance off the place its name gives it. Once the camera cannot be asked any more, what
was located by then has its place, and the rest has none.

Equal key frames tell where. A camera that encodes anew for each replay has none: its pictures are compared by eye then,
and a key frame that is not in what came shows nothing.
"""

import itertools
import math
import statistics
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from anr_tui.domain.timestamps import floor_second
from anr_tui.domain.window import Window
from anr_tui.fill.media.decoding import SmallPicture
from anr_tui.fill.media.key_frame_match import KeyFrame, place_of
from anr_tui.fill.media.picture_place import PicturePlace, PlaceState
from anr_tui.fill.placement.anchor import NAME_S, Anchor
from anr_tui.fill.placement.placed import FetchedMedia, PlacedRun
from anr_tui.fill.plan import TOLERANCE_S

# Halving stops here: no moment in a window this short can be further off than the tolerance.
SMALLEST_S = TOLERANCE_S
_NOTHING_S = 0.1
# So far beyond the edge of a pause is asked, at least.
_BESIDE_S = 0.5
# So much of the usual distance may key frames be off it; of more irregular ones than these, none tells of a pause.
_IRREGULAR, _FEW = 0.1, 0.5
# What is seen by eye may be so far beside its place.
EYE_OFF_S = 0.75
# Where nothing moves at one moment, the eye tries these shares of the time between two anchors.
_SHARES = (0.5, 0.25, 0.75)


@dataclass(frozen=True, slots=True)
class Probe:
    """What a camera showed from a moment on: its first key frame (`at_s` after that moment), None if nothing.

    `pictures` are the first ones by eye, at seconds after that moment, where they are compared.
    """

    first: KeyFrame | None
    pictures: tuple[SmallPicture, ...] = ()


ProbeAt = Callable[[datetime], Awaitable[Probe | None]]
"""Probes a camera's footage from a moment on; None where it cannot be asked now."""

Find = Callable[[Sequence[SmallPicture], float, float], Awaitable[PicturePlace]]
"""Looks by eye for a probe's pictures between two media times of what came, in seconds."""


class ProbeError(Exception):
    """The camera could not be asked."""


@dataclass(frozen=True, slots=True)
class Located:
    """The runs of a fetch at their moments. `is_whole`: nothing is left over whose place nobody can say.

    `has_other_bits`: the camera encodes anew for each replay, or plays something else whenever it is asked.
    """

    runs: list[PlacedRun]
    is_whole: bool = True
    has_other_bits: bool = False


async def locate(
    media_fetched: FetchedMedia,
    frames: Sequence[KeyFrame],
    probe_at: ProbeAt,
    *,
    piece: Window | None = None,
    early: Anchor | None = None,
    late: Anchor | None = None,
    has_same_bits: bool | None = None,
    find: Find | None = None,
) -> Located | None:
    """Where the footage of a fetch belongs; `frames` are its key frames.

    None where the camera cannot be asked, and nothing was located before that.

    `piece` is what is wanted of it (all that was asked for, if not given). `early` and `late` are moments at its edges
    that are known already, by the recordings beside it; without `early`, its first second is taken for the moment that
    was asked for. `has_same_bits`: whether the camera plays the same bits each time, None where nobody knows; `find`
    compares by eye what probes show otherwise.
    """
    if not media_fetched.runs:
        return Located([])
    wanted = piece or media_fetched.window
    media_fetched = _between_anchors(media_fetched, early, late)
    first = early or Anchor(media_fetched.window.start, 0.0)
    locating = _Locating(media_fetched, frames, probe_at, wanted, first, late, is_early_known=early is not None)
    locating.has_same_bits, locating.find = has_same_bits, find
    try:
        runs = await locating.run()
    except ProbeError:
        return None
    if not runs and locating.is_unanswered:
        return None
    if locating.is_by_eye:
        placed_s = sum(each.run.seconds for each in runs)
        runs = _joined_by_eye(runs, locating.edges_s)
        if sum(each.run.seconds for each in runs) < placed_s - _NOTHING_S:
            locating.is_whole = False
    return Located(runs, locating.is_whole, locating.is_by_eye)


def paced_find(find: Find, rate: float) -> Find:
    """The same for media times that are those of the part file times `rate`."""

    async def paced(shown: Sequence[SmallPicture], from_s: float, to_s: float) -> PicturePlace:
        place = await find(shown, from_s / rate, to_s / rate)
        return place if place.offset_s is None else replace(place, offset_s=place.offset_s * rate)

    return paced


def _joined_by_eye(runs: Sequence[PlacedRun], edges_s: tuple[float, float]) -> list[PlacedRun]:
    """Runs whose edges were seen by eye, joined where nothing was skipped, and cut shorter where something was.

    An edge that is seen by eye is no key frame, and may be a little beside the picture that was meant. `edges_s` are
    those of all that was to be placed, in media seconds: beyond them lies what belongs there.
    """
    joined: list[PlacedRun] = []
    for each in runs:
        last = joined[-1] if joined else None
        if last is not None and abs(each.run.start_s - last.run.end_s) < _NOTHING_S and _follows(last, each):
            joined[-1] = replace(last, run=replace(last.run, end_s=each.run.end_s))
        else:
            joined.append(each)
    cut = [
        _without_edges(
            each,
            early_s=EYE_OFF_S if each.run.start_s > edges_s[0] + _NOTHING_S else 0.0,
            late_s=EYE_OFF_S if each.run.end_s < edges_s[1] - _NOTHING_S else 0.0,
        )
        for each in joined
    ]
    return [each for each in cut if each.run.seconds > _NOTHING_S]


def _follows(former: PlacedRun, each: PlacedRun) -> bool:
    """Whether a run stands where it would if nothing had been skipped since another one began."""
    expected = former.start + timedelta(seconds=each.run.start_s - former.run.start_s)
    return abs((each.start - expected).total_seconds()) <= NAME_S


def _without_edges(placed: PlacedRun, *, early_s: float, late_s: float) -> PlacedRun:
    """A run without so many seconds at its edges."""
    start_s = min(placed.run.start_s + early_s, placed.run.end_s)
    run = replace(placed.run, start_s=start_s, end_s=max(start_s, placed.run.end_s - late_s))
    return replace(placed, run=run, start=placed.start + timedelta(seconds=start_s - placed.run.start_s))


def _between_anchors(media_fetched: FetchedMedia, early: Anchor | None, late: Anchor | None) -> FetchedMedia:
    """The same without the runs beyond the anchors: they belong to other times, or to an earlier session."""
    from_s = early.at_s if early else 0.0
    to_s = late.at_s if late else media_fetched.end_s
    runs = tuple(run for run in media_fetched.runs if run.end_s > from_s and run.start_s <= to_s)
    return replace(media_fetched, runs=runs)


class _Look(Enum):
    """Where to look first between two anchors: whether all that is missing is at the start, at the end, or in halves.

    Where it is at an edge, one question shows that all else is as its stamps say.
    """

    START = auto()
    MIDDLE = auto()
    END = auto()

    def next(self, *, is_edge: bool) -> "tuple[_Look, _Look]":
        """Where to look before and behind what an answer showed; `is_edge`: it was one of the anchors."""
        if self is _Look.MIDDLE or is_edge:
            return _Look.END, _Look.START
        return _Look.MIDDLE, (_Look.END if self is _Look.START else _Look.MIDDLE)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a probe showed of what came: where that stands in it, and whether it is not in it; None: nobody can say."""

    probe: Probe
    anchor: Anchor | None = None
    is_absent: bool | None = None
    is_same_bits: bool = False

    @property
    def is_silent(self) -> bool:
        return self.probe.first is None


class _Locating:
    def __init__(
        self,
        media_fetched: FetchedMedia,
        frames: Sequence[KeyFrame],
        probe_at: ProbeAt,
        wanted: Window,
        early: Anchor,
        late: Anchor | None,
        *,
        is_early_known: bool,
    ) -> None:
        self._media = media_fetched
        self._runs = media_fetched.runs
        self._frames = frames
        self._probe_at = probe_at
        self._wanted = wanted
        self._early = early
        self._late = late
        self._is_early_known = is_early_known
        self._breaks = _breaks(frames)
        self._next_rule: bool | None = None
        self._start = early
        self._is_unclear = False
        self.has_same_bits: bool | None = None
        self.find: Find | None = None
        self.edges_s = (0.0, self._media.end_s)
        self.is_whole = True
        self.is_unanswered = False

    @property
    def is_by_eye(self) -> bool:
        """Whether each replay of the camera's has other bits, so that only the eye recognises what it shows."""
        return self.has_same_bits is False

    async def run(self) -> list[PlacedRun]:
        if not self._is_early_known:
            self._early = await self._first_of_long_groups()
        await self._believe_jumps()
        early, late = self._stretched(self._early, self._wanted.start), self._late
        self._start = early
        if late is not None and late.at_s <= self._media.end_s:
            late = self._rounded(early, self._stretched(late, self._wanted.end))
            self.edges_s = early.at_s, late.at_s
            return await self._between(early, late, is_shown=True)
        wanted_s = (self._wanted.end - early.moment).total_seconds()
        is_cut_off = not self._media.is_in_order and self._media.end_s - early.at_s < wanted_s - TOLERANCE_S
        if is_cut_off and await self._skips_nothing(early, self._media.end_s):
            return self._media.between(early.at_s, early.at_s + wanted_s, early.moment)
        answer = await self._ask(self._wanted.end, early.at_s, early.at_s + wanted_s)
        after = answer.anchor
        end_s = min(self._media.end_s, after.at_s) if after else self._media.end_s
        self.edges_s = early.at_s, min(end_s, early.at_s + wanted_s)
        if after and answer.is_same_bits and await self._ends_in_group_of(after, early):
            return self._media.between(early.at_s, early.at_s + wanted_s, early.moment)
        is_full = end_s - early.at_s >= wanted_s - TOLERANCE_S
        is_denied = is_full and after is None and await self._is_denied(early, early.at_s + wanted_s)
        if is_full and not is_denied:
            return self._media.between(early.at_s, early.at_s + wanted_s, early.moment)
        late = Anchor(self._wanted.end, end_s)
        return await self._between(early, late, is_shown=after is not None, is_silent=is_denied or answer.is_silent)

    async def _is_denied(self, early: Anchor, until_s: float) -> bool:
        """Whether footage as long as was asked for may have skipped something all the same, and gone on past the end.

        Where nobody can recognise what the camera shows, it is only excluded by a camera that said itself that it was
        at the end: one that has skipped something is there earlier. What can be recognised must be in its place.
        """
        is_shown = await self._is_shown(early, until_s)
        if is_shown is not None or not self._is_unclear:
            return is_shown is False
        if not self._media.is_in_order:
            return True
        _, answer = await self._ask_by_eye(early, Anchor(self._wanted.end, until_s))
        return answer.is_absent is True or (answer.anchor is not None and _off_s(early, answer.anchor) > TOLERANCE_S)

    async def _ends_in_group_of(self, after: Anchor, early: Anchor) -> bool:
        """Whether all up to the end came, which lies in the long group of pictures that the camera shows for it."""
        beyond_s = (self._wanted.end - early.moment).total_seconds() - (after.at_s - early.at_s)
        if self._group_s(after.at_s) <= TOLERANCE_S or not -TOLERANCE_S <= beyond_s <= self._group_s(after.at_s):
            return False
        return bool(await self._is_shown(early, self._media.end_s))

    async def _first_of_long_groups(self) -> Anchor:
        """The moment of the first picture where key frames are so far apart that it may be well before what was asked.

        A camera that begins with the key frame before and ends in time sends as much more as it began early. Where it
        shows the second key frame for moments from its own on, and the first one until then, that is so; else the
        moment from which on it does is looked for. One that begins with the next key frame sends as much less.
        """
        asked, length_s = self._early, self._group_s(self._early.at_s)
        second_s = asked.at_s + length_s
        if length_s <= TOLERANCE_S or self.is_by_eye:
            return asked
        over_s = self._media.end_s - self._media.window.seconds
        if self._media.is_in_order and TOLERANCE_S < over_s < length_s:
            began = replace(asked, moment=asked.moment - timedelta(seconds=over_s))
            edge = began.moment + timedelta(seconds=length_s)
            if await self._shows_from(second_s, edge - timedelta(seconds=TOLERANCE_S)) is False and (
                await self._shows_from(second_s, edge + timedelta(seconds=_BESIDE_S)) is not False
            ):
                return began
        least, most = asked.moment, asked.moment + timedelta(seconds=length_s)
        while (most - least).total_seconds() > TOLERANCE_S:
            middle = floor_second(least + (most - least) / 2)
            if (is_second := await self._shows_from(second_s, middle)) is None:
                return asked
            least, most = (least, middle) if is_second else (middle, most)
        late_s = (most - asked.moment).total_seconds()
        if self._media.is_in_order and abs(over_s + late_s) <= TOLERANCE_S:
            return replace(asked, moment=most)
        return replace(asked, moment=most - timedelta(seconds=length_s))

    async def _shows_from(self, at_s: float, moment: datetime) -> bool | None:
        """Whether what the camera shows for a moment is at a media time or later; None where it did not come."""
        answer = await self._ask(_ceil_second(moment), at_s, at_s)
        return None if answer.anchor is None or not answer.is_same_bits else answer.anchor.at_s >= at_s

    async def _is_shown(self, early: Anchor, until_s: float) -> bool | None:
        """Whether the camera shows the last key frame before a media time where it belongs if nothing was skipped.

        None where it shows nothing at all, or nothing that can be recognised.

        A refusal shows nothing: a camera may refuse what it has. Where there is no further key frame, nothing was
        skipped, and only the early edge may not be known.
        """
        self._is_unclear = False
        end_s = min(until_s, self._media.end_s)
        later = [frame.at_s for frame in self._frames if early.at_s < frame.at_s < end_s]
        is_known = self._is_early_known or early.at_s > self._early.at_s
        if not later:
            return True if is_known else None
        # One that begins with the next key frame shows that, which must have come to be known again.
        long = [at_s for at_s in later if self._group_s(at_s) > TOLERANCE_S and at_s < self._frames[-1].at_s]
        long = [] if self.is_by_eye else long
        last_s = long[-1] if long and self._group_s_before(later[-1]) > TOLERANCE_S else later[-1]
        moment = floor_second(early.moment + timedelta(seconds=last_s - early.at_s))
        if last_s in long:
            # Well within its group: by the one before, a pause between the two would not be seen.
            moment = _ceil_second(early.moment + timedelta(seconds=last_s - early.at_s + NAME_S))
        answer = await self._ask(moment, early.at_s, last_s)
        if answer.is_silent:
            return None
        anchor = answer.anchor
        if anchor is None and not await self._is_absent(answer):
            self._is_unclear = True
            return None
        # What comes after a hole is shown for each moment of the hole as well.
        if anchor is None or (anchor.at_s <= early.at_s and not is_known):
            return False
        off_s = _off_s(early, anchor)
        if last_s in long:
            return anchor.at_s >= last_s
        # It may begin with the key frame before the moment that it is asked for.
        group_s = self._group_s(anchor.at_s) if answer.is_same_bits or anchor.at_s < last_s else 0.0
        return -TOLERANCE_S <= off_s <= max(TOLERANCE_S, group_s)

    def _rounded(self, early: Anchor, late: Anchor) -> Anchor:
        """The late anchor, later by what the names of the recordings beside take for missing: they are cut to seconds.

        So much footage is there twice, rather than a part of a second that seems to be missing.
        """
        short_s = (late.moment - early.moment).total_seconds() - (late.at_s - early.at_s)
        return replace(late, at_s=min(late.at_s + short_s, self._media.end_s)) if 0 < short_s <= NAME_S else late

    def _stretched(self, anchor: Anchor, edge: datetime) -> Anchor:
        """An anchor inside what is wanted, moved to its edge as far as footage reaches without a jump."""
        beyond_s = (edge - anchor.moment).total_seconds()
        is_start = edge == self._wanted.start
        run = next((each for each in self._media.runs if each.start_s <= anchor.at_s <= each.end_s), None)
        if run is None or (beyond_s >= 0 if is_start else beyond_s <= 0):
            return anchor
        to_s = max(run.start_s, anchor.at_s + beyond_s) if is_start else min(run.end_s, anchor.at_s + beyond_s)
        return Anchor(anchor.moment + timedelta(seconds=to_s - anchor.at_s), to_s)

    async def _believe_jumps(self) -> None:
        """Keep what comes after a jump of the time stamps only as far as the camera shows it there when it is asked.

        Stamps that are right at the end, before the widest jump (it may catch up with pauses that they ran on over) and
        at the end of the longest run (it may hide one) are taken to be right between: dozens of clips would cost a
        question each otherwise. Where they are not, how far they are right is found by halving.
        """
        runs = self._media.runs
        if len(runs) < 2:
            return
        last = len(runs) - 1
        widest = max(range(last), key=lambda index: runs[index + 1].start_s - runs[index].end_s)
        longest = max(range(len(runs)), key=lambda index: runs[index].seconds)
        # Where no second key frame came up to the end of a run, those behind it show the first one as well.
        asked = [index for index in {last, widest, longest} if self._has_second_key_frame(runs[index].end_s)]
        if (asked or self._is_early_known) and all([await self._is_right(index) for index in asked]):
            return
        right, wrong = 0, last
        while wrong - right > 1:
            middle = (right + wrong) // 2
            right, wrong = (middle, wrong) if await self._is_right(middle) else (right, middle)
        self._media = replace(self._media, runs=runs[: right + 1], is_in_order=False)
        self.is_whole = False

    def _has_second_key_frame(self, until_s: float) -> bool:
        return any(self._early.at_s < frame.at_s < until_s for frame in self._frames)

    async def _is_right(self, index: int) -> bool:
        """Whether a run of the media ends where its time stamps say."""
        run = self._media.runs[index]
        late = self._late
        if late is not None and run.start_s <= late.at_s <= run.end_s and abs(self._off_s(late)) <= TOLERANCE_S:
            return True
        return bool(await self._is_shown(self._early, run.end_s))

    def _moment_of(self, at_s: float) -> datetime:
        """The moment at which a media time stands if nothing was skipped since the early edge."""
        return self._early.moment + timedelta(seconds=at_s - self._early.at_s)

    def _off_s(self, anchor: Anchor) -> float:
        return (anchor.moment - self._moment_of(anchor.at_s)).total_seconds()

    async def _skips_nothing(self, early: Anchor, end_s: float) -> bool:
        """Whether footage that was cut off is what it says.

        It holds all that the camera has, up to some moment. Had it skipped anything, that moment would lie past its
        end as its time stamps have it, and what the camera has from there on would be in it. Where the camera shows
        nothing from there on, it must at least show the last key frame where it belongs.
        """
        moment = _ceil_second(self._moment_of(end_s))
        answer = await self._ask(moment, early.at_s, end_s)
        if not answer.is_silent:
            return answer.anchor is None and await self._is_absent(answer)
        return bool(await self._is_shown(early, end_s))

    async def _ask(self, moment: datetime, from_s: float, to_s: float) -> _Answer:
        """Ask the camera for a moment, and look for what it shows: by eye, between two media times alone."""
        probe = await _ask(self._probe_at, moment)
        answer = await _look_for(probe, moment, self._frames, self.find, (from_s, to_s))
        if answer.is_same_bits:
            self.has_same_bits = True
        return answer

    async def _is_absent(self, answer: _Answer) -> bool:
        """Whether what a probe showed is not in what came: a camera that encodes anew shows other key frames anyway."""
        if answer.is_absent is not None:
            return answer.is_absent
        if answer.is_silent or answer.probe.pictures:
            return False
        if self.has_same_bits is None:
            # The same question again: a camera that plays what it stored begins with the same key frame.
            again = await self._ask(self._media.window.start, 0.0, 0.0)
            if not again.is_silent and not again.is_same_bits:
                self.has_same_bits = False
        return self.has_same_bits is True

    async def _between(
        self, early: Anchor, late: Anchor, *, is_shown: bool, is_silent: bool = False, look: _Look = _Look.MIDDLE
    ) -> list[PlacedRun]:
        """The footage between two anchors; `look` is where its first question is best asked.

        `is_shown`: the late one is known. `is_silent`: it is concluded from the camera's silence, which may say no
        more than that the question was refused.
        """
        media_s = late.at_s - early.at_s
        wall_s = (late.moment - early.moment).total_seconds()
        if media_s <= _NOTHING_S:
            return []
        if media_s > wall_s + TOLERANCE_S:
            self.is_whole = False
            return []
        if wall_s - media_s <= TOLERANCE_S or wall_s <= SMALLEST_S:
            try:
                is_right = not is_silent or await self._is_shown(early, late.at_s)
            except ProbeError:
                return self._unanswered()
            if is_right:
                short_s = 0.0 if self.is_by_eye else wall_s - media_s
                return self._media.between(early.at_s, late.at_s, self._first_moment(early, short_s))
            self.is_whole = False
            return []
        sides: tuple[Anchor, Anchor] | None = None
        try:
            middle, answer = await self._ask_between(early, late, look)
            anchor = answer.anchor
            is_unclear = anchor is None and not answer.is_silent and not await self._is_absent(answer)
            if anchor is not None and early.at_s <= anchor.at_s <= late.at_s and anchor.moment < late.moment:
                sides = await self._both_sides(anchor, early, late) if answer.is_same_bits else (anchor, anchor)
        except ProbeError:
            return self._unanswered()
        if is_unclear:
            self.is_whole = False
            return []
        if sides is not None:
            former_end, latter_start = sides
            if former_end == late or latter_start == early:
                self.is_whole = False
                return []
            first, then = look.next(is_edge=former_end.at_s in (early.at_s, late.at_s))
            former = await self._between(early, former_end, is_shown=True, look=first)
            latter = await self._between(latter_start, late, is_shown=is_shown, is_silent=is_silent, look=then)
            return [*former, *latter]
        if is_shown and answer.is_silent:
            # It has what the late anchor shows, and says that it has nothing from before that on.
            self.is_whole = False
            return []
        is_silent = is_silent or answer.is_silent
        is_shown = is_shown and anchor is not None
        return await self._between(early, Anchor(middle, late.at_s), is_shown=is_shown, is_silent=is_silent)

    async def _ask_between(self, early: Anchor, late: Anchor, look: _Look) -> tuple[datetime, _Answer]:
        """A moment between two anchors, and what the camera shows from it on."""
        if self.is_by_eye:
            return await self._ask_by_eye(early, late)
        middle = self._where_to_ask(early, late, look)
        return middle, await self._ask(middle, early.at_s, late.at_s)

    async def _ask_by_eye(self, early: Anchor, late: Anchor) -> tuple[datetime, _Answer]:
        """A moment between two anchors, the middle one if that shows anything, and what the camera shows from it on."""
        wall_s = (late.moment - early.moment).total_seconds()
        answers: list[tuple[datetime, _Answer]] = []
        for share in _SHARES:
            gone_s = max(1, wall_s * share // 1)
            moment = early.moment + timedelta(seconds=gone_s)
            # Nothing comes earlier than as if all before it were skipped, or later than as if nothing were.
            answer = await self._ask(moment, max(early.at_s, late.at_s - wall_s + gone_s), early.at_s + gone_s)
            answers.append((moment, answer))
            is_clear = answer.anchor is not None or answer.is_silent or answer.is_absent is not None
            if is_clear or not answer.probe.pictures:
                return answers[-1]
        return answers[0]

    def _first_moment(self, early: Anchor, short_s: float) -> datetime:
        """The moment of an anchor that may be up to so much later: in the middle, unless it is the edge that is known.

        A moment in a pause, for which the next footage is shown, is earlier than that.
        """
        return early.moment if early == self._start else early.moment + timedelta(seconds=max(0.0, short_s) / 2)

    async def _both_sides(self, anchor: Anchor, early: Anchor, late: Anchor) -> tuple[Anchor, Anchor]:
        """The latest moment for what is before an anchor, and the earliest for what follows, both between the others.

        A camera that begins with the key frame before the moment asked for may have filmed it nearly a group of
        pictures earlier; one that begins with the next, the one before nearly as much later. Of short groups that is
        within the tolerance.
        """
        length_s, earlier_s = self._group_s(anchor.at_s), self._group_s_before(anchor.at_s)
        if max(length_s, earlier_s) <= NAME_S:
            return anchor, anchor
        if await self._begins_at_next():
            most = timedelta(seconds=max(0.0, earlier_s - NAME_S))
            return replace(anchor, moment=min(anchor.moment + most, late.moment)), anchor
        if length_s <= TOLERANCE_S:
            return anchor, anchor
        least = early.moment + timedelta(seconds=anchor.at_s - early.at_s)
        most = timedelta(seconds=max(0.0, length_s - NAME_S))
        return anchor, replace(anchor, moment=max(anchor.moment - most, least))

    async def _begins_at_next(self) -> bool:
        """Whether the camera begins with the key frame after a moment, by a moment in the middle of a known group."""
        length_s = self._group_s(self._early.at_s)
        if self._next_rule is None and self._is_early_known and length_s > NAME_S:
            moment = _ceil_second(self._early.moment + timedelta(seconds=length_s / 2))
            anchor = (await self._ask(moment, 0.0, 0.0)).anchor
            self._next_rule = anchor is not None and anchor.at_s > self._early.at_s
        return bool(self._next_rule)

    def _group_s(self, at_s: float) -> float:
        """How long the group of pictures is that begins at a media time; 0 where that is not known."""
        ends = [frame.at_s for frame in self._frames if frame.at_s > at_s][:1]
        ends += [run.end_s for run in self._runs if run.start_s <= at_s < run.end_s]
        return min(ends, default=at_s) - at_s

    def _group_s_before(self, at_s: float) -> float:
        """How long the group of pictures is that comes before the one at a media time; 0 where there is none."""
        return self._group_s(next((frame.at_s for frame in reversed(self._frames) if frame.at_s < at_s), at_s))

    def _unanswered(self) -> list[PlacedRun]:
        self.is_whole, self.is_unanswered = False, True
        return []

    def _where_to_ask(self, early: Anchor, late: Anchor, look: _Look) -> datetime:
        """A moment between two anchors: beside a pause that is at one of its edges, or in the middle."""
        media_s, wall_s = late.at_s - early.at_s, (late.moment - early.moment).total_seconds()
        # For the moments of one long group the camera shows the same key frame: the first one, or that which follows.
        first_s, last_s = self._long_s(self._group_s(early.at_s)), self._long_s(self._group_s_before(late.at_s))
        short_s = wall_s - media_s
        beside_s = short_s / 2 if short_s <= 2 * max(first_s, last_s) else _BESIDE_S
        first_s, last_s = (0.0, min(last_s, media_s)) if self._next_rule else (min(first_s, media_s), 0.0)
        least, most = early.moment + timedelta(seconds=first_s), late.moment - timedelta(seconds=last_s)
        middle = _ceil_second(least + timedelta(seconds=max(1.0, (most - least).total_seconds() // 2)))
        pause_s = self._pause_s(early, late, look)
        moment = middle
        if pause_s == early.at_s:
            moment = floor_second(late.moment - timedelta(seconds=media_s - first_s + beside_s))
        elif pause_s is not None:
            moment = _ceil_second(early.moment + timedelta(seconds=pause_s - early.at_s - last_s + beside_s))
        moment = moment if least < moment < most else middle
        return moment if moment < late.moment else floor_second(late.moment - timedelta(seconds=NAME_S))

    def _pause_s(self, early: Anchor, late: Anchor, look: _Look) -> float | None:
        """The media time at which all that is missing between two anchors may be; None where nothing suggests any."""
        if self._breaks:
            inside = [at_s for at_s in self._breaks if early.at_s < at_s < late.at_s]
            edges = [anchor.at_s for anchor in (early, late) if anchor.at_s in self._breaks]
            if len(inside) + len(edges) == 1:
                return (inside or edges)[0]
            if inside or len(edges) > 1:
                return None
        return {_Look.START: early.at_s, _Look.END: late.at_s, _Look.MIDDLE: None}[look]

    def _long_s(self, group_s: float) -> float:
        return group_s if group_s > TOLERANCE_S else 0.0


def _breaks(frames: Sequence[KeyFrame]) -> frozenset[float]:
    """The media times of the key frames that come too early or late: a clip may begin there.

    None where most key frames do not come regularly.
    """
    steps = [later.at_s - earlier.at_s for earlier, later in itertools.pairwise(frames)]
    if not steps:
        return frozenset()
    usual_s = statistics.median(steps)
    found = frozenset(
        later.at_s for step, later in zip(steps, frames[1:], strict=True) if abs(step - usual_s) > usual_s * _IRREGULAR
    )
    return found if len(found) <= len(steps) * _FEW else frozenset()


async def anchor_at(
    moment: datetime, frames: Sequence[KeyFrame], probe_at: ProbeAt, find: Find | None = None
) -> Anchor | None:
    """Where the first footage from a moment on stands among key frames; None if it does not, or there is none.

    `find` looks for it by eye. Raises ProbeError where the camera cannot be asked.
    """
    return (await _look_for(await _ask(probe_at, moment), moment, frames, find, (0.0, math.inf))).anchor


def _off_s(early: Anchor, anchor: Anchor) -> float:
    """How much has been skipped between two anchors, in seconds."""
    return (anchor.moment - early.moment).total_seconds() - (anchor.at_s - early.at_s)


async def _ask(probe_at: ProbeAt, moment: datetime) -> Probe:
    probe = await probe_at(moment)
    if probe is None:
        raise ProbeError
    return probe


async def has_other_bits(asked: datetime, frames: Sequence[KeyFrame], probe_at: ProbeAt) -> bool:
    """Whether a camera that is asked for the same moment again plays none of the key frames that it played before."""
    again = await probe_at(asked)
    if again is None or again.first is None:
        return False
    return again.first.digest not in {frame.digest for frame in frames}


async def _look_for(
    probe: Probe, moment: datetime, frames: Sequence[KeyFrame], find: Find | None, between: tuple[float, float]
) -> _Answer:
    """Look for what a probe showed: among the key frames of what came, and else by eye between two media times."""
    if probe.first is None:
        return _Answer(probe)
    at_s = place_of(probe.first, frames)
    if at_s is not None:
        return _Answer(probe, Anchor(moment + timedelta(seconds=probe.first.at_s), at_s), False, is_same_bits=True)
    if any(frame.digest == probe.first.digest for frame in frames):
        return _Answer(probe, is_absent=False, is_same_bits=True)
    if find is None or not probe.pictures:
        return _Answer(probe)
    place = await find(probe.pictures, *between)
    if place.offset_s is None:
        return _Answer(probe, is_absent=True if place.state is PlaceState.ABSENT else None)
    anchor = Anchor(moment + timedelta(seconds=probe.first.at_s), probe.first.at_s + place.offset_s)
    return _Answer(probe, anchor, is_absent=False)


def _ceil_second(moment: datetime) -> datetime:
    whole = floor_second(moment)
    return whole if whole == moment else whole + timedelta(seconds=1)
