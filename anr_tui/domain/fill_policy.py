"""Which gaps a worker takes, in which order, and why one waits: for the worker, and for those who look on. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal, Self

from anr_tui.domain.camera import Camera
from anr_tui.domain.gap import FillState, RecordingGap

_FOREVER_HOURS = 1_000_000

Order = Literal["newest", "oldest", "deadline"]
"""Which gaps first: by their start, or by what retention or card drops first."""

Priority = tuple[int, float, str]
"""Sorts gaps as they are taken: what people asked for first, as they asked; then in the order that is set."""


class WaitReason(StrEnum):
    """Why a gap waits, as the journal and JSON say it."""

    NO_WORKER = "no_worker"
    ASKED = "asked"
    ENDING = "ending"
    HALTED = "halted"
    BANDWIDTH = "bandwidth"
    PAUSED = "paused"
    DISK = "disk"
    CAMERA = "camera"
    DEVICE = "device"
    FILLS = "fills"
    TURN = "turn"
    SWEEP = "sweep"
    SETTLES = "settles"
    SET_ASIDE = "set_aside"
    LEFT_ALONE = "left_alone"


@dataclass(frozen=True, slots=True)
class FillPolicy:
    """The settings by which a worker picks and fetches, as it notes them in the journal."""

    order: Order = "newest"
    card_hours: int = 0
    max_age_hours: int = 24
    max_attempts: int = 3
    settle_s: float = 30.0
    max_fills: int = 4
    bandwidth: str = "unlimited"
    bandwidth_per_camera: str = "unlimited"

    @classmethod
    def read(cls, text: str) -> Self:
        """From a journal's JSON; what a worker of another version does not say is as by default. Raises ValueError."""
        said: Any = json.loads(text)
        if not isinstance(said, dict):
            raise ValueError(f"{text[:40]!r} are no rules")
        return cls(**{field.name: said[field.name] for field in fields(cls) if field.name in said})

    @property
    def text(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class GlobalHolds:
    """What holds back fills of any camera, whoever asked for them; the last two not those that people asked for."""

    is_ending: bool = False
    is_halted: bool = False
    is_closed: bool = False
    is_paused: bool = False
    is_disk_low: bool = False

    def why(self, *, is_asked_for: bool) -> WaitReason | None:
        """Why no fill starts, or None."""
        if self.is_ending:
            return WaitReason.ENDING
        if self.is_halted:
            return WaitReason.HALTED
        if self.is_closed:
            return WaitReason.BANDWIDTH
        if is_asked_for:
            return None
        return WaitReason.PAUSED if self.is_paused else WaitReason.DISK if self.is_disk_low else None


def priority(rules: FillPolicy, gap: RecordingGap, camera: Camera, asked: float | None) -> Priority:
    """When a gap's turn is; `asked` is lower for what people asked for earlier, None where nobody did."""
    if asked is not None:
        return 0, asked, gap.id
    start_s = gap.window.start.timestamp()
    if rules.order == "newest":
        return 1, -start_s, gap.id
    if rules.order == "oldest":
        return 1, start_s, gap.id
    kept_h = min(camera.retention_hours, rules.card_hours or _FOREVER_HOURS, _FOREVER_HOURS)
    return 1, start_s // 1 + kept_h * 3600, gap.id


@dataclass(frozen=True, slots=True)
class DueGapFilter:
    """Which gaps a sweep takes, now or once they have settled: the same as the site's query for due gaps says."""

    rules: FillPolicy
    now: datetime
    # By the cameras that are filled by themselves: what ends before this, the site does not keep.
    oldest_kept: Mapping[str, datetime]

    @classmethod
    def of(cls, rules: FillPolicy, cameras: Iterable[Camera], now: datetime) -> Self:
        """The sieve of this moment."""
        enabled = [camera for camera in cameras if camera.anr_enabled]
        oldest = {hours: _oldest_kept(hours, now) for hours in {camera.retention_hours for camera in enabled}}
        return cls(rules, now, {camera.id: oldest[camera.retention_hours] for camera in enabled})

    def wanted(self, gaps: Iterable[RecordingGap]) -> list[RecordingGap]:
        """Those that are tried, today or once they have settled."""
        oldest, kept, most = self.oldest_start, self.oldest_kept, self.rules.max_attempts
        return [
            gap
            for gap in gaps
            if gap.fill_state is FillState.PENDING
            and gap.fill_attempts < most
            and gap.window.start >= oldest
            and gap.camera_id in kept
            and gap.window.end > kept[gap.camera_id]
        ]

    @property
    def oldest_start(self) -> datetime:
        """What began before this is left alone."""
        return self.now - timedelta(hours=self.rules.max_age_hours)

    @property
    def settle(self) -> timedelta:
        """How long after its end a gap is tried first."""
        return timedelta(seconds=self.rules.settle_s)


def _oldest_kept(retention_hours: int, now: datetime) -> datetime:
    try:
        kept = now - timedelta(hours=min(retention_hours, _FOREVER_HOURS))
    except OverflowError:
        return datetime.min.replace(tzinfo=now.tzinfo)
    return kept.replace(microsecond=0)
