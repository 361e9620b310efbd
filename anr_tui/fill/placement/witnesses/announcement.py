"""What a device says that it will play, held against what it was asked for: a hint, and a reason to doubt its word.

Devices answer with the window that they will play, with the window that was asked for, with all that their card holds,
or with something that has no meaning. So only a start that differs says anything, and only where the rest of the range
fits to that: what is told is never a reason to move footage by itself.
"""

import itertools
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from anr_tui.domain.window import Window
from anr_tui.fill.media.key_frame_match import KeyFrame
from anr_tui.fill.plan import TOLERANCE_S
from anr_tui.replay.rtsp.play_range import ToldRange

# A device that counts from its epoch, or whose card is new, names a start of years ago.
_FURTHEST_BACK_S = 86_400.0
# No card holds more: what is later than this was not read from one.
_FURTHEST_AHEAD_S = 366 * 86_400.0


@dataclass(frozen=True, slots=True)
class Announcement:
    """A device's word that it plays footage of `late_s` seconds later than asked for; negative: earlier.

    `is_live`: it says that it plays what happens now.
    """

    late_s: float = 0.0
    is_live: bool = False


def announcement_of(
    told: ToldRange | None, asked: Iterable[Window], *, key_frame_distance_s: float
) -> Announcement | None:
    """What a device announced that contradicts what it was asked for; None where it announced nothing of the kind.

    `asked` are the windows that its answer may be meant by: in the digits that it was asked with, and in ours. It may
    begin with the key frame before the moment asked for.
    """
    if told is None:
        return None
    if told.is_live:
        return Announcement(is_live=True)
    if told.start is None:
        return None
    doubts = [_late_s(told.start, told.end, window, key_frame_distance_s) for window in asked]
    found = [late_s for late_s in doubts if late_s is not None]
    return Announcement(min(found, key=abs)) if found and len(found) == len(doubts) else None


def usual_distance_s(frames: Sequence[KeyFrame]) -> float:
    """The usual time between two key frames that follow each other, in seconds; 0 for fewer than two."""
    distances = [later.at_s - earlier.at_s for earlier, later in itertools.pairwise(frames)]
    return statistics.median(distances) if distances else 0.0


def _late_s(start: datetime, end: datetime | None, asked: Window, key_frame_distance_s: float) -> float | None:
    """By how much the start of a range contradicts a window; None where it does not."""
    late_s = (start - asked.start).total_seconds()
    if -(TOLERANCE_S + key_frame_distance_s) <= late_s <= TOLERANCE_S:
        return None
    if late_s > 0:
        return late_s if late_s <= _FURTHEST_AHEAD_S else None
    # What begins earlier and reaches as far as the card goes is what the device has, and not what it will play.
    end_s = (end - asked.end).total_seconds() if end is not None else None
    is_answer = end_s is not None and (abs(end_s) <= TOLERANCE_S or abs(end_s - late_s) <= TOLERANCE_S)
    return late_s if is_answer and late_s >= -_FURTHEST_BACK_S else None
