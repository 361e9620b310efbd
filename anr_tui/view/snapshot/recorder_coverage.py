"""The recorder's segments of each camera, read again from time to time and in small steps, so that no screen waits."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from anr_tui.domain.window import Window, merged
from anr_tui.sites.interface import SegmentList
from anr_tui.view.snapshot.gap_rows import GapRowCache
from anr_tui.view.snapshot.snapshot import Timeline

READ_AGAIN = timedelta(minutes=1)
READ_ANEW = timedelta(minutes=30)
"""Between two full reads only the newest segments are looked for, so that deletions show up this much later at most."""
_BUDGET_S = 0.2
# A segment may begin before the span, and a recorder may list the newest ones out of order.
_EARLIER = timedelta(hours=1)
_SEAM_S = 3


@dataclass(frozen=True, slots=True)
class _Held:
    since: datetime
    read_anew_at: datetime
    windows: tuple[Window, ...]


class RecorderCoverage:
    """Reads the segments for the coverage strips, some cameras in each call; one camera's day takes 8 ms."""

    def __init__(self) -> None:
        self._span: timedelta | None = None
        self._held: dict[str, _Held] = {}
        self._due: list[str] = []
        self._has_news = True
        self._began_at: datetime | None = None
        self.changes = 0
        """The number of times that the result has changed."""

    def look_back(self, span: timedelta) -> None:
        """Read as much as strips of this span need from now on."""
        if self._span is None or span > self._span:
            self._has_news, self._began_at, self._due = True, None, []
        self._span = span
        self.changes += 1

    def note_change(self) -> None:
        """Note that the site database has changed."""
        self._has_news = True

    async def read(self, segments: SegmentList, camera_ids: Sequence[str], now: datetime) -> None:
        """Read the next cameras, for at most about 0.2 s. Raises SiteError."""
        if self._span is None:
            return
        # After a clock was set back, reading must not stop for that long.
        is_time = self._began_at is None or abs(now - self._began_at) >= READ_AGAIN
        if self._has_news and is_time and not self._due:
            self._has_news, self._began_at = False, now
            self._due = list(reversed(camera_ids))
            self._held = {key: self._held[key] for key in camera_ids if key in self._held}
            self.changes += 1
        started_s = time.monotonic()
        while self._due:
            await self._read_camera(segments, self._due.pop(), now - self._span, now)
            if time.monotonic() - started_s >= _BUDGET_S:
                break

    def timeline(self, gap_rows: GapRowCache, now: datetime) -> Timeline | None:
        """What was read so far, with the gaps that reach into the span; None before `look_back` was called."""
        if self._span is None:
            return None
        return Timeline(
            span=self._span,
            read_at=self._began_at,
            recorded={key: held.windows for key, held in self._held.items()},
            gaps=gap_rows.recent(now - self._span),
        )

    async def _read_camera(self, segments: SegmentList, camera_id: str, since: datetime, now: datetime) -> None:
        held = self._held.get(camera_id)
        self.changes += 1
        if held is None or not held.windows or since < held.since or abs(now - held.read_anew_at) >= READ_ANEW:
            windows = await segments.recorded(camera_id, since - _EARLIER)
            if windows is not None:
                self._held[camera_id] = _Held(since, now, tuple(windows))
            return
        newest = await segments.recorded(camera_id, held.windows[-1].end - _EARLIER)
        if newest:
            self._held[camera_id] = replace(held, windows=tuple(merged([*held.windows, *newest], _SEAM_S)))
