"""Backoff: for how long a camera is set aside after a fill, by the traits of the outcome."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from anr_tui.domain.camera import Camera
from anr_tui.domain.outcome import BackoffKind, Outcome
from anr_tui.journal.tables.rows import CameraMemory

_JITTER = 0.2


def after_fill(
    memory: CameraMemory, camera: Camera, outcome: Outcome, *, now: datetime, random: Random
) -> CameraMemory:
    """What to remember of a camera after a fill with this outcome at `now`, and until when it is set aside.

    Pauses vary by `_JITTER`, so that the cameras behind one switch do not all come back at the same time.
    """
    backoff = outcome.traits.backoff
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
