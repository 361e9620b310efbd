"""The zones that suggest themselves for a camera which may take the digits of times for its local time."""

import time
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from anr_tui.domain.camera import Camera
from anr_tui.fill.placement.time_shift.calibration import Calibration
from anr_tui.fill.placement.time_shift.zone_search import ZoneHint
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.replay.dialects.interface import TimeBasis
from anr_tui.replay.dialects.registry import dialect_of

# Each costs a session of the camera.
MOST_ZONES = 3
_TRY_AGAIN_AFTER = timedelta(days=1)
# Offsets that differ by no more are one.
_SAME_S = 60.0


def zone_hints(
    camera: Camera,
    cameras: Iterable[Camera],
    memories: Mapping[str, CameraMemory],
    *,
    site_zone: str,
    moment: datetime,
    now: datetime,
) -> tuple[ZoneHint, ...]:
    """The zones to try on a camera that has nothing at `moment`, the likeliest first.

    None for a camera that is calibrated, or whose dialect names the zone in each time, and none where that was tried
    within a day and nothing was learned of its neighbours since. `site_zone` is the name of the site's zone, which may
    be unknown or "".
    """
    memory = memories.get(camera.id, CameraMemory(camera.id))
    neighbours = _calibrated_alike(camera, cameras, memories)
    if memory.shift_s or not _may_take_local_time(camera) or not _is_due(memory, neighbours, now):
        return ()
    shifts = Counter(neighbour.shift_s for neighbour in neighbours)
    found = [ZoneHint(shift_s, "as another camera of its kind") for shift_s, _ in shifts.most_common()]
    found += [ZoneHint(-offset_s, "by the site's zone") for offset_s in _offsets_s(site_zone, moment)]
    found += [ZoneHint(-offset_s, "by this machine's zone") for offset_s in _own_offsets_s(moment)]
    chosen: list[ZoneHint] = []
    for hint in found:
        if hint.shift_s and all(abs(hint.shift_s - other.shift_s) > _SAME_S for other in chosen):
            chosen.append(hint)
    return tuple(chosen[:MOST_ZONES])


def _calibrated_alike(
    camera: Camera, cameras: Iterable[Camera], memories: Mapping[str, CameraMemory]
) -> list[CameraMemory]:
    """What is known of other cameras that are asked in the same dialect, and whose times are off by a zone."""
    alike = (other.id for other in cameras if other.id != camera.id and dialect_of(other) == dialect_of(camera))
    known = (memories[camera_id] for camera_id in alike if camera_id in memories)
    return [memory for memory in known if Calibration(memory.shift_s).is_zone]


def _may_take_local_time(camera: Camera) -> bool:
    dialect = dialect_of(camera)
    return dialect.needs_template or dialect.time_basis is not TimeBasis.UTC


def _is_due(memory: CameraMemory, neighbours: Iterable[CameraMemory], now: datetime) -> bool:
    tried_at = memory.zones_tried_at
    if tried_at is None or not tried_at <= now <= tried_at + _TRY_AGAIN_AFTER:
        return True
    return any(other.shift_found_at is not None and other.shift_found_at > tried_at for other in neighbours)


def _offsets_s(zone_name: str, moment: datetime) -> list[float]:
    """The offset of a zone from UTC at a moment, in seconds, and that without summer time; [] for an unknown zone."""
    try:
        zone = ZoneInfo(zone_name) if zone_name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return []
    there = moment.astimezone(zone) if zone else None
    offset, summer = (there.utcoffset(), there.dst()) if there else (None, None)
    if offset is None:
        return []
    return [offset.total_seconds(), (offset - (summer or timedelta())).total_seconds()]


def _own_offsets_s(moment: datetime) -> list[float]:
    """The same of this machine's own zone."""
    offset = moment.astimezone().utcoffset()
    return [offset.total_seconds() if offset else 0.0, -float(time.timezone)]
