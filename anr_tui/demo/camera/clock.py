"""The clocks that a simulated camera goes by: the digits of its URLs and answers, and the Date of its RTSP headers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime

from anr_tui.domain.window import Window


@dataclass(frozen=True, slots=True)
class Clock:
    """How a camera reads and tells times. Seconds; a positive number is ahead of UTC.

    `local_time_offset_s` holds for the digits of URLs, `clock` ranges and descriptions; what ONVIF marks and RTCP
    reports say stays UTC. The other fields concern the RTSP Date alone.
    """

    local_time_offset_s: float = 0.0  # digits marked Z are its local time: footage moment = digits - offset
    date_offset_s: float = 0.0  # the Date is that much ahead, while the footage is right
    date_step_s: float = 0.0  # the Date goes that much further ahead with each connection after the first
    most_date_steps: int | None = None  # it does so that often at most
    cuts_date_to_minute: bool = False  # the Date has no seconds: 12:34:56 is told as 12:34:00
    tells_date: bool = True  # False: no answer has a Date

    def date(self, now: datetime, connection: int) -> str | None:
        """The Date header of an answer at `now` on the `connection`th connection (from 1); None: it has none."""
        if not self.tells_date:
            return None
        steps = connection - 1 if self.most_date_steps is None else min(connection - 1, self.most_date_steps)
        told = now + timedelta(seconds=self.date_offset_s + self.date_step_s * steps)
        if self.cuts_date_to_minute:
            told = told.replace(second=0, microsecond=0)
        return format_datetime(told, usegmt=True)


def moved(window: Window, seconds: float) -> Window:
    """The window that many seconds later."""
    offset = timedelta(seconds=seconds)
    return Window(window.start + offset, window.end + offset)


def clock_range(window: Window) -> str:
    """The window as a `clock` range, with a fraction only where there is one (RFC 2326, 3.7)."""
    return f"clock={_digits(window.start)}-{_digits(window.end)}"


def _digits(moment: datetime) -> str:
    fraction = f".{moment.microsecond:06d}".rstrip("0") if moment.microsecond else ""
    return f"{moment:%Y%m%dT%H%M%S}{fraction}Z"
