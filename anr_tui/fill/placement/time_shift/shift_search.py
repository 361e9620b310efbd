"""The search for what a camera's times mean, during the fill of one piece: which shift is asked with, and what came."""

from anr_tui.domain.window import Window
from anr_tui.fill.placement.judging.judge import Contradiction, Place
from anr_tui.fill.placement.time_shift.calibration import Calibration
from anr_tui.fill.plan import TOLERANCE_S

_BY_PICTURES, _BY_CLOCK, _BY_ZONE = "its pictures", "its clock", "its zone"
# A Date is cut to the whole second, so half a second is missing on average.
_DATE_CUT_S = 0.5
# What a camera plays live has moved on by this much when it is asked again, in seconds.
_SAME_S = 60.0


class ShiftSearch:
    """The shifts that were tried for a piece. `calibration` is what the camera is asked with now.

    `is_stuck`: it plays the same whatever it is asked for, so that what was learned of it in this piece is forgotten.

    `seen_s` is, in all methods, how far the camera's clock is ahead of ours by its own word, in seconds; None where it
    did not say.
    """

    def __init__(self, known: Calibration) -> None:
        self.calibration = known
        self.is_shown = self.is_stuck = False
        self._before = self._known = known
        self._tried_s = [known.shift_s]
        self._played: list[tuple[float, float]] = []

    @property
    def is_guess(self) -> bool:
        """Whether the camera is asked with a shift that nothing has shown yet."""
        return not self.is_shown and self.calibration != self._known

    def asked(self, window: Window) -> Window:
        """The window to ask the camera for, so that `window` comes."""
        return self.calibration.asked(window)

    def clock_shift_s(self, seen_s: float | None) -> float:
        """The seconds to add to the camera's times to have ours; 0 where the shift is a zone, not the clock's."""
        seen_s, shift_s = seen_s or 0.0, self.calibration.shift_s
        return shift_s if abs(seen_s + shift_s) < abs(seen_s) else 0.0

    def unexplained_s(self, seen_s: float | None, own_step_s: float = 0.0) -> float | None:
        """The seconds of the clock's difference that neither the shift in use nor a step of our clock explains.

        `own_step_s`: how much our own clock was stepped since the fill began; the gap's times may be by both.
        """
        if seen_s is None:
            return None
        # A clock that is ahead plays what is earlier; a zone is no matter of the clock, which speaks UTC.
        return min(seen_s, seen_s + self.calibration.shift_s, seen_s + own_step_s, key=abs)

    def follow_clock(self, seen_s: float | None) -> bool:
        """Ask where the camera's clock points, for once; False where that was tried before."""
        return seen_s is not None and self._turn_to(-round(seen_s + _DATE_CUT_S), _BY_CLOCK)

    def turn_to_zone(self, shift_s: float) -> None:
        """Ask with a shift by which a zone explains the camera's times; nothing has shown that yet."""
        self.calibration, self.is_shown = Calibration(shift_s, _BY_ZONE), False

    def found(self, shift_s: float) -> None:
        """Take in that the camera shows what the recorder has when it is asked with a shift."""
        self._tried_s.append(shift_s)
        self.calibration, self.is_stuck = Calibration(shift_s, _BY_PICTURES), False
        self._show()

    def contradicted(self, contradiction: Contradiction) -> tuple[Contradiction, bool]:
        """Take in footage of another time; returns what to say of it, and whether another try is worth it."""
        if contradiction.shift_s is None:
            self.give_up()
            return contradiction, False
        if self._plays_the_same_again(contradiction.shift_s, _SAME_S):
            self.give_up()
            return Contradiction("It plays the same footage whatever it is asked for, as if it were live"), False
        if self._turn_to(self.calibration.shift_s + contradiction.shift_s, _BY_PICTURES):
            return contradiction, True
        self.give_up()
        return contradiction, False

    def confirm(self) -> None:
        """Take in that footage is proven to be of the time that it was asked for with the shift in use."""
        self._show()

    def learn(self, place: Place, key_frame_distance_s: float) -> bool:
        """Keep how much the camera plays off what it is asked, where that is more than its key frames' distance.

        Returns whether anything was learned.
        """
        shift_s = place.shift_s
        if shift_s is None or -(TOLERANCE_S + key_frame_distance_s) <= shift_s <= TOLERANCE_S:
            return False
        if self._plays_the_same_again(shift_s, TOLERANCE_S):
            self.calibration = self._known = self._before
            self.is_shown, self.is_stuck = False, True
            return False
        self.calibration = Calibration(self.calibration.shift_s + shift_s, _BY_PICTURES)
        self._show()
        return True

    def give_up(self) -> None:
        """Ask with what was known before."""
        self.calibration = self._known

    def _show(self) -> None:
        """Note that the shift in use is shown; that there is none is news only where one was known."""
        self.is_shown = self.calibration.shift_s != 0 or self._known.shift_s != 0
        self._known = self.calibration

    def _turn_to(self, shift_s: float, shown_by: str) -> bool:
        if any(abs(shift_s - tried_s) <= TOLERANCE_S for tried_s in self._tried_s):
            return False
        self._tried_s.append(shift_s)
        self.calibration, self.is_shown = Calibration(shift_s, shown_by), False
        return True

    def _plays_the_same_again(self, shift_s: float, within_s: float) -> bool:
        """Whether the camera was asked for another moment than before, and has played the same to so many seconds."""
        asked_s = -self.calibration.shift_s
        is_same = any(
            abs(asked_s - earlier_s) > TOLERANCE_S and abs(shift_s - then_s) <= within_s
            for earlier_s, then_s in self._played
        )
        self._played.append((asked_s, shift_s))
        return is_same
