"""Backoff: for how long a camera is set aside after a fill, by the traits of the outcome."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from anr_tui.domain.camera import Camera
from anr_tui.domain.outcome import Backoff, BackoffKind, Outcome
from anr_tui.journal.tables.rows import CameraMemory

_JITTER = 0.2
# A camera that floods us costs more than one that is off: it is asked less often.
_AFTER_BREACH = Backoff(BackoffKind.GROWS, first_s=300.0, longest_s=7200.0)


def after_fill(
    memory: CameraMemory,
    camera: Camera,
    outcome: Outcome,
    *,
    now: datetime,
    random: Random,
    has_breached: bool = False,
) -> CameraMemory:
    """What to remember of a camera after a fill with this outcome at `now`, and until when it is set aside.

    `has_breached`: it sent far more of something than any working device does, for which it is set aside as well.
    Pauses vary by `_JITTER`, so that the cameras behind one switch do not all come back at the same time.
    """
    backoff = outcome.traits.backoff
    if has_breached and outcome is Outcome.NOT_UNDERSTOOD:
        backoff = _AFTER_BREACH
    match backoff.kind:
        case BackoffKind.ENDS:
            return replace(memory, set_aside_until=None, set_aside_why=None, set_aside_row="", failures=0)
        case BackoffKind.UNCHANGED:
            return memory
        case BackoffKind.UNTIL_CHANGED:
            return _aside(memory, camera, None, outcome)
        case BackoffKind.GROWS:
            wait_s = min(backoff.first_s * 2.0 ** min(memory.failures, 16), backoff.longest_s)
            wait = timedelta(seconds=wait_s * random.uniform(1 - _JITTER, 1 + _JITTER))
            return _aside(memory, camera, now + wait, outcome)


def _aside(memory: CameraMemory, camera: Camera, until: datetime | None, outcome: Outcome) -> CameraMemory:
    return replace(
        memory,
        set_aside_until=until,
        set_aside_why=outcome,
        set_aside_row=camera.updated_at,
        failures=memory.failures + 1,
    )
