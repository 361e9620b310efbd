"""What the worker deletes of its own notes, and above all what it does not."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from anr_tui.demo.camera.faults import Pace
from anr_tui.domain.event import EventKind
from anr_tui.domain.timestamps import format_stamp, now_utc
from anr_tui.worker.lifecycle.housekeeping import _tidy, number_past_logs, remove_logs
from tests.engine import EngineSite, execute_on, until

DAY = timedelta(days=1)
OLD, YOUNG = 91 * DAY, 89 * DAY


def insert(site: EngineSite, table: str, **row: object) -> int:
    places = ", ".join("?" * len(row))
    statement = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places}) RETURNING id"
    return int(execute_on(site.journal, statement, *row.values())[0]["id"])


def ago(age: timedelta) -> str:
    return format_stamp(now_utc() - age)


def add_worker(site: EngineSite, age: timedelta) -> int:
    stamps = {"started_at": ago(age), "seen_at": ago(age), "ended_at": ago(age)}
    return insert(site, "workers", user="u", host="h", pid=1, birth="", version="1", **stamps)


def add_fill(site: EngineSite, age: timedelta, outcome: str | None = "filled", worker: int = 0) -> int:
    stamps = {"window_start": ago(age + DAY), "window_end": ago(age), "started_at": ago(age)}
    about = {"gap_id": "gap_1", "camera_id": "gate", "worker_id": worker or add_worker(site, age), "asked_by": "sweep"}
    ending = {"phase": "ended", "outcome": outcome, "ended_at": ago(age) if outcome else None}
    return insert(site, "fills", **about, **stamps, **ending)


def add_file(site: EngineSite, fill: int, age: timedelta, camera: str = "gate") -> int:
    stamps = {name: ago(age) for name in ("end_time", "asked_end", "landed_at")}
    stamps |= {name: ago(age + DAY) for name in ("start_time", "asked_start")}
    what = {"name": f"{fill}.mp4", "size_bytes": 1, "sha256": "ab", "source_url": "", "ffmpeg_version": "9"}
    return insert(site, "landed_files", fill_id=fill, camera_id=camera, **what, **stamps)


def ids(site: EngineSite, table: str) -> set[int]:
    return {row["id"] for row in execute_on(site.journal, f"SELECT id FROM {table}")}


async def test_what_has_ended_long_ago_goes_and_what_is_young_or_open_stays(site: EngineSite) -> None:
    async with site.worker() as worker:
        own = ids(site, "events") | {
            insert(site, "events", at=ago(YOUNG), kind="alarm", who="w", words=""),
        }
        insert(site, "events", at=ago(OLD), kind="alarm", who="w", words="")
        line = {"request_id": 1, "camera_id": "gate", "mark": "good", "seen": "", "hint": ""}
        insert(site, "checks", **line, kind="port", at=ago(OLD))
        young_check = insert(site, "checks", **line, kind="login", at=ago(YOUNG))
        asked = {"kind": "fill", "asked_by": "anna", "asked_at": ago(OLD)}
        kept = {
            insert(site, "requests", **asked, state="asked"),
            insert(site, "requests", **asked, state="taken"),
            insert(site, "requests", **asked, state="done", ended_at=ago(YOUNG)),
        }
        for state in ("done", "refused"):
            insert(site, "requests", **asked, state=state, ended_at=ago(OLD))
        runs_for_long, young, old = add_fill(site, OLD, None), add_fill(site, YOUNG), add_fill(site, OLD)
        workers = {row["id"]: row["worker_id"] for row in execute_on(site.journal, "SELECT * FROM fills")}
        add_worker(site, OLD)
        await _tidy(worker.context, worker.state)
        assert ids(site, "events") == own
        assert ids(site, "checks") == {young_check}
        assert ids(site, "requests") == kept
        assert ids(site, "fills") == {runs_for_long, young}
        assert ids(site, "workers") == {worker.context.journal.lease_id, workers[runs_for_long], workers[young]}
        assert workers[old] not in ids(site, "workers")


@pytest.mark.parametrize(
    ("landed", "has_file", "retention_h", "camera", "stays"),
    [
        (OLD, False, 24, "gate", False),
        (OLD, True, 24, "gate", True),
        (YOUNG, False, 24, "gate", True),
        (OLD, False, 24 * 365, "gate", True),
        (OLD, False, 24, "removed", False),
        (OLD, True, 24, "removed", True),
        (OLD, False, 24, "../gate", True),
    ],
    ids=["expired", "still there", "young", "missing before its time", "no camera", "no camera, a file", "no place"],
)
async def test_evidence_stays_for_as_long_as_its_file_or_its_absence_matters(
    site: EngineSite, landed: timedelta, has_file: bool, retention_h: int, camera: str, stays: bool
) -> None:
    site.add_camera("gate", 1, retention_hours=retention_h)
    async with site.worker() as worker:
        fill = add_fill(site, landed, worker=worker.context.journal.lease_id)
        add_file(site, fill, landed, camera)
        if has_file:
            (site.recordings / camera).mkdir()
            (site.recordings / camera / f"{fill}.mp4").touch()
        await _tidy(worker.context, worker.state)
        assert bool(ids(site, "landed_files")) is bool(ids(site, "fills")) is stays


async def test_a_disk_that_is_not_mounted_costs_no_evidence(site: EngineSite) -> None:
    site.add_camera("gate", 1)
    async with site.worker() as worker:
        add_file(site, add_fill(site, OLD, worker=worker.context.journal.lease_id), OLD)
        site.recordings.rename(site.root / "elsewhere")
        await _tidy(worker.context, worker.state)
        assert len(ids(site, "landed_files")) == 1


async def test_a_worker_that_lost_the_site_deletes_nothing(site: EngineSite) -> None:
    async with site.worker() as worker:
        add_fill(site, OLD)
        insert(site, "events", at=ago(OLD), kind="alarm", who="w", words="")
        before = {table: ids(site, table) for table in ("events", "fills", "workers")}
        execute_on(site.journal, "UPDATE lease SET worker_id = (SELECT min(id) FROM workers WHERE id <> worker_id)")
        for table in before:
            await worker.context.journal.pruning.delete_old(table, now_utc() - 90 * DAY)
        assert {table: ids(site, table) for table in before} == before


def make_log(directory: Path, name: str, size: int, age: timedelta) -> Path:
    path = directory / name
    path.write_bytes(b"x" * size)
    at = (now_utc() - age).timestamp()
    os.utime(path, (at, at))
    return path


def test_logs_go_by_age_then_by_size_the_oldest_first_and_never_one_that_is_written(tmp_path: Path) -> None:
    make_log(tmp_path, "fill-1.log", 10, OLD)
    running = make_log(tmp_path, "fill-2.log", 10, OLD)
    make_log(tmp_path, "fill-3.log", 10, 3 * DAY)
    kept = [make_log(tmp_path, f"fill-{number}.log", 10, 2 * DAY) for number in (9, 10)]
    kept += [make_log(tmp_path, "fill-11.log", 10, DAY), running]
    assert remove_logs(tmp_path, {"fill-2.log"}, now_utc() - 90 * DAY, 30) == 2
    assert sorted(tmp_path.iterdir()) == sorted(kept)
    assert remove_logs(tmp_path, {"fill-2.log"}, now_utc() - 90 * DAY, 20) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"fill-2.log", "fill-10.log", "fill-11.log"}
    assert remove_logs(tmp_path / "none", set(), now_utc(), 0) == 0


def test_what_is_not_a_log_of_ours_is_neither_followed_nor_deleted(tmp_path: Path) -> None:
    logs, outside = tmp_path / "logs", tmp_path / "outside"
    logs.mkdir()
    outside.mkdir()
    treasure = make_log(outside, "fill-1.log", 10, OLD)
    names = ["worker.log", "worker.log.1", "console.log", "fill-1.log.bak", "fill-x.log", "Fill-1.log"]
    names += ["fill-\uff11.log", "fill-1.log\n", " fill-1.log"]
    for name in names:
        make_log(logs, name, 10, OLD)
    (logs / "fill-5.log").symlink_to(treasure)
    (logs / "fill-6.log").symlink_to(outside)
    (logs / "fill-7.log").mkdir()
    os.mkfifo(logs / "fill-8.log")
    before = sorted(logs.iterdir())
    assert remove_logs(logs, set(), now_utc(), 0) == 0
    assert sorted(logs.iterdir()) == before
    assert treasure.exists()


async def test_a_fill_gets_no_number_that_has_a_log_and_a_journal_that_was_taken_away_is_said(site: EngineSite) -> None:
    async with site.camera(pace=Pace(honours_rate_control=True)) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 10))
        await site.sweep()
        logs = site.root / "site.anr.logs"
        (logs / "fill-1.log").rename(logs / "fill-41.log")
        before = (logs / "fill-41.log").read_text()
        for path in site.root.glob("site.anr.db*"):
            path.unlink()
        site.add_gap("gap_2", "gate", site.window(15, 20))
        await site.sweep()
        await site.sweep()
    assert [fill["id"] for fill in site.fills()] == [42]
    assert site.gap("gap_2")["fill_state"] == "filled"
    assert (logs / "fill-41.log").read_text() == before
    kinds = [row["kind"] for row in execute_on(site.journal, "SELECT kind FROM events")]
    assert kinds.count(EventKind.JOURNAL_SET_ASIDE) == 1


async def test_what_comes_first_is_no_journal_that_was_taken_away(site: EngineSite) -> None:
    async with site.worker() as worker:
        await number_past_logs(worker.context)
        events = await worker.context.journal.events.newest(kinds=[EventKind.JOURNAL_SET_ASIDE])
    assert events == []


async def test_a_worker_tidies_up_as_it_starts_and_says_so_in_one_line(site: EngineSite) -> None:
    async with site.worker():
        for _ in range(450):
            insert(site, "events", at=ago(OLD), kind="alarm", who="w", words="")
    process = await site.start_worker()
    log = site.root / "site.anr.logs" / "worker.log"
    await until(lambda: log.exists() and "tidied up" in log.read_text())
    process.terminate()
    await process.communicate()
    lines = [line for line in log.read_text().splitlines() if "tidied up" in line]
    assert len(lines) == 1
    assert lines[0].endswith("450 events")
