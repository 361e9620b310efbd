"""The time stamps that a simulated camera gives its media, against the time at which it was filmed."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anr_tui.demo.camera.faults import Faults


@dataclass(slots=True)
class StampClock:
    """Gives each picture its place on the media clock of one PLAY."""

    _outliers_s: dict[tuple[float, float], float] = field(default_factory=dict, init=False)

    def media_s(self, played_s: float, skipped_s: float, faults: "Faults") -> float:
        """Seconds after the first time stamp, for what was filmed `played_s` after it, holes of `skipped_s` apart."""
        stand, jump = faults.stamps_stand, faults.stamps_jump
        stamp_s = stand[0] if stand and stand[0] <= played_s < stand[1] else played_s
        stamp_s += 0.0 if faults.skips_holes else skipped_s
        stamp_s = _at_rate(stamp_s, faults)
        stamp_s += jump[1] if jump and played_s >= jump[0] else 0.0
        single = (faults.stamp_outlier,) if faults.stamp_outlier else ()
        return stamp_s + sum(self._outlier(played_s, outlier) for outlier in (*single, *faults.stamp_outliers))

    def _outlier(self, played_s: float, outlier: tuple[float, float]) -> float:
        """The first picture that is due is the outlier; it is asked for more than once."""
        if played_s < outlier[0]:
            return 0.0
        return outlier[1] if played_s == self._outliers_s.setdefault(outlier, played_s) else 0.0


def _at_rate(stamp_s: float, faults: "Faults") -> float:
    change = faults.stamp_rate_change
    if change is None or stamp_s <= change[0]:
        return stamp_s * faults.stamp_rate
    return change[0] * faults.stamp_rate + (stamp_s - change[0]) * change[1]
