"""Where footage belongs. A camera's answer may be cut off, skip a hole without a jump, or be the next footage there is.

Its time stamps look the same in all cases, so the camera is asked again, for a moment or two at a time: the first key
frame from a given time on is looked for in what came. Right after the window's end first, then between the edges,
halving until they are known. So no file shows a moment that is more than the tolerance off the place its name gives it.

Equal key frames tell where. A camera that encodes anew for each replay has none: its pictures are compared by eye then,
and a key frame that is not in what came shows nothing.
"""

import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from anr_tui.domain.timestamps import floor_second
from anr_tui.domain.window import Window
from anr_tui.fill.media.decoding import SmallPicture
from anr_tui.fill.media.key_frame_match import KeyFrame, place_of
from anr_tui.fill.media.picture_place import PicturePlace, PlaceState
from anr_tui.fill.placement.placed import FetchedMedia, PlacedRun
from anr_tui.fill.plan import TOLERANCE_S

# Halving stops here: no moment in a window this short can be further off than the tolerance.
SMALLEST_S = TOLERANCE_S
_NOTHING_S = 0.1
# A recording's name has whole seconds: what it shows is up to this much later.
NAME_S = 1.0
# What is seen by eye may be so far beside its place.
_EYE_OFF_S = 0.75
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


@dataclass(frozen=True, slots=True)
class Anchor:
    """A moment, and the media time at which it stands in the footage."""

    moment: datetime
    at_s: float


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
    """Where the footage of a fetch belongs; `frames` are its key frames. None where the camera cannot be asked.

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
    if locating.has_same_bits is False:
        placed_s = sum(each.run.seconds for each in runs)
        runs = _joined_by_eye(runs, locating.edges_s)
        if sum(each.run.seconds for each in runs) < placed_s - _NOTHING_S:
            locating.is_whole = False
    return Located(runs, locating.is_whole, locating.has_same_bits is False)


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
            early_s=_EYE_OFF_S if each.run.start_s > edges_s[0] + _NOTHING_S else 0.0,
            late_s=_EYE_OFF_S if each.run.end_s < edges_s[1] - _NOTHING_S else 0.0,
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


@dataclass(frozen=True, slots=True)
class _Look:
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
        self._frames = frames
        self._probe_at = probe_at
        self._wanted = wanted
        self._early = early
        self._late = late
        self._is_early_known = is_early_known
        self._is_unclear = False
        self.has_same_bits: bool | None = None
        self.find: Find | None = None
        self.is_whole = True
        self.edges_s = (0.0, self._media.end_s)

    async def run(self) -> list[PlacedRun]:
        await self._believe_jumps()
        early, late = self._stretched(self._early, self._wanted.start), self._late
        if late is not None and late.at_s <= self._media.end_s:
            late = self._rounded(early, self._stretched(late, self._wanted.end))
            self.edges_s = early.at_s, late.at_s
            return await self._between(early, late, is_shown=True)
        wanted_s = (self._wanted.end - early.moment).total_seconds()
        is_cut_off = not self._media.is_in_order and self._media.end_s - early.at_s < wanted_s - TOLERANCE_S
        if is_cut_off and await self._skips_nothing(early, self._media.end_s):
            return self._media.between(early.at_s, early.at_s + wanted_s, early.moment)
        look = await self._look(self._wanted.end, early.at_s, early.at_s + wanted_s)
        after = look.anchor
        end_s = min(self._media.end_s, after.at_s) if after else self._media.end_s
        self.edges_s = early.at_s, min(end_s, early.at_s + wanted_s)
        is_full = end_s - early.at_s >= wanted_s - TOLERANCE_S
        is_denied = is_full and after is None and await self._is_denied(early, early.at_s + wanted_s)
        if is_full and not is_denied:
            return self._media.between(early.at_s, early.at_s + wanted_s, early.moment)
        late = Anchor(self._wanted.end, end_s)
        return await self._between(early, late, is_shown=after is not None, is_silent=is_denied or look.is_silent)

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
        _, look = await self._look_between(early, Anchor(self._wanted.end, until_s))
        return look.is_absent is True or (look.anchor is not None and _off_s(early, look.anchor) > TOLERANCE_S)

    async def _is_shown(self, early: Anchor, until_s: float) -> bool | None:
        """Whether the camera shows the last key frame before a media time where it belongs if nothing was skipped.

        None where it shows nothing at all, or nothing that can be recognised.

        A refusal shows nothing: a camera may refuse what it has. Where there is no further key frame, nothing was
        skipped, and only the early edge may not be known.
        """
        end_s = min(until_s, self._media.end_s)
        later = [frame.at_s for frame in self._frames if early.at_s < frame.at_s < end_s]
        is_known = self._is_early_known or early.at_s > self._early.at_s
        if not later:
            return True if is_known else None
        moment = floor_second(early.moment + timedelta(seconds=later[-1] - early.at_s))
        look = await self._look(moment, early.at_s, later[-1])
        if look.is_silent:
            return None
        anchor = look.anchor
        if anchor is None and not await self._is_absent(look):
            self._is_unclear = True
            return None
        # What comes after a hole is shown for each moment of the hole as well.
        if anchor is None or (anchor.at_s <= early.at_s and not is_known):
            return False
        off_s = _off_s(early, anchor)
        # It may begin with the key frame before the moment that it is asked for.
        following = [at_s for at_s in later if at_s > anchor.at_s]
        group_s = following[0] - anchor.at_s if following else 0.0
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
        """Keep what comes after a jump of the time stamps only where the camera shows it there when it is asked."""
        for index, run in enumerate(self._media.runs[1:], start=1):
            moment = floor_second(self._moment_of(run.start_s))
            anchor = (await self._look(moment, run.start_s, run.start_s)).anchor
            if anchor is None or abs(self._off_s(anchor)) > TOLERANCE_S or anchor.at_s < run.start_s - TOLERANCE_S:
                self._media = replace(self._media, runs=self._media.runs[:index], is_in_order=False)
                self.is_whole = False
                return

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
        look = await self._look(_ceil_second(self._moment_of(end_s)), early.at_s, end_s)
        if not look.is_silent:
            return look.anchor is None and await self._is_absent(look)
        return bool(await self._is_shown(early, end_s))

    async def _look(self, moment: datetime, from_s: float, to_s: float) -> _Look:
        """Ask the camera for a moment, and look for what it shows: by eye, between two media times alone."""
        probe = await _ask(self._probe_at, moment)
        look = await _look_for(probe, moment, self._frames, self.find, (from_s, to_s))
        if look.is_same_bits:
            self.has_same_bits = True
        return look

    async def _is_absent(self, look: _Look) -> bool:
        """Whether what a probe showed is not in what came: a camera that encodes anew shows other key frames anyway."""
        if look.is_absent is not None:
            return look.is_absent
        if look.is_silent or look.probe.pictures:
            return False
        if self.has_same_bits is None:
            # The same question again: a camera that plays what it stored begins with the same key frame.
            again = await self._look(self._media.window.start, 0.0, 0.0)
            if not again.is_silent and not again.is_same_bits:
                self.has_same_bits = False
        return self.has_same_bits is True

    async def _between(
        self, early: Anchor, late: Anchor, *, is_shown: bool, is_silent: bool = False
    ) -> list[PlacedRun]:
        """The footage between two anchors.

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
            if not is_silent or await self._is_shown(early, late.at_s):
                return self._media.between(early.at_s, late.at_s, early.moment)
            self.is_whole = False
            return []
        middle, look = await self._look_between(early, late)
        anchor = look.anchor
        if anchor is None and not look.is_silent and not await self._is_absent(look):
            self.is_whole = False
            return []
        if anchor is not None and early.at_s <= anchor.at_s <= late.at_s and anchor.moment < late.moment:
            former = await self._between(early, anchor, is_shown=True)
            return [*former, *await self._between(anchor, late, is_shown=is_shown, is_silent=is_silent)]
        if is_shown and look.is_silent:
            # It has what the late anchor shows, and says that it has nothing from before that on.
            self.is_whole = False
            return []
        is_silent = is_silent or look.is_silent
        is_shown = is_shown and anchor is not None
        return await self._between(early, Anchor(middle, late.at_s), is_shown=is_shown, is_silent=is_silent)

    async def _look_between(self, early: Anchor, late: Anchor) -> tuple[datetime, _Look]:
        """A moment between two anchors, the middle one if that shows anything, and what the camera shows from it on."""
        wall_s = (late.moment - early.moment).total_seconds()
        looks: list[tuple[datetime, _Look]] = []
        for share in _SHARES:
            gone_s = max(1, wall_s * share // 1)
            moment = early.moment + timedelta(seconds=gone_s)
            # Nothing comes earlier than as if all before it were skipped, or later than as if nothing were.
            look = await self._look(moment, max(early.at_s, late.at_s - wall_s + gone_s), early.at_s + gone_s)
            looks.append((moment, look))
            if look.anchor is not None or look.is_silent or look.is_absent is not None or not look.probe.pictures:
                return looks[-1]
        return looks[0]


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
) -> _Look:
    """Look for what a probe showed: among the key frames of what came, and else by eye between two media times."""
    if probe.first is None:
        return _Look(probe)
    at_s = place_of(probe.first, frames)
    if at_s is not None:
        return _Look(probe, Anchor(moment + timedelta(seconds=probe.first.at_s), at_s), False, is_same_bits=True)
    if any(frame.digest == probe.first.digest for frame in frames):
        return _Look(probe, is_absent=False, is_same_bits=True)
    if find is None or not probe.pictures:
        return _Look(probe)
    place = await find(probe.pictures, *between)
    if place.offset_s is None:
        return _Look(probe, is_absent=True if place.state is PlaceState.ABSENT else None)
    anchor = Anchor(moment + timedelta(seconds=probe.first.at_s), probe.first.at_s + place.offset_s)
    return _Look(probe, anchor, is_absent=False)


def _ceil_second(moment: datetime) -> datetime:
    whole = floor_second(moment)
    return whole if whole == moment else whole + timedelta(seconds=1)
