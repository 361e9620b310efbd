"""Where footage belongs. A camera's answer may be cut off, skip a hole without a jump, or be the next footage there is.

Its time stamps look the same in all cases, so the camera is asked again, for a moment or two at a time: the first key
frame from a given time on is looked for in what came. Right after the window's end first, then between the edges,
halving until they are known; where key frames come regularly but for a few, those are looked at first. So no file shows
a moment that is more than the tolerance off the place its name gives it. Once the camera cannot be asked any more, what
was located by then has its place, and the rest has none.
"""

import itertools
import statistics
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from anr_tui.domain.timestamps import floor_second
from anr_tui.domain.window import Window
from anr_tui.fill.media.key_frame_match import KeyFrame, place_of
from anr_tui.fill.placement.placed import FetchedMedia, PlacedRun
from anr_tui.fill.plan import TOLERANCE_S

# Halving stops here: no moment in a window this short can be further off than the tolerance.
SMALLEST_S = TOLERANCE_S
_NOTHING_S = 0.1
# A recording's name has whole seconds: what it shows is up to this much later.
NAME_S = 1.0
# So far beyond the edge of a pause is asked, at least.
_BESIDE_S = 0.5
# So much of the usual distance may key frames be off it; of more irregular ones than these, none tells of a pause.
_IRREGULAR, _FEW = 0.1, 0.5


@dataclass(frozen=True, slots=True)
class Probe:
    """What a camera showed from a moment on: its first key frame (`at_s` after that moment), None if nothing."""

    first: KeyFrame | None


ProbeAt = Callable[[datetime], Awaitable[Probe | None]]
"""Probes a camera's footage from a moment on; None where it cannot be asked now."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A moment, and the media time at which it stands in the footage."""

    moment: datetime
    at_s: float


class ProbeError(Exception):
    """The camera could not be asked."""


@dataclass(frozen=True, slots=True)
class Located:
    """The runs of a fetch at their moments. `is_whole`: nothing is left over whose place nobody can say."""

    runs: list[PlacedRun]
    is_whole: bool = True


