"""A recording gap, and the counts of gaps."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from anr_tui.domain.window import Window


class FillState(StrEnum):
    """How far a gap is filled: `recording_gaps.fill_state` in the site database."""

    PENDING = "pending"
    FILLED = "filled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RecordingGap:
    """A gap in a camera's recordings: a row of `recording_gaps`.

    Times are cut to the microsecond; `gap_seconds` is the recorder's own figure.
    """

    id: str
    camera_id: str
    window: Window
    gap_seconds: int
    fill_state: FillState
    fill_attempts: int
    last_attempt_at: datetime | None
    filled_at: datetime | None


@dataclass(frozen=True, slots=True)
class GapCount:
    """The number of a camera's gaps in one state, which may be a state that we do not know.

    `seconds` is the sum of the recorder's own figures.
    """

    camera_id: str
    fill_state: str
    gaps: int
    seconds: float
