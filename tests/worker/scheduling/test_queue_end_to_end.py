"""What the worker says of what waits is what it does: in which order gaps are taken, and why another waits."""

from datetime import timedelta

from anr_tui.demo.camera.faults import Faults, Pace
from anr_tui.domain.policy.fill_policy import WaitReason
from anr_tui.domain.request import RequestKind, RequestState
from anr_tui.domain.timestamps import now_utc
from anr_tui.journal.journal import Journal
from anr_tui.view.site_reader import SiteReader
from anr_tui.view.snapshot.snapshot import Queue
from anr_tui.worker.scheduler import Scheduler
from tests.engine import PATIENCE_S, EngineSite, ask, execute_on, until

FULL_SPEED = Pace(honours_rate_control=True)


async def note_alive(worker: Scheduler) -> None:
    """The heartbeat of a worker that has none of its own here."""
    await worker.context.journal.lease.note_state(
        now=now_utc(), paused=worker.state.is_paused, halted=worker.state.is_halted, next_sweep_at=None
    )


async def seen(site: EngineSite, worker: Scheduler, **changes: object) -> Queue:
    """What a console is shown, once the worker has told what waits."""
    await worker.queue.tell()
    await note_alive(worker)
    view = await SiteReader.open(site.settings(**changes), is_read_only=True)
    try:
        return (await view.look()).queue
    finally:
        await view.close()


def reasons(queue: Queue) -> dict[str, WaitReason]:
    return {row.gap.id: row.why for row in queue.rows}


async def test_each_reason_is_told_while_it_holds(site: EngineSite) -> None:
    async with site.camera() as one, site.camera() as two:
        one.hold()
        two.hold()
        site.add_camera("gate", one.port)
        site.add_camera("yard", one.port)
        site.add_camera("dock", two.port)
        site.add_gap("gap_1", "gate", site.window(25, 35))
        site.add_gap("gap_2", "gate", site.window(20, 22))
        site.add_gap("gap_3", "yard", site.window(10, 12))
        site.add_gap("gap_4", "dock", site.window(5, 7))
        site.add_gap("gap_5", "dock", site.window(1, 3))
        async with site.working(anr_max_fills=1, anr_stall_s=PATIENCE_S) as worker:
            await until(lambda: worker.state.running)
            queue = await seen(site, worker)
            assert [row.gap.id for row in queue.rows] == ["gap_2", "gap_3", "gap_4", "gap_5"]
            assert reasons(queue) == {
                "gap_2": WaitReason.CAMERA,
                "gap_3": WaitReason.FILLS,
                "gap_4": WaitReason.FILLS,
                "gap_5": WaitReason.FILLS,
            }
            assert queue.rows[0].behind == site.fills()[0]["id"]
            worker.state.is_paused = True
            assert set(reasons(await seen(site, worker)).values()) == {WaitReason.PAUSED}
            worker.halt(True)
            assert set(reasons(await seen(site, worker)).values()) == {WaitReason.HALTED}
            worker.halt(False)
            worker.state.lifetime.is_asked_to_drain = True
            assert set(reasons(await seen(site, worker)).values()) == {WaitReason.ENDING}


async def test_a_busy_device_is_told_with_the_fill_that_has_it(site: EngineSite) -> None:
    async with site.camera() as camera:
        camera.hold()
        site.add_camera("gate", camera.port)
        site.add_camera("yard", camera.port)
        site.add_gap("gap_1", "gate", site.window(20, 30))
        site.add_gap("gap_2", "yard", site.window(5, 7))
        async with site.working(anr_stall_s=PATIENCE_S) as worker:
            await until(lambda: worker.state.running)
            (row,) = (await seen(site, worker)).rows
    assert (row.gap.id, row.why, row.behind) == ("gap_2", WaitReason.DEVICE, site.fills()[0]["id"])


