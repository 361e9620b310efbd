"""A device that frees a session seconds after its end: how long it rests is found out, and one fill does it."""

from anr_tui.demo.camera.faults import Faults, Pace
from anr_tui.replay.dialects.registry import device_of
from tests.engine import EngineSite

FULL_SPEED = Pace(honours_rate_control=True)


async def test_a_device_that_frees_its_session_late_is_waited_for_and_remembered(site: EngineSite) -> None:
    """GIVEN a device with one session, which counts 3 s longer than it lasts WHEN a gap needs two sessions THEN one
    fill brings all of it, and the next fill rests as long from the start."""
    faults = Faults(max_sessions=1, frees_after_s=3.0)
    async with site.camera(pace=FULL_SPEED, faults=faults) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 17))
        async with site.worker(anr_piece_s=6, anr_rest_s=0) as worker:
            await worker.run(worker.state.lifetime.ending, once=True)
            (row,) = (await worker.context.site.cameras.all()).good
            rest_s = worker.session_limits.rest_s(device_of(row))
    assert [(fill["outcome"], fill["reason"]) for fill in site.fills()] == [("filled", "12 s fetched.")]
    assert rest_s in (2.0, 4.0)  # doubled until it was enough; how soon it was asked again, the machine decides


async def test_a_device_that_somebody_else_uses_is_busy_all_the_same(site: EngineSite) -> None:
    faults = Faults(busy_s=3600)
    async with site.camera(pace=FULL_SPEED, faults=faults) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 17))
        async with site.worker(anr_rest_s=0) as worker:
            await worker.run(worker.state.lifetime.ending, once=True)
    assert [fill["outcome"] for fill in site.fills()] == ["camera_busy"]
    assert camera.sessions.total == 0
