"""Rows of a Heldar site for tests of what reads them: segments of the recorder, and gaps of five minutes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from anr_tui.domain.policy.fill_policy import Order
from anr_tui.domain.timestamps import format_stamp
from anr_tui.domain.window import Window
from tests.heldar_site import NOW, HeldarSite

HOUR = timedelta(hours=1)
# From when on the recorder's segments are looked at.
SINCE = NOW - HOUR
# What the gaps of five minutes are judged by: how long each camera keeps its footage, from when on a gap is too old,
# and how long it rests first.
RETENTION_H = {"gate": 24, "dock": 3, "yard": 1, "off": 24}
MAX_AGE = 10 * HOUR
SETTLE = timedelta(minutes=10)


def segment_window(start_s: float, end_s: float) -> Window:
    """A window in seconds after `SINCE`."""
    return Window(SINCE + timedelta(seconds=start_s), SINCE + timedelta(seconds=end_s))


def add_segment(heldar_site: HeldarSite, start_s: float, end_s: float, camera_id: str = "gate", **columns: Any) -> None:
    """A row of `segments` that goes from `start_s` to `end_s`, in seconds after `SINCE`."""
    start, end = (format_stamp(SINCE + timedelta(seconds=seconds)) for seconds in (start_s, end_s))
    name = f"{camera_id}/{start_s}-{end_s}-{len(columns)}"
    row = {
        "id": name,
        "camera_id": camera_id,
        "path": name,
        "start_time": start,
        "end_time": end,
        "duration_s": end_s - start_s,
        "created_at": end,
    }
    heldar_site.insert("segments", row | columns)


@dataclass(frozen=True)
class FiveMinuteGap:
    """A gap that began so many minutes ago and lasted five."""

    camera_id: str
    minutes_ago: int
    state: str
    attempts: int

    @property
    def id(self) -> str:
        return f"{self.camera_id}-{self.minutes_ago:04}"

    def is_due(self, left_out: Sequence[str]) -> bool:
        """Whether a sweep takes it that leaves these gaps and cameras out."""
        end_minutes = self.minutes_ago - 5
        return (
            self.camera_id not in {"off", *left_out}
            and self.id not in left_out
            and (self.state, self.attempts < 3) == ("pending", True)
            and SETTLE <= timedelta(minutes=end_minutes) < timedelta(hours=RETENTION_H[self.camera_id])
            and timedelta(minutes=self.minutes_ago) <= MAX_AGE
        )

    def rank(self, order: Order) -> tuple[int, str]:
        """Its place among those that are due: the lowest is taken first."""
        deadline = RETENTION_H[self.camera_id] * 60 - self.minutes_ago
        return {"newest": self.minutes_ago, "oldest": -self.minutes_ago, "deadline": deadline}[order], self.id


FIVE_MINUTE_GAPS = st.builds(
    FiveMinuteGap,
    st.sampled_from(sorted(RETENTION_H)),
    st.integers(5, 700),
    st.sampled_from(["pending", "pending", "filled", "failed"]),
    st.integers(0, 3),
)


def add_five_minute_gap(site: HeldarSite, row: FiveMinuteGap) -> None:
    """Write the gap into the site database."""
    start = NOW - timedelta(minutes=row.minutes_ago)
    site.add_gap(
        row.id,
        row.camera_id,
        gap_start=format_stamp(start),
        gap_end=format_stamp(start + timedelta(minutes=5)),
        fill_state=row.state,
        fill_attempts=row.attempts,
    )
