"""The zones that suggest themselves for a camera: few, the likeliest first, and not for a camera that needs none."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.worker.fills.zone_hints import MOST_ZONES, zone_hints
from tests.builders import CAMERA

SUMMER, WINTER = datetime(2026, 6, 13, 12, tzinfo=UTC), datetime(2026, 1, 13, 12, tzinfo=UTC)
HOUR_S = 3600.0
GATE = replace(CAMERA, id="gate", vendor="hikvision", replay_url_template=None)
DOCK, HALL = replace(GATE, id="dock"), replace(GATE, id="hall")
KOLKATA = CameraMemory("dock", shift_s=-5.5 * HOUR_S, shift_shown_by="its pictures", shift_found_at=SUMMER)


@pytest.fixture(autouse=True)
def in_utc(monkeypatch: pytest.MonkeyPatch):
    """This machine's zone, whatever it is, is UTC."""
    monkeypatch.setenv("TZ", "UTC0")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def shifts_s(
    camera=GATE, cameras=(GATE, DOCK, HALL), memories=(), *, zone="", moment=SUMMER, now=SUMMER
) -> list[float]:
    known = {memory.camera_id: memory for memory in memories}
    hints = zone_hints(camera, cameras, known, site_zone=zone, moment=moment, now=now)
    return [hint.shift_s for hint in hints]


@pytest.mark.parametrize(
    ("zone", "moment", "expected"),
    [
        ("Europe/Berlin", SUMMER, [-2 * HOUR_S, -HOUR_S]),
        ("Europe/Berlin", WINTER, [-HOUR_S]),
        ("Asia/Kolkata", SUMMER, [-5.5 * HOUR_S]),
        ("America/New_York", WINTER, [5 * HOUR_S]),
        ("UTC", SUMMER, []),
        ("", SUMMER, []),
        ("Nowhere/Land", SUMMER, []),
        ("../../etc/passwd", SUMMER, []),
        ("Europe", SUMMER, []),
        ("\0", SUMMER, []),
    ],
)
def test_the_sites_zone_with_and_without_summer_time(zone: str, moment: datetime, expected: list[float]) -> None:
    assert shifts_s(zone=zone, moment=moment) == expected


def test_this_machines_zone_comes_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    assert shifts_s() == [-2 * HOUR_S, -HOUR_S]
    assert shifts_s(zone="Asia/Kolkata") == [-5.5 * HOUR_S, -2 * HOUR_S, -HOUR_S]


def test_what_is_known_of_cameras_of_its_kind_comes_first_and_there_are_few() -> None:
    tokyo = [CameraMemory("hall", shift_s=-9 * HOUR_S), CameraMemory("yard", shift_s=-9 * HOUR_S)]
    cameras = (GATE, DOCK, HALL, replace(GATE, id="yard"))
    found = shifts_s(cameras=cameras, memories=[KOLKATA, *tokyo], zone="Europe/Berlin")
    assert found == [-9 * HOUR_S, -5.5 * HOUR_S, -2 * HOUR_S]
    assert len(found) == MOST_ZONES


@pytest.mark.parametrize(
    "memory",
    [replace(KOLKATA, shift_s=-10.0), replace(KOLKATA, camera_id="gone"), replace(KOLKATA, shift_s=0.0)],
    ids=["only begins early", "of a camera that is gone", "plays what is asked"],
)
def test_a_neighbour_that_shows_no_zone_suggests_none(memory: CameraMemory) -> None:
    assert shifts_s(memories=[memory]) == []


def test_a_neighbour_of_another_kind_suggests_nothing() -> None:
    mediamtx = replace(DOCK, vendor="mediamtx")
    assert shifts_s(cameras=(GATE, mediamtx), memories=[KOLKATA]) == []
    assert shifts_s(replace(GATE, vendor="mediamtx"), zone="Asia/Kolkata") == [], "its times name their zone"


def test_a_calibrated_camera_is_not_asked_by_zones() -> None:
    assert shifts_s(memories=[CameraMemory("gate", shift_s=-10.0)], zone="Asia/Kolkata") == []


@pytest.mark.parametrize(
    ("hours", "is_asked"),
    [(1, False), (23, False), (25, True), (-1, True)],
    ids=["1 h", "23 h", "25 h", "clock set back"],
)
def test_what_was_tried_is_not_tried_again_that_day(hours: int, is_asked: bool) -> None:
    tried = CameraMemory("gate", zones_tried_at=SUMMER)
    found = shifts_s(memories=[tried], zone="Asia/Kolkata", now=SUMMER + timedelta(hours=hours))
    assert bool(found) is is_asked


def test_what_a_neighbour_has_shown_since_is_tried_at_once() -> None:
    tried = CameraMemory("gate", zones_tried_at=SUMMER - timedelta(minutes=1))
    assert shifts_s(memories=[tried, KOLKATA]) == [-5.5 * HOUR_S]
    assert shifts_s(memories=[replace(tried, zones_tried_at=SUMMER), KOLKATA]) == []
