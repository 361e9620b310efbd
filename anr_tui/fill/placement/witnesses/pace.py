"""The pace of a camera's time stamps: how many seconds pass in one of its media time.

Cameras stamp their footage with a nominal frame rate, or a clock of their own, and a replay may take more or less media
time than it was filmed in. A hole that the stamps do not show looks the same from its two ends. So a pace is believed
only where the key frames themselves are as far apart as it says, and the camera shows a moment in the middle there.
"""

import itertools
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from anr_tui.domain.timestamps import floor_second
from anr_tui.fill.media.key_frame_match import KeyFrame
from anr_tui.fill.media.verify import Run
from anr_tui.fill.placement.anchor import Anchor
from anr_tui.fill.placement.probing.probes import ProbeAt, anchor_at
from anr_tui.fill.placement.witnesses.recordings import RecordedFrame
from anr_tui.fill.placement.witnesses.seams import Seams
from anr_tui.fill.plan import TOLERANCE_S

# The seconds that may pass in one of media time: stamps run from half to double the pace of time, and a little.
LEAST_RATE, MOST_RATE = 0.45, 2.2
# What is told of a pace must leave no more of a piece unexplained than this, in seconds.
_SURE_S = TOLERANCE_S / 2
# Stamps of one frame are off by about this much, in seconds; those of a regular camera by this share at least.
_JITTER_S, _LEAST_OFF = 0.05, 0.0002
# Key frames are regular where nearly all of them are as far apart, to this share of it.
_REGULAR_OFF, _REGULAR_SHARE = 0.05, 0.8
_LEAST_OURS, _LEAST_THEIRS = 4, 2
_LEAST_FAR = 2
# What differs by less is no other pace.
_OTHER_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class PaceWitness:
    """A pace as key frames show it: `rate` seconds pass in one of media time, give or take the share `off`."""

    rate: float
    off: float

    def is_sure(self, media_s: float) -> bool:
        """Whether it tells well enough where `media_s` seconds of footage end."""
        return self.off * media_s <= _SURE_S

    @property
    def is_plausible(self) -> bool:
        """Whether the stamps of a camera may run so."""
        return LEAST_RATE <= self.rate <= MOST_RATE

    def moves(self, media_s: float) -> bool:
        """Whether so much footage ends elsewhere by it than at the pace of time."""
        return self.is_sure(media_s) and abs(1 - self.rate) * media_s > TOLERANCE_S

    def explains(self, wall_s: float, media_s: float) -> bool:
        """Whether so much media time was filmed in so much time at this pace."""
        return self.is_sure(media_s) and abs(wall_s - media_s * self.rate) <= TOLERANCE_S


@dataclass(frozen=True, slots=True)
class Pace:
    """The pace of a fetch. `wants_more`: more of what the recorder has beside the piece would show it.

    `is_torn`: it is not the same throughout, so that nobody can say where what lies in the middle belongs.
    `is_doubted`: key frames show another pace, though not by themselves, and a hole keeps both ends from showing it.
    """

    rate: float = 1.0
    wants_more: bool = False
    is_torn: bool = False
    is_doubted: bool = False


_AS_TIME = Pace()


@dataclass(frozen=True, slots=True)
class _Line:
    """The moments of media times at one pace."""

    anchor: Anchor
    rate: float

    def moment_of(self, at_s: float) -> datetime:
        return self.anchor.moment + timedelta(seconds=(at_s - self.anchor.at_s) * self.rate)


def by_same_frames(pairs: Sequence[Anchor], recorded: Sequence[RecordedFrame]) -> PaceWitness | None:
    """The pace by key frames that follow each other in a recording, and were found again (`pairs`); None: too few.

    None as well where they do not agree with each other.
    """
    found_s = {pair.moment: pair.at_s for pair in pairs}
    rates, wall_s, media_s = [], 0.0, 0.0
    for earlier, later in itertools.pairwise(recorded):
        apart_s = (later.at - earlier.at).total_seconds()
        if earlier.at not in found_s or later.at not in found_s or abs(apart_s - later.distance_s) > _JITTER_S:
            continue
        step_s = found_s[later.at] - found_s[earlier.at]
        if step_s <= 0 or apart_s <= 0:
            continue
        rates.append(apart_s / step_s)
        wall_s, media_s = wall_s + apart_s, media_s + step_s
    if not rates or max(rates) > (1 + _OTHER_SHARE) * min(rates):
        return None
    return PaceWitness(wall_s / media_s, _JITTER_S / media_s)


