"""The search by zones: a short question each, until the camera shows a key frame that the recorder has."""

from datetime import datetime

import pytest

from anr_tui.fill.media.key_frame_match import KeyFrame
from anr_tui.fill.placement.probing.probes import Probe
from anr_tui.fill.placement.time_shift.zone_search import ZoneHint, find_by_zones
from anr_tui.fill.placement.witnesses.seams import Seams
from tests.fill.placement.clips import at, digest, recorded, window

PIECE = window(13, 25)
SEAMS = Seams(PIECE, recorded(4, 8, 12, 28))
HINTS = tuple(ZoneHint(shift_s, f"by zone {number}") for number, shift_s in enumerate((-3600.0, -7200.0, -19_800.0)))


class AskedCamera:
    """A camera that shows a picture of second `shows` (None: it cannot be asked) when it is asked with a shift."""

    def __init__(self, shows: dict[float, int], silent: tuple[float, ...] = ()) -> None:
        self.asked: list[tuple[float, datetime]] = []
        self._shows = shows
        self._silent = silent

    async def __call__(self, shift_s: float, moment: datetime) -> Probe | None:
        self.asked.append((shift_s, moment))
        if shift_s in self._silent:
            return None
        second = self._shows.get(shift_s)
        return Probe(None if second is None else KeyFrame(0.0, digest(second)))


async def found(camera: AskedCamera, seams: Seams = SEAMS) -> float | None:
    return await find_by_zones(HINTS, seams, camera, lambda _: None)


@pytest.mark.parametrize(
    ("second", "expected"),
    [(12, -7200.0), (8, -7200.0), (28, -7184.0)],
    ids=["the very key frame", "the key frame before", "another that the recorder has"],
)
async def test_a_key_frame_that_the_recorder_has_settles_it(second: int, expected: float) -> None:
    camera = AskedCamera({-7200.0: second})
    assert await found(camera) == expected
    assert camera.asked == [(-3600.0, at(12)), (-7200.0, at(12))], "what comes after it is not asked"


async def test_pictures_that_the_recorder_has_not_settle_nothing() -> None:
    camera = AskedCamera(dict.fromkeys((hint.shift_s for hint in HINTS), 99))
    assert await found(camera) is None
    assert len(camera.asked) == len(HINTS)


async def test_a_camera_that_cannot_be_asked_is_not_asked_on() -> None:
    camera = AskedCamera({-7200.0: 12}, silent=(-3600.0,))
    assert await found(camera) is None
    assert len(camera.asked) == 1


async def test_what_was_recorded_after_the_gap_does_where_nothing_was_before_it() -> None:
    camera = AskedCamera({-3600.0: 28})
    assert await found(camera, Seams(PIECE, recorded(28, 32))) == -3600.0
    assert camera.asked == [(-3600.0, at(28))]


async def test_where_nothing_was_recorded_beside_it_nothing_is_asked() -> None:
    camera = AskedCamera({-3600.0: 12})
    assert await found(camera, Seams(PIECE, ())) is None
    assert camera.asked == []
