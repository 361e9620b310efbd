"""Footage cut to a piece: to the frame, without a second that is there already."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from anr_tui.domain.window import Window
from anr_tui.fill.media.key_frame_match import KeyFrame
from anr_tui.fill.placement.placed import PlacedRun

# Less is no footage: a frame at a seam, say.
_LEAST_S = 0.1
# Media times are sums of frame durations, so they are not exact to the last digit.
_PRECISION_S = 0.001


def cut_to(placed: Iterable[PlacedRun], piece: Window, frames: Sequence[KeyFrame]) -> list[PlacedRun]:
    """What of placed runs lies in a piece.

    A run that begins before the piece keeps the frames since its last key frame (`frames`), since nothing can be
    decoded without them; they are not shown. Runs that are no more than a frame are left out.
    """
    cut = (_cut(each, piece, frames) for each in placed)
    return [each for each in cut if each is not None and each.run.seconds > _LEAST_S]


def _cut(placed: PlacedRun, piece: Window, frames: Sequence[KeyFrame]) -> PlacedRun | None:
    inside = placed.window.intersection(piece) if placed.run.seconds > 0 else None
    if inside is None:
        return None
    early_s = (inside.start - placed.start).total_seconds()
    late_s = (placed.window.end - inside.end).total_seconds()
    start_s, end_s = placed.run.start_s + early_s, placed.run.end_s - late_s
    first_s, last_s = placed.run.start_s - _PRECISION_S, start_s + _PRECISION_S
    keys = [min(frame.at_s, start_s) for frame in frames if first_s <= frame.at_s <= last_s]
    key_s = keys[-1] if keys else None
    if key_s is None:
        later = [frame.at_s for frame in frames if start_s < frame.at_s < end_s]
        key_s = later[0] if later else start_s
        inside = Window(inside.start + timedelta(seconds=max(0.0, key_s - start_s)), inside.end)
        start_s = max(start_s, key_s)
    return replace(placed, run=replace(placed.run, start_s=start_s, end_s=end_s), start=inside.start, key_s=key_s)
