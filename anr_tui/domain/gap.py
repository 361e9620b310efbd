"""A recording gap, and how gaps are counted."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from anr_tui.domain.window import Window


class FillState(StrEnum):
    """`recording_gaps.fill_state` in the site database."""

    PENDING = "pending"
    FILLED = "filled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RecordingGap:
    """A row of `recording_gaps`. Times are cut to the microsecond; `gap_seconds` is as the recorder wrote it."""

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
    """A camera's gaps of one state, which need not be one that we know; `seconds` as the recorder wrote them."""

    camera_id: str
    fill_state: str
    gaps: int
    seconds: float
