"""Whether all of the footage can have come, where a fetch was ended by the length that was asked for.

That counts media time: of a camera whose stamps run fast, or that plays something else first, it cuts off the end.
"""

from datetime import timedelta

from anr_tui.fill.placement.anchor import NAME_S, Anchor
from anr_tui.fill.placement.judging.judge import Evidence
from anr_tui.fill.placement.witnesses.front import begins_at_s
from anr_tui.fill.placement.witnesses.pace import witness_of

# So much of an earlier session is waited for where nothing of what came is known.
FOREIGN_S = 30.0
_LEAST_S = 0.5


def extra_s(evidence: Evidence) -> float:
    """By how many media seconds the footage is longer than the window that was asked for; 0: all may have come."""
    seams, asked = evidence.seams, evidence.media.window
    pairs = evidence.pairs
    if seams.late(pairs) is not None:
        return 0.0
    witness = witness_of(evidence.frames, pairs, seams.recorded)
    rate = evidence.told_rate or (witness.rate if witness else None) or evidence.known_rate or 1.0
    expected_s = asked.seconds / rate + _front_s(evidence, seams.early(pairs), rate)
    longer_s = expected_s - asked.seconds
    if longer_s < _LEAST_S or expected_s - evidence.media.end_s < _LEAST_S:
        return 0.0
    return longer_s + NAME_S + seams.key_frame_distance_s


def is_end_missing(evidence: Evidence) -> bool:
    """Whether the recording after the piece should be in what came, as the one before it is, and is not."""
    seams, pairs = evidence.seams, evidence.pairs
    if seams.after is None or seams.early(pairs) is None or seams.late(pairs) is not None:
        return False
    return seams.after.at + timedelta(seconds=NAME_S) < evidence.media.window.end


def _front_s(evidence: Evidence, early: Anchor | None, rate: float) -> float:
    """How many media seconds come before the moment that was asked for."""
    if early is None:
        return 0.0 if evidence.seams.is_bare else evidence.front_s or 0.0
    too_late_s = early.at_s - (early.moment - evidence.asked).total_seconds() / rate
    return max(0.0, too_late_s, begins_at_s(evidence.frames, evidence.seams.recorded, early, rate))
