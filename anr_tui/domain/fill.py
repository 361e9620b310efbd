"""A fill: the work on one gap, once."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import Window


class Phase(StrEnum):
    """What a fill is doing; `ENDED` where it has an outcome."""

    PLANNING = "planning"
    FETCHING = "fetching"
    VERIFYING = "verifying"
    LANDING = "landing"
    RESTING = "resting"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Fill:
    """One attempt to fill a gap: a row of the journal's `fills`.

    `wanted_s` and `got_s` are seconds of media, `speed` is in times real time.
    """

    id: int
    gap_id: str
    camera_id: str
    window: Window
    phase: Phase
    outcome: Outcome | None
    reason: str
    asked_by: str
    started_at: datetime
    ended_at: datetime | None
    wanted_s: float
    got_s: float
    size_bytes: int
    speed: float
    pieces: int
    pieces_landed: int
    log_name: str
