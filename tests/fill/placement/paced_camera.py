"""A camera whose stamps run at any pace, with holes on its card: what tests of the pace ask."""

from dataclasses import dataclass
from datetime import datetime

from anr_tui.fill.media.key_frame_match import KeyFrame
from anr_tui.fill.media.verify import Run
from anr_tui.fill.placement.judging.judge import Evidence
from anr_tui.fill.placement.placed import FetchedMedia, PlacedRun
from anr_tui.fill.placement.probing.probes import Probe
from anr_tui.fill.placement.witnesses.recordings import RecordedFrame
from anr_tui.fill.placement.witnesses.seams import Seams
from tests.fill.placement.clips import NOON, PART, at, digest, window

# Times are rounded to the ticks of a file when it lands.
_TICK_S = 0.0001


@dataclass
class PacedCamera:
    """A camera with a key frame every `gop_s` seconds, whose stamps do not show its `holes` (seconds after noon).

    Stamps run `pace` times as fast as time; from second `changes_s` on, `later_pace` times.
    """

    gop_s: float = 1.0
    pace: float = 1.0
    holes: tuple[tuple[float, float], ...] = ()
    changes_s: float = 1e9
    later_pace: float = 1.0
    questions: int = 0

    def keys_s(self, start_s: float, end_s: float) -> list[float]:
        """The seconds of the key frames that it has of a span, from the one at or before its start on."""
        first = int(start_s // self.gop_s)
        seconds = [index * self.gop_s for index in range(first, int(end_s // self.gop_s) + 2)]
        return [second for second in seconds if second < end_s and not self._lacks(second)]

    def _lacks(self, second: float) -> bool:
        return any(start <= second < end for start, end in self.holes)

    def media_s(self, from_s: float, to_s: float) -> float:
        """How much further its stamps stand at one second than at another."""
        skipped_s = sum(max(0.0, min(end, to_s) - max(start, from_s)) for start, end in self.holes)
        later_s = max(0.0, to_s - max(from_s, self.changes_s))
        hidden_s = sum(max(0.0, min(end, to_s) - max(start, from_s, self.changes_s)) for start, end in self.holes)
        early_s = to_s - from_s - later_s - (skipped_s - hidden_s)
        return early_s * self.pace + (later_s - hidden_s) * self.later_pace

    async def ask(self, moment: datetime) -> Probe | None:
        self.questions += 1
        start_s = (moment - NOON).total_seconds()
        keys = self.keys_s(start_s, start_s + 60)
        return Probe(KeyFrame(0.0, digest(keys[0])) if keys else None)

    def evidence(
        self, gap: tuple[int, int], lead_s: float, tail_s: float, names_late_s: tuple[float, float] = (0.0, 0.0)
    ) -> Evidence:
        """What comes for a gap with so much before and behind it; names have the recordings on each side so late."""
        keys = self.keys_s(gap[0] - lead_s, gap[1] + tail_s)
        begins_s = keys[0]
        frames = tuple(KeyFrame(self.media_s(begins_s, key), digest(key)) for key in keys)
        asked = window(gap[0] - lead_s, gap[1] + tail_s)
        run = Run(0.0, self.media_s(begins_s, gap[1] + tail_s), len(keys))
        before = self._recorded(gap[0] - 30, gap[0], names_late_s[0])
        after = self._recorded(gap[1], gap[1] + 30, names_late_s[1])
        media = FetchedMedia(asked, PART, (run,), is_in_order=True)
        return Evidence(media, frames, Seams(window(*gap), (*before, *after)))

    def _recorded(self, start_s: float, end_s: float, late_s: float) -> list[RecordedFrame]:
        """The recorder has all that the camera streamed; a name is up to a second early."""
        seconds = [index * self.gop_s for index in range(int(start_s // self.gop_s), int(end_s // self.gop_s) + 2)]
        seconds = [second for second in seconds if start_s <= second < end_s]
        return [
            RecordedFrame(at(second - late_s), digest(second), self.gop_s if index else 0.0)
            for index, second in enumerate(seconds)
        ]

    def offsets_s(self, runs: tuple[PlacedRun, ...], evidence: Evidence) -> list[float]:
        """How far each key frame in placed runs is from where it belongs."""
        keys = self.keys_s(*((moment - NOON).total_seconds() for moment in _span(evidence)))
        true_s = {digest(key): key for key in keys}
        found = []
        for each in runs:
            for frame in evidence.frames:
                if each.run.start_s - _TICK_S < frame.at_s < each.run.end_s - _TICK_S:
                    stands_s = (each.start - NOON).total_seconds() + (frame.at_s - each.run.start_s) * each.rate
                    found.append(abs(stands_s - true_s[frame.digest]))
        return found


def _span(evidence: Evidence) -> tuple[datetime, datetime]:
    return evidence.media.window.start, evidence.media.window.end
