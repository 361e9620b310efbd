"""How fast each camera gives its footage, by its last fills. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from anr_tui.journal.tables.rows import FillPace
from anr_tui.view.snapshot.snapshot import CameraRow

LAST_FILLS = 60
"""So many fills of a camera say how fast it is."""


class SpeedOrder(StrEnum):
    """The order of the cameras; those that were never measured come last."""

    SLOWEST = "slowest first"
    NAME = "by name"


@dataclass(frozen=True, slots=True)
class CameraSpeed:
    """A camera's last fills that got any footage, the oldest first; speeds x real time, None: not measured."""

    id: str
    name: str
    device: str
    fills: tuple[FillPace, ...] = ()
    remembered: float = 0.0

    @property
    def last(self) -> float | None:
        """The speed of the last fill; without any, what the worker remembers of the camera."""
        return self.fills[-1].speed if self.fills else self.remembered or None

    @property
    def median(self) -> float | None:
        """The median speed of the fills."""
        return median(fill.speed for fill in self.fills) if self.fills else None

    @property
    def from_end_to_end(self) -> float | None:
        """Footage by time over whole fills, with asking and landing: slower than the camera's speed for short gaps."""
        return rate_of(self.fills) or self.remembered or None


def camera_speeds(cameras: Iterable[CameraRow], fills: Iterable[FillPace]) -> tuple[CameraSpeed, ...]:
    """The speeds of each camera, in the order given."""
    by_camera: defaultdict[str, list[FillPace]] = defaultdict(list)
    for fill in fills:
        by_camera[fill.camera_id].append(fill)
    return tuple(
        CameraSpeed(row.id, row.name, row.device, tuple(by_camera[row.id]), remembered=row.speed) for row in cameras
    )


def rate_of(fills: Sequence[FillPace]) -> float | None:
    """Seconds of footage for each second of filling; None where nothing was filled."""
    took_s = sum(fill.took_s for fill in fills)
    return sum(fill.got_s for fill in fills) / took_s if took_s > 0 else None


def in_order(paces: Iterable[CameraSpeed], order: SpeedOrder) -> list[CameraSpeed]:
    """The cameras sorted by `order`."""
    by_name = sorted(paces, key=lambda pace: (pace.name, pace.id))
    if order is SpeedOrder.NAME:
        return by_name
    return sorted(by_name, key=lambda pace: (pace.last is None, pace.median or pace.last or 0.0))
