"""The seams of a piece: the recordings beside it, and how much more is asked for so that they can be found again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from anr_tui.domain.timestamps import floor_second
from anr_tui.domain.window import Window
from anr_tui.fill.placement.anchor import NAME_S, Anchor
from anr_tui.fill.placement.witnesses.recordings import RecordedFrame, longest_distance_s

# So far beside a piece its seams are looked for; a camera's key frames are hardly further apart.
REACH_S = 60.0
# What is left of a key frame's second behind it.
_FRAME_S = 0.5


@dataclass(frozen=True, slots=True)
class Seams:
    """The recorder's own key frames around the window of a piece, in order."""

    window: Window
    recorded: tuple[RecordedFrame, ...]

    @property
    def before(self) -> RecordedFrame | None:
        """The last one before the piece, None where nothing was recorded there."""
        edge = self.window.start + timedelta(seconds=NAME_S)
        earlier = [frame for frame in self.recorded if _is_within(frame.at, edge, -REACH_S)]
        return earlier[-1] if earlier and self._adjoins(edge - earlier[-1].at) else None

    @property
    def after(self) -> RecordedFrame | None:
        """The first one after the piece, None where nothing was recorded there."""
        edge = self.window.end - timedelta(seconds=NAME_S)
        later = next((frame for frame in self.recorded if _is_within(frame.at, edge, REACH_S)), None)
        return later if later and self._adjoins(later.at - edge) else None

    def _adjoins(self, distance: timedelta) -> bool:
        """Whether a key frame so far beside the piece may be the nearest that the camera has: its recording reaches it.

        Between two pieces of one gap nothing is recorded.
        """
        usual_s = self.key_frame_distance_s or REACH_S
        return distance.total_seconds() <= usual_s + 2 * NAME_S + _FRAME_S

    @property
    def is_bare(self) -> bool:
        """Whether nothing was recorded on either side."""
        return self.before is None and self.after is None

    @property
    def key_frame_distance_s(self) -> float:
        """The longest distance of key frames in the recordings, in seconds; 0 where it is not known."""
        return longest_distance_s(self.recorded)

    def widened(self, now: datetime, least_s: float = 0.0, beside_s: tuple[float, float] = (0.0, 0.0)) -> Window:
        """The piece's window with as much before and behind it as shows a key frame of each side.

        Of a side on which anything was recorded it takes `least_s` seconds, if that is more. Where nothing was on
        either side, it takes `beside_s` seconds before and behind it, for what may still come to stand there.
        """
        start, end, least = self.window.start, self.window.end, timedelta(seconds=least_s)
        if self.is_bare:
            before, behind = (timedelta(seconds=seconds) for seconds in beside_s)
            return Window(start - before, max(end, min(now, end + behind)))
        if self.before is not None:
            start = min(start - least, floor_second(self.before.at))
        if self.after is not None:
            end = max(end, min(now, max(end + least, self.after.at + timedelta(seconds=NAME_S + _FRAME_S))))
        return Window(start, end)

    def are_in(self, asked: Window) -> bool:
        """Whether any of the recorder's key frames lies in what was asked for."""
        return any(asked.start <= frame.at < asked.end for frame in self.recorded)

    def joined(self, pairs: tuple[Anchor, ...]) -> Window:
        """The piece's window up to the very frame with which the recording after it begins, where that is found again.

        By the names of the recordings that frame may stand a part of a second behind the window's end.
        """
        early, late = self.early(pairs), self.late(pairs)
        if early is None or late is None:
            return self.window
        over_s = (late.at_s - early.at_s) - (late.moment - early.moment).total_seconds()
        return Window(self.window.start, self.window.end + timedelta(seconds=min(max(over_s, 0.0), NAME_S)))

    def early(self, pairs: tuple[Anchor, ...]) -> Anchor | None:
        """The last of the key frames found again before the piece."""
        edge = self.window.start + timedelta(seconds=NAME_S)
        return next((pair for pair in reversed(pairs) if pair.moment <= edge), None)

    def late(self, pairs: tuple[Anchor, ...]) -> Anchor | None:
        """The first of the key frames found again after the piece."""
        edge = self.window.end - timedelta(seconds=NAME_S)
        return next((pair for pair in pairs if pair.moment >= edge), None)


def reach(window: Window) -> Window:
    """The time around a piece in which its seams are looked for."""
    return Window(window.start - timedelta(seconds=REACH_S), window.end + timedelta(seconds=REACH_S))


def _is_within(moment: datetime, edge: datetime, reach_s: float) -> bool:
    """Whether a moment lies at most `reach_s` seconds beyond an edge (before it, where that is negative)."""
    beyond_s = (moment - edge).total_seconds()
    return 0 <= beyond_s <= reach_s if reach_s > 0 else reach_s <= beyond_s <= 0
