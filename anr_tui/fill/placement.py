"""Placement: finds the moment at which each second of fetched footage belongs.

A camera's answer may be cut off, skip a hole without a jump, or begin with the next footage there is. Its time stamps
look the same in all these cases. So the camera is probed: its first key frame from a given moment on is looked for in
the fetched footage. Probes begin right after the window's end and then halve the span in doubt until the edges of a
hole are known. As a result no file shows a moment that is further than the tolerance from the time that its name gives.
"""

import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from anr_tui.domain.timestamps import floor_second
from anr_tui.domain.window import Window
from anr_tui.fill.media.key_frame_match import KeyFrame, place_of
from anr_tui.fill.media.verify import Run
from anr_tui.fill.plan import TOLERANCE_S

# Halving stops at this length, in which no moment can be off by more than the tolerance.
SMALLEST_S = TOLERANCE_S
_NOTHING_S = 0.1


@dataclass(frozen=True, slots=True)
class PlacedRun:
    """A run of a part file and the moment at which it starts."""

    part: Path
    run: Run
    start: datetime


@dataclass(frozen=True, slots=True)
class FetchedMedia:
    """The result of one fetch: the window asked for, the part file, and its runs (in media seconds).

    `is_in_order`: the camera said that its footage ended; otherwise the stream may have been cut off anywhere.
    """

    window: Window
    part: Path
    runs: tuple[Run, ...]
    is_in_order: bool

    @property
    def end_s(self) -> float:
        """The media time at which the last run ends, in seconds after the window's start by the file's time stamps."""
        return self.runs[-1].end_s if self.runs else 0.0

    def as_it_says(self) -> list[PlacedRun]:
        """The runs at the moments that their time stamps give, cut at the window's end."""
        return self.between(0.0, self.window.seconds, self.window.start)

    def between(self, from_s: float, to_s: float, start: datetime) -> list[PlacedRun]:
        """The footage between two media times in seconds, where `from_s` is the moment `start`."""
        cut = (
            replace(run, start_s=max(run.start_s, from_s), end_s=min(run.end_s, to_s))
            for run in self.runs
            if run.start_s < to_s and run.end_s > from_s
        )
        return [PlacedRun(self.part, run, start + timedelta(seconds=run.start_s - from_s)) for run in cut]


@dataclass(frozen=True, slots=True)
class Probe:
    """A camera's answer to a probe: its first key frame from a moment on, None where it has none.

    `first.at_s` counts from that moment, in seconds.
    """

    first: KeyFrame | None


ProbeAt = Callable[[datetime], Awaitable[Probe | None]]
"""Probes the camera's footage from a moment on; returns None where the camera cannot be asked now."""


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A moment, and the media time in seconds at which it stands in the footage."""

    moment: datetime
    at_s: float


class _NotAskedError(Exception):
    """The camera cannot be asked now."""


async def locate(media_fetched: FetchedMedia, frames: Sequence[KeyFrame], probe_at: ProbeAt) -> list[PlacedRun] | None:
    """Place the footage of a fetch by probing the camera; `frames` are its key frames.

    Returns None where the camera cannot be asked.
    """
    if not media_fetched.runs:
        return []
    try:
        return await _Locating(media_fetched, frames, probe_at).run()
    except _NotAskedError:
        return None


def locate_by_times(
    media_fetched: FetchedMedia, times: Sequence[tuple[float, datetime]], until_s: float | None = None
) -> list[PlacedRun]:
    """Place footage by the times that the camera itself gives: media times in seconds with their moments.

    `times` has the first one, and one wherever they jump; they hold before the media time `until_s`, if given. Footage
    outside the window asked for is left out.
    """
    placed: list[PlacedRun] = []
    rising = _rising(times)
    last_s = rising[-1][0] if len(rising) < len(times) else math.inf
    ends = [at_s for at_s, _ in rising[1:]] + [last_s if until_s is None else min(last_s, until_s)]
    for (from_s, moment), to_s in zip(rising, ends, strict=True):
        for each in media_fetched.between(from_s, to_s, moment):
            placed += _within(each, media_fetched.window)
    return [each for each in placed if each.run.seconds > _NOTHING_S]


def _rising(times: Sequence[tuple[float, datetime]]) -> list[tuple[float, datetime]]:
    """The times up to where the camera's time stamps step back or repeat; later ones are ambiguous."""
    rising: list[tuple[float, datetime]] = []
    for at_s, moment in times:
        if rising and at_s <= rising[-1][0]:
            break
        rising.append((at_s, moment))
    return rising


