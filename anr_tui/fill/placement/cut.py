"""Footage cut to a piece: to the frame, without a second that is there already, and joined where it is too short."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from anr_tui.domain.window import Window
from anr_tui.fill.media.key_frame_match import KeyFrame
from anr_tui.fill.placement.placed import LEAST_RECORDING_S, PRECISION_S, PlacedRun

# Less is no footage: a frame at a seam, say.
_LEAST_S = 0.1
# A run is moved by no more than this, in seconds, to be joined with another: its moment is known no better.
_MOST_MOVED_S = 1.0


def cut_to(placed: Iterable[PlacedRun], piece: Window, frames: Sequence[KeyFrame]) -> list[PlacedRun]:
    """What of placed runs lies in a piece.

    A run that begins before the piece keeps the frames since its last key frame (`frames`), since nothing can be
    decoded without them; they are not shown. Runs that are no more than a frame are left out.
    """
    cut = (_cut(each, piece, frames) for each in placed)
    return [each for each in cut if each is not None and each.run.seconds > _LEAST_S]


def join_short(placed: Sequence[PlacedRun]) -> list[PlacedRun]:
    """Runs of a file, in order; one too short for a recording of its own is joined with what it adjoins in the file.

    It is moved by less than its moment is known. The longer of two keeps its moment.
    """
    joined: list[PlacedRun] = []
    for each in placed:
        if joined and _is_to_join(joined[-1], each):
            joined[-1] = _joined(joined[-1], each)
        else:
            joined.append(each)
    return joined


def is_torn_apart(placed: Sequence[PlacedRun]) -> bool:
    """Whether time is missing between runs that follow each other in their file without a jump."""
    return any(_adjoin(*each) and _apart_s(*each) > _LEAST_S for each in itertools.pairwise(placed))


def has_too_short(placed: Sequence[PlacedRun]) -> bool:
    """Whether what cannot be recordings of its own is worth one in all."""
    return sum(each.seconds for each in placed if each.seconds < LEAST_RECORDING_S) >= LEAST_RECORDING_S


def _is_to_join(earlier: PlacedRun, later: PlacedRun) -> bool:
    is_short = min(earlier.seconds, later.seconds) < LEAST_RECORDING_S
    return is_short and _adjoin(earlier, later) and abs(_apart_s(earlier, later)) <= _MOST_MOVED_S


def _adjoin(earlier: PlacedRun, later: PlacedRun) -> bool:
    """Whether they were cut from one run, one right after the other."""
    like_earlier = replace(later.run, start_s=earlier.run.start_s, end_s=earlier.run.end_s)
    is_of_one = earlier.part == later.part and earlier.rate == later.rate and like_earlier == earlier.run
    return is_of_one and abs(later.run.start_s - earlier.run.end_s) <= PRECISION_S


def _apart_s(earlier: PlacedRun, later: PlacedRun) -> float:
    return (later.start - earlier.window.end).total_seconds()


def _joined(earlier: PlacedRun, later: PlacedRun) -> PlacedRun:
    moved_s = _apart_s(earlier, later) if later.seconds > earlier.seconds else 0.0
    return replace(
        earlier,
        run=replace(earlier.run, end_s=later.run.end_s),
        start=earlier.start + timedelta(seconds=moved_s),
    )


def _cut(placed: PlacedRun, piece: Window, frames: Sequence[KeyFrame]) -> PlacedRun | None:
    inside = placed.window.intersection(piece) if placed.run.seconds > 0 else None
    if inside is None:
        return None
    early_s = (inside.start - placed.start).total_seconds()
    late_s = (placed.window.end - inside.end).total_seconds()
    start_s, end_s = placed.run.start_s + early_s, placed.run.end_s - late_s
    first_s, last_s = placed.run.start_s - PRECISION_S, start_s + PRECISION_S
    keys = [min(frame.at_s, start_s) for frame in frames if first_s <= frame.at_s <= last_s]
    key_s = keys[-1] if keys else None
    if key_s is None:
        later = [frame.at_s for frame in frames if start_s < frame.at_s < end_s]
        key_s = later[0] if later else start_s
        inside = Window(inside.start + timedelta(seconds=max(0.0, key_s - start_s)), inside.end)
        start_s = max(start_s, key_s)
    return replace(placed, run=replace(placed.run, start_s=start_s, end_s=end_s), start=inside.start, key_s=key_s)
