"""The search by zones: what a camera's digits may mean that has nothing at the moment asked for.

A camera that takes the digits it is asked with for its local time says then that it has nothing. A short question for
a key frame that the recorder has as well settles each zone that something suggests.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from anr_tui.domain.timestamps import floor_second
from anr_tui.fill.placement.probing.probes import Probe
from anr_tui.fill.placement.witnesses.recordings import matches
from anr_tui.fill.placement.witnesses.seams import Seams
from anr_tui.fill.plan import TOLERANCE_S


@dataclass(frozen=True, slots=True)
class ZoneHint:
    """A shift that a camera's times may have, in seconds later than asked, and why, in words ("by the site's zone")."""

    shift_s: float
    words: str


ProbeBy = Callable[[float, datetime], Awaitable[Probe | None]]
"""Probes a camera from a moment on, asked with a shift in seconds; None where it cannot be asked now."""


async def find_by_zones(
    hints: Iterable[ZoneHint], seams: Seams, probe_by: ProbeBy, note: Callable[[str], None]
) -> float | None:
    """The shift with which a camera shows a key frame that the recorder has, in seconds; None where none does.

    Nothing is asked where nothing was recorded beside the piece: no answer would show anything.
    """
    beside = seams.before or seams.after
    if beside is None:
        return None
    # The key frame before the whole second may come as well; it stands in the recordings, too.
    moment = floor_second(beside.at)
    for hint in hints:
        note(f"asking {hint.words} for what was recorded at {moment:%Y-%m-%d %H:%M:%SZ}")
        probe = await probe_by(hint.shift_s, moment)
        if probe is None:
            return None
        pairs = matches((probe.first,), seams.recorded) if probe.first else ()
        if pairs:
            late_s = (pairs[0].moment - moment).total_seconds() - pairs[0].at_s
            is_exact = -(TOLERANCE_S + seams.key_frame_distance_s) <= late_s <= TOLERANCE_S
            return hint.shift_s if is_exact else hint.shift_s + late_s
    return None