async def test_what_waits_for_a_time_says_until_when(site: EngineSite) -> None:
    late = now_utc() + timedelta(seconds=2)
    async with site.camera(faults=Faults(describe_status=503)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 15))
        site.add_camera("yard", camera.port)
        site.add_gap("gap_2", "yard", type(site.window(0, 1))(late - timedelta(seconds=9), late))
        async with site.working() as worker:
            await until(lambda: site.remembered("gate") and not worker.state.running)
            queue = await seen(site, worker, anr_settle_s=30)
    by_id = {row.gap.id: row for row in queue.rows}
    aside = site.remembered("gate")
    assert aside is not None
    assert (by_id["gap_1"].why, by_id["gap_1"].more) == (WaitReason.SET_ASIDE, "camera busy")
    assert by_id["gap_1"].until is not None
    assert (by_id["gap_2"].why, by_id["gap_2"].until) == (WaitReason.SETTLES, late + timedelta(seconds=30))


async def test_gaps_are_taken_in_the_order_in_which_they_are_shown(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        for number in range(5):
            site.add_gap(f"gap_{number}", "gate", site.window(5 * number, 5 * number + 3))
        async with site.working(anr_order="oldest", heldar_anr_enabled=False) as worker:
            worker.halt(True)
            for gap_id in ("gap_3", "gap_1"):
                await asked(site, gap_id)
                await until(lambda gap_id=gap_id: gap_id in worker.state.waiting)
            await ask(site, RequestKind.FIRST, gap_id="gap_1")
            worker.state.is_paused = False
            shown = [row.gap.id for row in (await seen(site, worker)).rows]
            assert shown == ["gap_1", "gap_3", "gap_0", "gap_2", "gap_4"]
            worker.halt(False)
            worker.sweep_now()
            await until(lambda: all(site.gap(f"gap_{number}")["fill_state"] == "filled" for number in range(5)))
    assert [fill["gap_id"] for fill in site.fills()] == shown


async def asked(site: EngineSite, gap_id: str) -> int:
    """Ask for a fill and do not wait for it."""
    journal = await Journal.open(site.journal)
    try:
        return await journal.requests.ask(RequestKind.FILL, asked_by="ann@console", now=now_utc(), gap_id=gap_id)
    finally:
        await journal.close()


async def test_a_request_that_a_worker_has_taken_and_not_begun_can_be_cancelled(site: EngineSite) -> None:
    async with site.camera() as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 15))
        async with site.working(heldar_anr_enabled=False) as worker:
            worker.halt(True)
            number = await asked(site, "gap_1")
            await until(lambda: worker.state.waiting)
            answer = await ask(site, RequestKind.CANCEL, gap_id="gap_1")
            queue = await seen(site, worker)
            assert worker.state.waiting == {}
    assert answer.state is RequestState.DONE
    (request,) = execute_on(site.journal, "SELECT * FROM requests WHERE id = ?", number)
    assert (request["state"], request["reason"]) == ("refused", "Cancelled by ann@console.")
    assert [row.requests for row in queue.rows] == [()]
    assert site.fills() == []


async def test_what_has_not_changed_is_not_written_again(site: EngineSite) -> None:
    async with site.worker() as worker:
        site.add_camera("gate", 1)
        for number in range(3):
            site.add_gap(f"gap_{number}", "gate", site.window(5 * number, 5 * number + 3))
            gap = await worker.context.site.gaps.gap(f"gap_{number}")
            assert gap is not None
            worker.enqueue(gap, (await worker.context.site.cameras.all()).good[0], "sweep")
        await worker.queue.tell()
        other = await Journal.open(site.journal, is_read_only=True)
        try:
            before = await other.data_version()
            await worker.queue.tell()
            assert await other.data_version() == before
            del worker.state.waiting["gap_1"]
            await worker.queue.tell()
            assert await other.data_version() != before
            assert sorted(await other.queue.entries(worker.context.journal.lease_id)) == ["gap_0", "gap_2"]
        finally:
            await other.close()
