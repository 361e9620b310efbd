"""Where a simulated camera begins to play, for a window that it is asked for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from anr_tui.domain.window import Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from anr_tui.demo.camera.card import Unit


class StartAt(StrEnum):
    """The first picture that is sent."""

    BEFORE = "before"  # the key frame at or before the start; in a hole, the next footage
    EXACT = "exact"  # the picture at the start, although that is no key frame
    AFTER = "after"  # the key frame at or after the start


@dataclass(frozen=True, slots=True)
class StartRule:
    """What a camera plays for a window: at least one second. A negative number of seconds is earlier than asked for.

    With `is_live`, it plays from the present moment to the end of its card, whatever is asked for; where its card does
    not hold the present moment, the last seconds of its card, as many as were asked for.
    """

    at: StartAt = StartAt.BEFORE
    offset_s: float = 0.0  # the whole window is moved by that much before it is played
    end_offset_s: float | None = None  # its end is moved by that much instead
    is_live: bool = False

    def window(self, asked: Window, held: "Sequence[Window]", now: datetime) -> Window:
        """What is played instead of `asked` from a card that holds `held`, all on the card's clock."""
        if self.is_live and held:
            return _live(asked, held, now)
        start = asked.start + timedelta(seconds=self.offset_s)
        end_offset_s = self.offset_s if self.end_offset_s is None else self.end_offset_s
        end = asked.end + timedelta(seconds=end_offset_s)
        return Window(start, max(end, start + timedelta(seconds=1)))

    def units(self, units: "Iterable[Unit]", start: datetime) -> "Iterator[Unit]":
        """Of units that begin with a key frame at or before `start`, those that are sent."""
        has_begun = self.at is StartAt.BEFORE
        for unit in units:
            is_key_frame = unit.is_key and unit.media == "video"
            has_begun = has_begun or (unit.at >= start and (self.at is StartAt.EXACT or is_key_frame))
            if has_begun:
                yield unit


def _live(asked: Window, held: "Sequence[Window]", now: datetime) -> Window:
    newest = held[-1]
    for section in held:
        if section.start <= now < section.end:
            return Window(now, newest.end)
    return Window(max(newest.start, newest.end - (asked.end - asked.start)), newest.end)
