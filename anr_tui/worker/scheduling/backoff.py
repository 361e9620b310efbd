"""Cameras set aside: after which outcomes, and for how long."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from anr_tui.domain.camera import Camera
from anr_tui.domain.outcome import Outcome
from anr_tui.journal.tables.rows import CameraMemory

_FIRST_S = {Outcome.UNREACHABLE: 30.0, Outcome.CAMERA_BUSY: 10.0}
_LONGEST_S = {Outcome.UNREACHABLE: 1800.0, Outcome.CAMERA_BUSY: 120.0}
_JITTER = 0.2


def after_fill(
    memory: CameraMemory, camera: Camera, outcome: Outcome, *, now: datetime, random: Random
) -> CameraMemory:
    """What to remember of a camera after a fill: set aside with backoff and jitter, or nothing against it."""
    if outcome is Outcome.LOGIN_REFUSED:
        # No time: repeated wrong logins lock accounts, so a person or a changed row must come first.
        return _aside(memory, camera, None, outcome)
    if outcome in _FIRST_S:
        wait_s = min(_FIRST_S[outcome] * 2.0 ** min(memory.failures, 16), _LONGEST_S[outcome])
        wait = timedelta(seconds=wait_s * random.uniform(1 - _JITTER, 1 + _JITTER))
        return _aside(memory, camera, now + wait, outcome)
    if outcome in (Outcome.STOPPED, Outcome.DISK_FULL, Outcome.TOO_OLD):
        return memory
    return replace(memory, set_aside_until=None, set_aside_why="", set_aside_row="", failures=0)


def _aside(memory: CameraMemory, camera: Camera, until: datetime | None, outcome: Outcome) -> CameraMemory:
    return replace(
        memory,
        set_aside_until=until,
        set_aside_why=outcome.words,
        set_aside_row=camera.updated_at,
        failures=memory.failures + 1,
    )
