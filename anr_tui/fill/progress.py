"""The progress of a fill: what has landed, and what the running fetches report."""

import time
from dataclasses import dataclass

from anr_tui.domain.fill import Phase
from anr_tui.fill.ffmpeg.process import Progress
from anr_tui.journal.journal import FillProgress


@dataclass(slots=True)
class _Fetching:
    started: float
    media_s: float = 0.0
    size_bytes: int = 0


class ProgressMeter:
    """Adds up the progress of a fill; `progress` may be read at any time."""

    def __init__(self) -> None:
        self.phase = Phase.PLANNING
        self.wanted_s = 0.0
        self.pieces = 0
        self.pieces_landed = 0
        self.landed_s = 0.0
        self.landed_bytes = 0
        self.speed = 0.0
        self._fetching: dict[object, _Fetching] = {}

    @property
    def progress(self) -> FillProgress:
        """The progress at this moment. `speed` is in media seconds per second, of all fetches together."""
        under_way = self._fetching.values()
        return FillProgress(
            phase=self.phase,
            wanted_s=self.wanted_s,
            got_s=min(self.landed_s + sum(each.media_s for each in under_way), self.wanted_s),
            size_bytes=self.landed_bytes + sum(each.size_bytes for each in under_way),
            speed=self.speed,
            pieces=self.pieces,
            pieces_landed=self.pieces_landed,
        )

    def begin(self, key: object) -> None:
        """Note that a fetch starts; `key` identifies it among fetches that run at once."""
        self.phase = Phase.FETCHING
        self._fetching[key] = _Fetching(time.monotonic())

    def report(self, key: object, progress: Progress) -> None:
        """Note ffmpeg's report on the fetch `key`."""
        fetching = self._fetching[key]
        fetching.media_s, fetching.size_bytes = progress.media_s, progress.size_bytes
        now = time.monotonic()
        self.speed = sum(each.media_s / max(now - each.started, 0.001) for each in self._fetching.values())

    def end(self, key: object) -> None:
        """Note that the fetch `key` has ended."""
        del self._fetching[key]

    def landed(self, seconds: float, size_bytes: int) -> None:
        """Note that a recording is on disk, with its length in seconds and its size in bytes."""
        self.landed_s += seconds
        self.landed_bytes += size_bytes
        self.pieces_landed += 1
