"""Every second at its own place, and proven by the recordings beside it."""

import math

import pytest

from anr_tui.demo.camera.faults import Faults, Pace
from tests.engine import EngineSite, execute_on, worst_offset_s

FULL_SPEED = Pace(honours_rate_control=True)
FAST = Pace(math.inf)


def proofs(site: EngineSite) -> list[str]:
    return [row["proof"] for row in execute_on(site.journal, "SELECT proof FROM landed_files ORDER BY id")]


@pytest.mark.parametrize("pace", [FULL_SPEED, FAST], ids=["onvif", "plain"])
async def test_footage_between_two_recordings_is_proven_by_both(site: EngineSite, pace: Pace) -> None:
    card = site.card()
    site.record("gate", card, site.window(0, 12), site.window(25, 40))
    async with site.camera(card=card, pace=pace) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(12, 25))
        await site.sweep()
        assert sum(request.method == "PLAY" for request in camera.requests) == 1, "the proof costs no session"
    assert site.gap("gap_1")["fill_state"] == "filled"
    assert proofs(site) == ["proven"]
    assert worst_offset_s(site, "gate") <= 0.2
    assert sum(site.recorded("gate").values()) == pytest.approx(40, abs=0.1), "no second twice, none missing"


@pytest.mark.parametrize("offset_s", [37, -61, 3600, -5 * 3600 - 1800])
@pytest.mark.parametrize("pace", [FULL_SPEED, FAST], ids=["onvif", "plain"])
async def test_a_camera_with_another_clock_is_asked_by_what_its_pictures_show(
    site: EngineSite, pace: Pace, offset_s: int
) -> None:
    card = site.card()
    site.record("gate", card, site.window(0, 12), site.window(25, 40))
    async with site.camera(card=card, pace=pace, faults=Faults(clock_offset_s=offset_s)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(12, 25))
        await site.sweep()
    assert worst_offset_s(site, "gate") <= 0.2
    assert site.gap("gap_1")["fill_state"] == "filled"
    assert proofs(site) == ["proven"]
