"""A camera that has nothing at the times asked for, from gap to file: asked by zones, bounded, and remembered."""

import math

from anr_tui.demo.camera.faults import Clock, Faults, Pace
from anr_tui.domain.timestamps import format_stamp
from tests.engine import EngineSite, execute_on, worst_offset_s

FAST = Pace(math.inf)
KOLKATA_S = 5.5 * 3600
LOCAL = Faults(clock=Clock(local_time_offset_s=KOLKATA_S), refuses_require=True)


def set_zone(site: EngineSite, zone: str) -> None:
    site.execute("INSERT INTO sites VALUES ('site', 'Site', ?, ?)", zone, format_stamp(site.began))


async def test_what_a_zone_explains_is_remembered_and_asked_by_from_then_on(site: EngineSite) -> None:
    set_zone(site, "Asia/Kolkata")
    card = site.card()
    async with site.camera(card=card, pace=FAST, faults=LOCAL) as camera:
        site.add_camera("gate", camera.port)
        site.record("gate", card, site.window(0, 8), site.window(14, 22), site.window(30, 40))
        site.add_gap("gap_1", "gate", site.window(22, 30))
        await site.sweep(anr_rest_s=0)
        asked = len(camera.requests)
        site.add_gap("gap_2", "gate", site.window(8, 14))
        await site.sweep(anr_rest_s=0)
        plays = [request.method for request in camera.requests[asked:]].count("PLAY")
    remembered = site.remembered("gate")
    assert remembered is not None
    assert (remembered["shift_s"], remembered["shift_shown_by"]) == (-KOLKATA_S, "its pictures")
    assert remembered["zones_tried_at"] is None
    assert [site.gap(gap)["fill_state"] for gap in ("gap_1", "gap_2")] == ["filled", "filled"]
    assert site.proofs() == ["proven", "proven"]
    assert worst_offset_s(site, "gate") <= 1
    assert plays == 1, "asked rightly at once"
    shifts = execute_on(site.journal, "SELECT DISTINCT shift_s FROM landed_files")
    assert [row["shift_s"] for row in shifts] == [-KOLKATA_S]


async def test_a_camera_that_has_nothing_anywhere_is_asked_by_zones_once(site: EngineSite) -> None:
    set_zone(site, "Asia/Kolkata")
    source = site.card()
    card = site.card(site.window(0, 8), source=source)
    async with site.camera(card=card, pace=FAST, faults=Faults(refuses_require=True)) as camera:
        site.add_camera("gate", camera.port)
        site.record("gate", source, site.window(0, 12), site.window(25, 40))
        site.add_gap("gap_1", "gate", site.window(12, 25))
        await site.sweep(anr_rest_s=0)
        asked = len(camera.requests)
        await site.sweep(anr_rest_s=0)
        again = len(camera.requests) - asked
    assert [fill["outcome"] for fill in site.fills()] == ["no_footage"] * 2
    assert [fill["reason"].partition(".")[0] for fill in site.fills()] == [
        "The camera answered DESCRIBE with 404 Not Found"
    ] * 2
    remembered = site.remembered("gate")
    assert remembered is not None and remembered["zones_tried_at"] is not None
    assert again < asked, "the second time it is asked for the gap alone"
    assert site.recorded("gate").keys() == {path.name for path in (site.recordings / "gate").glob("*.mp4")}
    assert execute_on(site.journal, "SELECT * FROM landed_files") == []


async def test_what_one_camera_has_shown_is_tried_on_another_of_its_kind(site: EngineSite) -> None:
    card = site.card()
    async with site.camera(card=card, pace=FAST, faults=LOCAL) as camera:
        site.add_camera("gate", camera.port)
        site.add_camera("dock", camera.port)
        site.record("gate", card, site.window(0, 12), site.window(25, 40))
        site.add_gap("gap_1", "gate", site.window(12, 25))
        await site.sweep(anr_rest_s=0)
        assert site.fills()[0]["outcome"] == "no_footage"
        neighbour = "INSERT INTO camera_memory (camera_id, shift_s, shift_found_at) VALUES ('dock', ?, ?)"
        execute_on(site.journal, neighbour, -KOLKATA_S, format_stamp(site.clock()))
        await site.sweep(anr_rest_s=0)
    assert (site.gap("gap_1")["fill_state"], site.proofs()) == ("filled", ["proven"])
    assert worst_offset_s(site, "gate") <= 1
