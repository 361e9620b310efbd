"""The time stamps that a simulated camera gives its media, against the time at which it was filmed."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anr_tui.demo.camera.faults import Faults


@dataclass(slots=True)
class StampClock:
    """Gives each picture its place on the media clock of one PLAY."""

    _outlier_s: float | None = field(default=None, init=False)

    def media_s(self, played_s: float, skipped_s: float, faults: "Faults") -> float:
        """Seconds after the first time stamp, for what was filmed `played_s` after it, holes of `skipped_s` apart."""
        stand, jump = faults.stamps_stand, faults.stamps_jump
        stamp_s = stand[0] if stand and stand[0] <= played_s < stand[1] else played_s
        stamp_s += 0.0 if faults.skips_holes else skipped_s
        stamp_s *= faults.stamp_rate
        stamp_s += jump[1] if jump and played_s >= jump[0] else 0.0
        return stamp_s + self._outlier(played_s, faults.stamp_outlier)

    def _outlier(self, played_s: float, outlier: tuple[float, float] | None) -> float:
        """The first picture that is due is the outlier; it is asked for more than once."""
        if outlier is None or played_s < outlier[0]:
            return 0.0
        if self._outlier_s is None:
            self._outlier_s = played_s
        return outlier[1] if played_s == self._outlier_s else 0.0