def by_regular_groups(frames: Sequence[KeyFrame], recorded: Sequence[RecordedFrame]) -> PaceWitness | None:
    """The pace of a camera whose key frames are regular: by how far apart they are in what came and in the recordings.

    None where they are not. A hole makes one distance another, and leaves the others.
    """
    ours = _regular(_steps_s(frames), _LEAST_OURS)
    theirs = _regular(_distances_s(recorded), _LEAST_THEIRS)
    if ours is None or theirs is None:
        return None
    return PaceWitness(theirs.rate / ours.rate, ours.off + theirs.off + _LEAST_OFF)


def witness_of(
    frames: Sequence[KeyFrame], pairs: Sequence[Anchor], recorded: Sequence[RecordedFrame]
) -> PaceWitness | None:
    """What shows the pace best, of a plausible one; None: nothing."""
    found = (by_same_frames(pairs, recorded), by_regular_groups(frames, recorded))
    plausible = [each for each in found if each is not None and each.is_plausible]
    return min(plausible, key=lambda each: each.off, default=None)


async def find_pace(
    frames: Sequence[KeyFrame],
    seams: Seams,
    pairs: tuple[Anchor, ...],
    probe_at: ProbeAt,
    runs: Sequence[Run] = (),
) -> Pace:
    """The pace of footage whose key frames are `frames`, some of which (`pairs`) the recorder has as well.

    Between `runs` its stamps jump. Raises ProbeError where the camera would have to be asked, and cannot be.
    """
    early, late = seams.early(pairs), seams.late(pairs)
    finding = _Finding(frames, seams.recorded, pairs, probe_at, runs)
    if early is not None and late is not None:
        return await finding.between(early, late)
    anchor = early or late
    return await finding.from_one_side(anchor) if anchor is not None else _AS_TIME