def _within(placed: PlacedRun, window: Window) -> list[PlacedRun]:
    end = placed.start + timedelta(seconds=placed.run.seconds)
    # A camera starts at the key frame before the window, and that footage is kept.
    if placed.start < window.start - timedelta(seconds=TOLERANCE_S) or placed.start >= window.end:
        return []
    over_s = max(0.0, (end - window.end).total_seconds())
    return [replace(placed, run=replace(placed.run, end_s=placed.run.end_s - over_s))]


class _Locating:
    def __init__(self, media_fetched: FetchedMedia, frames: Sequence[KeyFrame], probe_at: ProbeAt) -> None:
        self._media = media_fetched
        self._frames = frames
        self._probe_at = probe_at

    async def run(self) -> list[PlacedRun]:
        await self._believe_jumps()
        window = self._media.window
        after = await self._anchor_at(window.end)
        end_s = min(self._media.end_s, after.at_s) if after else self._media.end_s
        if end_s >= window.seconds - TOLERANCE_S:
            return self._media.as_it_says()
        if after is None and not self._media.is_in_order and await self._skips_nothing(end_s):
            return self._media.as_it_says()
        return await self._between(_Anchor(window.start, 0.0), _Anchor(window.end, end_s))

    async def _believe_jumps(self) -> None:
        """Keep footage after a jump of the time stamps only where a probe finds it at that time."""
        for index, run in enumerate(self._media.runs[1:], start=1):
            start = floor_second(self._media.window.start + timedelta(seconds=run.start_s))
            anchor = await self._anchor_at(start)
            if anchor is None or abs(self._off_s(anchor)) > TOLERANCE_S or anchor.at_s < run.start_s - TOLERANCE_S:
                self._media = replace(self._media, runs=self._media.runs[:index], is_in_order=False)
                return

    def _off_s(self, anchor: _Anchor) -> float:
        return (anchor.moment - self._media.window.start).total_seconds() - anchor.at_s

    async def _skips_nothing(self, end_s: float) -> bool:
        """Whether the time stamps of footage that was cut off are right.

        The footage holds all that the camera has up to some moment. If it skipped a hole, that moment would lie after
        the end that its time stamps give, and what the camera has from that end on would be in the footage.
        """
        return await self._anchor_at(self._media.window.start + timedelta(seconds=math.ceil(end_s))) is None

    async def _between(self, early: _Anchor, late: _Anchor) -> list[PlacedRun]:
        media_s = late.at_s - early.at_s
        wall_s = (late.moment - early.moment).total_seconds()
        if media_s <= _NOTHING_S:
            return []
        if wall_s - media_s <= TOLERANCE_S or wall_s <= SMALLEST_S:
            return self._media.between(early.at_s, late.at_s, early.moment)
        middle = early.moment + timedelta(seconds=max(1, wall_s // 2))
        anchor = await self._anchor_at(middle)
        if anchor is None or not early.at_s <= anchor.at_s <= late.at_s or anchor.moment >= late.moment:
            return await self._between(early, _Anchor(middle, late.at_s))
        return [*await self._between(early, anchor), *await self._between(anchor, late)]

    async def _anchor_at(self, moment: datetime) -> _Anchor | None:
        """The place in the fetched footage of the camera's first footage from a moment on.

        None where the camera has none, or what it has is not in the fetched footage.
        """
        probe = await self._probe_at(moment)
        if probe is None:
            raise _NotAskedError
        at_s = place_of(probe.first, self._frames) if probe.first else None
        if at_s is None or probe.first is None:
            return None
        return _Anchor(moment + timedelta(seconds=probe.first.at_s), at_s)