async def locate(
    media_fetched: FetchedMedia,
    frames: Sequence[KeyFrame],
    probe_at: ProbeAt,
    *,
    piece: Window | None = None,
    early: Anchor | None = None,
    late: Anchor | None = None,
) -> Located | None:
    """Where the footage of a fetch belongs; `frames` are its key frames.

    None where the camera cannot be asked, and nothing was located before that.

    `piece` is what is wanted of it (all that was asked for, if not given). `early` and `late` are moments at its edges
    that are known already, by the recordings beside it; without `early`, its first second is taken for the moment that
    was asked for.
    """
    if not media_fetched.runs:
        return Located([])
    wanted = piece or media_fetched.window
    media_fetched = _between_anchors(media_fetched, early, late)
    first = early or Anchor(media_fetched.window.start, 0.0)
    locating = _Locating(media_fetched, frames, probe_at, wanted, first, late, is_early_known=early is not None)
    try:
        runs = await locating.run()
    except ProbeError:
        return None
    return Located(runs, locating.is_whole) if runs or not locating.is_unanswered else None


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
        self.is_whole = True
        self.is_unanswered = False

    async def run(self) -> list[PlacedRun]:
        if not self._is_early_known:
            self._early = await self._first_of_long_groups()
        await self._believe_jumps()
        early, late = self._stretched(self._early, self._wanted.start), self._late
        self._start = early
        if late is not None and late.at_s <= self._media.end_s:
            return await self._between(
                early, self._rounded(early, self._stretched(late, self._wanted.end)), is_shown=True
            )
        probe = await self._ask(self._wanted.end)
        after = _anchor_of(probe, self._wanted.end, self._frames)
        end_s = min(self._media.end_s, after.at_s) if after else self._media.end_s
        wanted_s = (self._wanted.end - early.moment).total_seconds()
        if after and await self._ends_in_group_of(after, early):
            return self._media.between(early.at_s, early.at_s + wanted_s, early.moment)
        is_full = end_s - early.at_s >= wanted_s - TOLERANCE_S
        is_denied = is_full and after is None and await self._is_shown(early, early.at_s + wanted_s) is False
        if is_full and not is_denied:
            return self._media.between(early.at_s, early.at_s + wanted_s, early.moment)
        if after is None and not self._media.is_in_order and await self._skips_nothing(early, end_s):
            return self._media.between(early.at_s, early.at_s + wanted_s, early.moment)
        late = Anchor(self._wanted.end, end_s)
        return await self._between(early, late, is_shown=after is not None, is_silent=is_denied or probe.first is None)

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
        if length_s <= TOLERANCE_S:
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
        anchor = await anchor_at(_ceil_second(moment), self._frames, self._probe_at)
        return None if anchor is None else anchor.at_s >= at_s

    async def _is_shown(self, early: Anchor, until_s: float) -> bool | None:
        """Whether the camera shows the last key frame before a media time where it belongs if nothing was skipped.

        None where it shows nothing at all.

        A refusal shows nothing: a camera may refuse what it has. Where there is no further key frame, nothing was
        skipped, and only the early edge may not be known.
        """
        end_s = min(until_s, self._media.end_s)
        later = [frame.at_s for frame in self._frames if early.at_s < frame.at_s < end_s]
        is_known = self._is_early_known or early.at_s > self._early.at_s
        if not later:
            return True if is_known else None
        # One that begins with the next key frame shows that, which must have come to be known again.
        long = [at_s for at_s in later if self._group_s(at_s) > TOLERANCE_S and at_s < self._frames[-1].at_s]
        last_s = long[-1] if long and self._group_s_before(later[-1]) > TOLERANCE_S else later[-1]
        moment = floor_second(early.moment + timedelta(seconds=last_s - early.at_s))
        if last_s in long:
            # Well within its group: by the one before, a pause between the two would not be seen.
            moment = _ceil_second(early.moment + timedelta(seconds=last_s - early.at_s + NAME_S))
        probe = await self._ask(moment)
        if probe.first is None:
            return None
        anchor = _anchor_of(probe, moment, self._frames)
        # What comes after a hole is shown for each moment of the hole as well.
        if anchor is None or (anchor.at_s <= early.at_s and not is_known):
            return False
        off_s = (anchor.moment - early.moment).total_seconds() - (anchor.at_s - early.at_s)
        if last_s in long:
            return anchor.at_s >= last_s
        # It may begin with the key frame before the moment that it is asked for.
        return -TOLERANCE_S <= off_s <= max(TOLERANCE_S, self._group_s(anchor.at_s))

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
        if all([await self._is_right(index) for index in {last, widest, longest}]):
            return
        right, wrong = 0, last
        while wrong - right > 1:
            middle = (right + wrong) // 2
            right, wrong = (middle, wrong) if await self._is_right(middle) else (right, middle)
        self._media = replace(self._media, runs=runs[: right + 1], is_in_order=False)
        self.is_whole = False

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
        probe = await self._ask(moment)
        if probe.first is not None:
            return _anchor_of(probe, moment, self._frames) is None
        return bool(await self._is_shown(early, end_s))

    async def _ask(self, moment: datetime) -> Probe:
        return await _ask(self._probe_at, moment)

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
                return self._media.between(early.at_s, late.at_s, self._first_moment(early, wall_s - media_s))
            self.is_whole = False
            return []
        middle = self._where_to_ask(early, late, look)
        sides: tuple[Anchor, Anchor] | None = None
        try:
            probe = await self._ask(middle)
            anchor = _anchor_of(probe, middle, self._frames)
            if anchor is not None and early.at_s <= anchor.at_s <= late.at_s and anchor.moment < late.moment:
                sides = await self._both_sides(anchor, early, late)
        except ProbeError:
            return self._unanswered()
        if sides is not None:
            former_end, latter_start = sides
            if former_end == late or latter_start == early:
                self.is_whole = False
                return []
            first, then = look.next(is_edge=former_end.at_s in (early.at_s, late.at_s))
            former = await self._between(early, former_end, is_shown=True, look=first)
            latter = await self._between(latter_start, late, is_shown=is_shown, is_silent=is_silent, look=then)
            return [*former, *latter]
        if is_shown and probe.first is None:
            # It has what the late anchor shows, and says that it has nothing from before that on.
            self.is_whole = False
            return []
        is_silent = is_silent or probe.first is None
        is_shown = is_shown and anchor is not None
        return await self._between(early, Anchor(middle, late.at_s), is_shown=is_shown, is_silent=is_silent)

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
            anchor = _anchor_of(await self._ask(moment), moment, self._frames)
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


async def anchor_at(moment: datetime, frames: Sequence[KeyFrame], probe_at: ProbeAt) -> Anchor | None:
    """Where the first footage from a moment on stands among key frames; None if it does not, or there is none.

    Raises ProbeError where the camera cannot be asked.
    """
    return _anchor_of(await _ask(probe_at, moment), moment, frames)


async def _ask(probe_at: ProbeAt, moment: datetime) -> Probe:
    probe = await probe_at(moment)
    if probe is None:
        raise ProbeError
    return probe


def _anchor_of(probe: Probe, moment: datetime, frames: Sequence[KeyFrame]) -> Anchor | None:
    at_s = place_of(probe.first, frames) if probe.first else None
    if at_s is None or probe.first is None:
        return None
    return Anchor(moment + timedelta(seconds=probe.first.at_s), at_s)


def _ceil_second(moment: datetime) -> datetime:
    whole = floor_second(moment)
    return whole if whole == moment else whole + timedelta(seconds=1)
