"""The policy by which a worker fills gaps: which ones, in which order, how fast, and why a gap waits. Without I/O."""

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
"""Which gaps come first: by their start, or by when retention or the card drops their footage."""

ProofRule = Literal["prefer", "require"]
TlsRule = Literal["pin", "ca", "any"]
"""Whether footage lands whose time nothing proves and nothing contradicts, or only what is proven."""

Priority = tuple[int, float, str]
"""A sort key of gaps: those that people asked for, in that order; then the others in the order of the policy."""


class WaitReason(StrEnum):
    """Why a gap waits, as written in the journal and in JSON."""

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
    """The settings by which a worker picks gaps and fetches them, as it notes them in the journal.

    Gaps that began more than `max_age_hours` ago are not filled, and a gap is given up after `max_attempts`.
    `card_hours` is how long the cameras' own cards keep footage; 0: not known. A gap is first tried `settle_s` seconds
    after its end. At most `max_fills` run at once, and `sessions_per_device` on one device, with `rest_s` seconds
    between two of its sessions. A gap is asked for in pieces of `piece_s` seconds (0: as a whole); silence of `stall_s`
    seconds ends a fetch. The two bandwidths are written as in ANR_BANDWIDTH. With a `time_proof` of
    `require`, only footage lands whose time is proven. `tls`: which certificates of cameras are trusted.
    """

    order: Order = "newest"
    card_hours: int = 0
    max_age_hours: int = 24
    max_attempts: int = 3
    settle_s: float = 30.0
    max_fills: int = 4
    bandwidth: str = "unlimited"
    bandwidth_per_camera: str = "unlimited"
    sessions_per_device: int = 1
    piece_s: int = 300
    rest_s: float = 2.0
    stall_s: float = 15.0
    time_proof: ProofRule = "prefer"
    tls: TlsRule = "pin"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read the policy that a worker noted in the journal. Raises ValueError for a text that is no JSON object.

        Fields that an older worker did not write keep their defaults; fields of a newer worker are ignored.
        """
        values: Any = json.loads(text)
        if not isinstance(values, dict):
            raise ValueError(f"{text[:40]!r} is no fill policy")
        return cls(**{field.name: values[field.name] for field in fields(cls) if field.name in values})

    def to_json(self) -> str:
        """The policy as a worker notes it in the journal."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True)
class GlobalHolds:
    """What holds back the fills of all cameras; the last two do not hold back fills that people asked for."""

    is_ending: bool = False
    is_halted: bool = False
    is_closed: bool = False
    is_paused: bool = False
    is_disk_low: bool = False

    def why(self, *, is_asked_for: bool) -> WaitReason | None:
        """Why no fill starts now, None where nothing holds it back."""
        if self.is_ending:
            return WaitReason.ENDING
        if self.is_halted:
            return WaitReason.HALTED
        if self.is_closed:
            return WaitReason.BANDWIDTH
        if is_asked_for:
            return None
        return WaitReason.PAUSED if self.is_paused else WaitReason.DISK if self.is_disk_low else None


def priority(policy: FillPolicy, gap: RecordingGap, camera: Camera, asked: float | None) -> Priority:
    """The sort key of a gap in the queue; `asked` is lower for earlier requests, None where nobody asked."""
    if asked is not None:
        return 0, asked, gap.id
    start_s = gap.window.start.timestamp()
    if policy.order == "newest":
        return 1, -start_s, gap.id
    if policy.order == "oldest":
        return 1, start_s, gap.id
    kept_h = min(camera.retention_hours, policy.card_hours or _FOREVER_HOURS, _FOREVER_HOURS)
    return 1, start_s // 1 + kept_h * 3600, gap.id


@dataclass(frozen=True, slots=True)
class DueGapFilter:
    """Selects the gaps that a sweep takes, now or once they have settled, as the site's query for due gaps does."""

    policy: FillPolicy
    now: datetime
    # By camera id, for cameras with ANR enabled: the site keeps no footage that ends before this.
    oldest_kept: Mapping[str, datetime]

    @classmethod
    def of(cls, policy: FillPolicy, cameras: Iterable[Camera], now: datetime) -> Self:
        """The filter for the moment `now`, by a policy, for these cameras."""
        enabled = [camera for camera in cameras if camera.anr_enabled]
        oldest = {hours: _oldest_kept(hours, now) for hours in {camera.retention_hours for camera in enabled}}
        return cls(policy, now, {camera.id: oldest[camera.retention_hours] for camera in enabled})

    def wanted(self, gaps: Iterable[RecordingGap]) -> list[RecordingGap]:
        """The gaps that are tried, now or once they have settled."""
        oldest, kept, most = self.oldest_start, self.oldest_kept, self.policy.max_attempts
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
        """The earliest start of gaps that are filled, by their maximum age."""
        return self.now - timedelta(hours=self.policy.max_age_hours)

    @property
    def settle(self) -> timedelta:
        """How long after its end a gap is first tried."""
        return timedelta(seconds=self.policy.settle_s)


def _oldest_kept(retention_hours: int, now: datetime) -> datetime:
    try:
        kept = now - timedelta(hours=min(retention_hours, _FOREVER_HOURS))
    except OverflowError:
        return datetime.min.replace(tzinfo=now.tzinfo)
    return kept.replace(microsecond=0)
