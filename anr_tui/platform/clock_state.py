"""The state of this machine's clock: whether anything keeps it synchronised, and how much it is stepped.

Sources: adjtimex(2), clock_gettime(2), systemd-timesyncd.service(8).
"""

import ctypes
import functools
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

_UNSYNCHRONISED = 0x0040
# The kernel's struct timex has 208 bytes at most; what follows the status is not looked at.
_TIMEX_REST = 256
_TIMESYNCD_FLAG = Path("/run/systemd/timesync/synchronized")
# It goes on while the machine sleeps, as the wall clock does.
_STEADY_CLOCK: int = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class _Timex(ctypes.Structure):
    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_ubyte * _TIMEX_REST),
    )


class StepWatch:
    """Tells how much the wall clock was stepped since it was made. `clock` gives our time in UTC.

    A clock that runs a little fast or slow is not stepped, nor is one of a machine that slept.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._ahead_s = self._now_ahead_s()

    @property
    def step_s(self) -> float:
        """By how many seconds the clock was stepped so far, to a tenth; positive: it jumped ahead."""
        # Adding 0 makes 0 of -0.
        return round(self._now_ahead_s() - self._ahead_s, 1) + 0.0

    def _now_ahead_s(self) -> float:
        return self._clock().timestamp() - time.clock_gettime(_STEADY_CLOCK)


def is_synchronised() -> bool | None:
    """Whether a time service keeps this machine's clock synchronised; None where that cannot be known.

    A service that keeps it so for other programs (NTP, PTP, chrony) tells the kernel. Nothing is changed.
    """
    adjtimex = _adjtimex()
    if adjtimex is not None:
        timex = _Timex()
        if adjtimex(ctypes.byref(timex)) >= 0:
            return not timex.status & _UNSYNCHRONISED
    return True if _TIMESYNCD_FLAG.exists() else None


@functools.cache
def _adjtimex() -> "Callable[[object], int] | None":
    """The system call that reads the kernel's clock; None on a system that has none."""
    try:
        return ctypes.CDLL(None).adjtimex
    except (OSError, AttributeError, TypeError):
        return None
