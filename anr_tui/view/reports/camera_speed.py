"""The speed at which each camera delivers footage, measured from its last fills. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from anr_tui.journal.tables.rows import FillPace
from anr_tui.view.snapshot.snapshot import CameraRow

LAST_FILLS = 60
"""The number of a camera's last fills from which its speed is measured."""


class SpeedOrder(StrEnum):
    """The order of the cameras in a table of speeds; cameras that were never measured come last."""

    SLOWEST = "slowest first"
    NAME = "by name"


@dataclass(frozen=True, slots=True)
class CameraSpeed:
    """The speed of a camera, in times real time (None: not measured), from its last fills with footage, oldest first.

    `remembered` is the speed that the worker stored for the camera, 0 where it has none.
    """

    id: str
    name: str
    device: str
    fills: tuple[FillPace, ...] = ()
    remembered: float = 0.0

    @property
    def last(self) -> float | None:
        """The speed of the last fill; without one, the speed that the worker stored."""
        return self.fills[-1].speed if self.fills else self.remembered or None

    @property
    def median(self) -> float | None:
        """The median speed of the fills."""
        return median(fill.speed for fill in self.fills) if self.fills else None

    @property
    def from_end_to_end(self) -> float | None:
        """The speed of whole fills, with request and landing: for short gaps it is below the camera's speed."""
        return rate_of(self.fills) or self.remembered or None


def camera_speeds(cameras: Iterable[CameraRow], fills: Iterable[FillPace]) -> tuple[CameraSpeed, ...]:
    """The speed of each camera, in the order of `cameras`."""
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
