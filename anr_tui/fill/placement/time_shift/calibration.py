"""Finding out how a camera's times are meant: where its footage contradicts, the offset that fits is looked for.

Cameras take the digits that they are asked with for UTC or for their local time, by model and firmware, and their
clocks are off; facts differ by vendor, so only pictures that the recorder has as well settle it.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from anr_tui.domain.window import Window
from anr_tui.fill.media.key_frame_match import KeyFrame
from anr_tui.fill.placement.witnesses.recordings import matches, recorded_frames
from anr_tui.sites.interface import RecordingArchive

# Zones lie between UTC-12 and UTC+14, and are whole quarters of an hour; the halves come first.
_STEP_S = 900.0
_FURTHEST_ZONE_S = 14 * 3600.0
# So far around a place that is looked at may the footage be off it.
_AROUND_S = 120.0
# So much of what came is looked for.
_SAMPLE_S = 60.0
# A camera that plays live shows what was recorded last.
_LIVE_S = 600.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """How much later than the moment asked for a camera's pictures are, in seconds, and what shows it.

    Negative: they are earlier.
    """

    shift_s: float = 0.0
    shown_by: str = ""

    @property
    def is_zone(self) -> bool:
        """Whether it is about the hour, so that both ends of a window are meant so; else its start may be alone."""
        return abs(self.shift_s) > _AROUND_S

    def asked(self, window: Window) -> Window:
        """The window to ask for so that this one comes."""
        shift = timedelta(seconds=self.shift_s)
        if self.is_zone:
            return Window(window.start - shift, window.end - shift)
        return Window(window.start - shift, max(window.end, window.end - shift))


def find_elsewhere(
    archive: RecordingArchive,
    camera_id: str,
    asked: datetime,
    frames: Sequence[KeyFrame],
    *,
    hints_s: Sequence[float],
    left_out: Collection[str],
    now: datetime,
) -> float | None:
    """How much later than `asked` the footage is whose key frames are `frames`, by the recordings of other times.

    In seconds; None where no recording shows it. `hints_s` are looked at first: they may be meant as they are, or on
    top of a zone. Files named in `left_out` prove nothing. Blocking. SiteError.
    """
    sample = [frame for frame in frames if frame.at_s < _SAMPLE_S]
    if not sample:
        return None
    length = timedelta(seconds=min(sample[-1].at_s, _SAMPLE_S) + _AROUND_S)
    looked: list[Window] = []
    for place in _places(asked, hints_s, now):
        around = Window(place - timedelta(seconds=_AROUND_S), place + length)
        if any(known.start <= around.start and around.end <= known.end for known in looked):
            continue
        looked.append(around)
        pairs = matches(sample, recorded_frames(archive, camera_id, around, left_out=left_out))
        if pairs:
            return (pairs[0].moment - asked).total_seconds() - pairs[0].at_s
    return None


def _places(asked: datetime, hints_s: Sequence[float], now: datetime) -> Iterator[datetime]:
    """The moments at which footage may be that was asked for as `asked`, the likeliest first."""
    for shift_s in hints_s:
        yield asked + timedelta(seconds=shift_s)
    for zone_s in _zones():
        yield asked + timedelta(seconds=zone_s)
    for shift_s in hints_s:
        for zone_s in _zones():
            yield asked + timedelta(seconds=shift_s + zone_s)
    live_s = 0.0
    while live_s < _LIVE_S:
        live_s += _AROUND_S
        yield now - timedelta(seconds=live_s)


def _zones() -> Iterator[float]:
    """The offsets of zones from each other, in seconds: whole hours first, then halves, then quarters."""
    steps = int(_FURTHEST_ZONE_S // _STEP_S)
    for every, left_out in ((4, 0), (2, 4), (1, 2)):
        for step in range(every, steps + 1, every):
            if not left_out or step % left_out:
                yield -step * _STEP_S
                yield step * _STEP_S