class _Finding:
    """The pace of one fetch; `find_pace` has what its arguments mean."""

    def __init__(
        self,
        frames: Sequence[KeyFrame],
        recorded: Sequence[RecordedFrame],
        pairs: Sequence[Anchor],
        probe_at: ProbeAt,
        runs: Sequence[Run],
    ) -> None:
        self._frames = frames
        self._probe_at = probe_at
        self._runs = runs
        self._same = by_same_frames(pairs, recorded)
        self._regular = by_regular_groups(frames, recorded)
        self._distance = _regular(_distances_s(recorded), _LEAST_THEIRS)

    async def between(self, early: Anchor, late: Anchor) -> Pace:
        """The pace where both sides are there."""
        wall_s, media_s = (late.moment - early.moment).total_seconds(), late.at_s - early.at_s
        if wall_s <= 0 or media_s <= 0:
            return _AS_TIME
        known, do_ends_agree = self._alone(media_s), abs(wall_s - media_s) <= TOLERANCE_S
        if do_ends_agree and known is None and not self._is_doubtful:
            return _AS_TIME
        rate = wall_s / media_s
        witnesses = [each for each in (self._same, self._regular) if each is not None]
        is_explained = any(each.explains(wall_s, media_s) for each in witnesses) and LEAST_RATE <= rate <= MOST_RATE
        if is_explained and await self._is_shown(_Line(early, rate), early.at_s + media_s / 2):
            return Pace(rate, is_torn=self._runs_ahead(rate))
        if do_ends_agree and known is None:
            is_shown = await self._is_shown_throughout(_Line(early, 1.0), media_s)
            return _AS_TIME if is_shown else Pace(is_torn=True, wants_more=True)
        is_plain = any(each.is_sure(media_s) and not _is_other(each.rate) for each in witnesses)
        # What is left then is a hole, which is looked for as at any pace.
        rate = known.rate if known else 1.0
        wants_more = known is None and not is_plain
        is_doubted = wants_more and any(each.is_plausible and _is_other(each.rate) for each in witnesses)
        return Pace(rate, wants_more=wants_more, is_torn=self._runs_ahead(rate), is_doubted=is_doubted)

    async def from_one_side(self, anchor: Anchor) -> Pace:
        """The pace where only one side is recorded, or came: the camera must show the middle and the far end by it."""
        ends_s = (self._frames[0].at_s, self._frames[-1].at_s) if self._frames else (anchor.at_s, anchor.at_s)
        span_s = max((end_s - anchor.at_s for end_s in ends_s), key=abs)
        media_s = abs(span_s)
        for witness in (self._same, self._regular):
            if witness is None or not witness.is_plausible or not witness.moves(media_s):
                continue
            line, far_s = _Line(anchor, witness.rate), anchor.at_s + span_s
            if await self._is_shown(line, far_s - span_s / 2) and await self._is_shown(line, far_s):
                return Pace(witness.rate, is_torn=self._runs_ahead(witness.rate))
        known = self._alone(media_s)
        rate = known.rate if known else 1.0
        is_torn = self._runs_ahead(rate) and not await self._is_shown_throughout(_Line(anchor, rate), span_s)
        return Pace(rate, wants_more=is_torn, is_torn=is_torn)

    def _alone(self, media_s: float) -> PaceWitness | None:
        """What shows another pace by itself: the same frames do, and so do regular ones that are a little off.

        Key frames that are much closer, or further apart, may be those of a camera that was set otherwise meanwhile.
        """
        near = self._regular if self._regular is not None and not _is_other(self._regular.rate) else None
        found = [each for each in (self._same, near) if each is not None and each.is_plausible]
        return next((each for each in found if each.moves(media_s)), None)

    async def _is_shown_throughout(self, line: _Line, span_s: float) -> bool:
        """Whether the camera shows some footage on a line: its middle, both quarters, and where stamps run ahead."""
        far_s = self._far_s(line.rate)
        doubted_s = [far_s[0], far_s[len(far_s) // 2], far_s[-1]] if far_s else []
        for at_s in (*(line.anchor.at_s + share * span_s for share in (0.5, 0.25, 0.75)), *doubted_s):
            if not await self._is_shown(line, at_s):
                return False
        return True

    async def _is_shown(self, line: _Line, at_s: float) -> bool:
        """Whether the camera, asked for the moment of a media time, shows what stands there.

        It may begin with the key frame before the moment that it is asked for.
        """
        anchor = await anchor_at(floor_second(line.moment_of(at_s)), self._frames, self._probe_at)
        if anchor is None:
            return False
        off_s = (anchor.moment - line.moment_of(anchor.at_s)).total_seconds()
        following = [frame.at_s for frame in self._frames if frame.at_s > anchor.at_s]
        group_s = (following[0] - anchor.at_s) * line.rate if following else 0.0
        return -TOLERANCE_S <= off_s <= max(TOLERANCE_S, group_s)

    def _runs_ahead(self, rate: float) -> bool:
        """Whether stamps run faster than at a pace for a while.

        They would make up for a hole: two moments that are right then say nothing of what lies between.
        """
        return len(self._far_s(rate)) >= _LEAST_FAR

    def _far_s(self, rate: float) -> list[float]:
        """The key frames that stand further behind the one before them than at a pace, where they are regular.

        No hole makes them stand further apart, unless it shows as a jump.
        """
        if self._distance is None:
            return []
        starts_s = [run.start_s for run in self._runs]
        return [
            later.at_s
            for earlier, later in itertools.pairwise(self._frames)
            if (later.at_s - earlier.at_s) * rate > (1 + _OTHER_SHARE) * self._distance.rate
            and not any(earlier.at_s < start_s <= later.at_s for start_s in starts_s)
        ]

    @property
    def _is_doubtful(self) -> bool:
        """Whether key frames show another pace, or are regular in the recordings and not in what came."""
        if any(each is not None and _is_other(each.rate) for each in (self._same, self._regular)):
            return True
        if self._runs_ahead(1.0):
            return True
        steps_s = _steps_s(self._frames)
        is_irregular = len(steps_s) >= _LEAST_OURS and _regular(steps_s, _LEAST_OURS) is None
        return self._distance is not None and is_irregular


def _is_other(rate: float) -> bool:
    return abs(rate - 1) > _OTHER_SHARE * min(rate, 1.0)


def _steps_s(frames: Sequence[KeyFrame]) -> list[float]:
    return [later.at_s - earlier.at_s for earlier, later in itertools.pairwise(frames)]


def _distances_s(recorded: Sequence[RecordedFrame]) -> list[float]:
    return [frame.distance_s for frame in recorded if frame.distance_s > 0]


def _regular(steps_s: Iterable[float], least: int) -> PaceWitness | None:
    """The step that nearly all are as long as, in seconds, and by which share its mean may be off; None: no such."""
    forward = [step for step in steps_s if step > 0]
    if len(forward) < least:
        return None
    usual_s = statistics.median(forward)
    near = [step for step in forward if abs(step - usual_s) <= _REGULAR_OFF * usual_s]
    if len(near) < max(least, _REGULAR_SHARE * len(forward)):
        return None
    mean_s = statistics.fmean(near)
    return PaceWitness(mean_s, statistics.pstdev(near) / mean_s / len(near) ** 0.5)
