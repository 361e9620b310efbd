"""What a real worker writes into its metrics file, and what becomes of the file."""

import asyncio
import logging
from pathlib import Path

import pytest

from anr_tui.demo.camera.faults import Pace
from anr_tui.worker.reporting.metrics_file import MetricsFile
from tests.engine import PASSWORD, EngineSite, until
from tests.worker.reporting.metrics_reader import read_metrics


def numbers(path: Path) -> dict[str, dict[str, float]]:
    return {name: family.numbers for name, family in read_metrics(path.read_text()).items()}


async def prepare(site: EngineSite, port: int) -> None:
    site.add_camera("gate", port)
    site.add_camera("dock", port, anr_enabled=0)
    site.add_gap("gap_1", "gate", site.window(5, 15))
    site.add_gap("gap_2", "gate", site.window(20, 30))
    site.add_gap("gap_3", "dock", site.window(5, 25), "failed")
    site.add_gap("gap_4", "dock", site.window(30, 35), "odd")


async def test_a_worker_writes_what_is_missing_and_what_it_does(site: EngineSite, tmp_path: Path) -> None:
    path = tmp_path / "anr.prom"
    async with site.camera(pace=Pace()) as camera:
        await prepare(site, camera.port)
        worker = await site.start_worker("--metrics-file", str(path))
        await until(path.exists)
        first = numbers(path)
        worker.terminate()
        await worker.communicate(b"")
    assert first["anr_worker_up"] == {"": 1}
    assert first["anr_gaps"] == {"pending": 2, "filled": 0, "failed": 1, "odd": 1}
    assert first["anr_missing_seconds"] == {"gate": 20, "dock": 25}
    assert first["anr_site_missing_seconds"] == {"": 45}
    assert first["anr_camera_set_aside"] == {"gate": 0, "dock": 0}
    assert first["anr_alarm_active"] == {"disk": 0, "files": 0, "sweep": 0}
    assert first["anr_disk_free_bytes"][""] > 0
    assert path.stat().st_mode & 0o777 == 0o644
    assert PASSWORD not in path.read_text()
    assert "127.0.0.1" not in path.read_text()


async def test_it_leaves_its_counters_and_says_that_it_is_gone(site: EngineSite, tmp_path: Path) -> None:
    path = tmp_path / "anr.prom"
    async with site.camera(pace=Pace(honours_rate_control=True)) as camera:
        await prepare(site, camera.port)
        worker = await site.start_worker("--once", "--metrics-file", str(path))
        await worker.communicate(b"")
        assert worker.returncode == 0
    left = read_metrics(path.read_text())
    counted = {name for name, family in left.items() if family.kind == "counter"}
    assert set(left) - counted == {"anr_worker_up"}
    assert left["anr_worker_up"].numbers == {"": 0}
    ended = left["anr_fills_ended_total"].numbers
    assert (ended["filled"], ended["no_footage"]) == (2, 0)
    assert left["anr_recovered_seconds_total"].numbers[""] == pytest.approx(20, abs=1)
    sizes = [file.stat().st_size for file in site.recordings.rglob("*.mp4")]
    assert left["anr_recovered_bytes_total"].numbers == {"": sum(sizes)}
    assert [each.name for each in tmp_path.glob(".anr*")] == []


async def test_a_camera_that_is_set_aside_shows(site: EngineSite, tmp_path: Path) -> None:
    file = MetricsFile(tmp_path / "anr.prom")
    async with site.camera() as camera:
        site.add_camera("gate", camera.port, password="wrong")
        site.add_gap("gap_1", "gate", site.window(5, 15))
        async with site.worker() as worker:
            await worker.run(asyncio.Event(), once=True)
            keeping = asyncio.create_task(file.keep(worker.context, worker.state))
            await until((tmp_path / "anr.prom").exists)
            keeping.cancel()
    seen = numbers(tmp_path / "anr.prom")
    assert seen["anr_camera_set_aside"] == {"gate": 1}
    assert seen["anr_fills_ended_total"]["login_refused"] == 1
    assert seen["anr_sweep_timestamp_seconds"][""] <= seen["anr_worker_seen_timestamp_seconds"][""]


@pytest.mark.parametrize(
    ("name", "sentence"), [("no/anr.prom", b"No such file or directory"), ("anr.txt", b"Let it end in .prom")]
)
async def test_a_file_that_cannot_do_is_refused_at_the_start(
    site: EngineSite, tmp_path: Path, name: str, sentence: bytes
) -> None:
    worker = await site.start_worker("--metrics-file", str(tmp_path / name))
    output, _ = await worker.communicate(b"")
    assert worker.returncode == 2
    assert sentence in output
    assert not site.journal.exists()


async def test_what_goes_wrong_later_is_said_once_and_stops_nothing(
    site: EngineSite, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anr_tui.worker.reporting.metrics_file.WRITE_S", 0.01)
    caplog.set_level(logging.WARNING)
    path = tmp_path / "metrics" / "anr.prom"
    path.parent.mkdir()
    file = MetricsFile(path)
    async with site.worker() as worker:
        keeping = asyncio.create_task(file.keep(worker.context, worker.state))
        await until(path.exists)
        path.unlink()
        path.parent.rmdir()
        await until(lambda: "were not written" in caplog.text)
        path.parent.mkdir()
        await until(path.exists)
        keeping.cancel()
    assert caplog.text.count("were not written") == 1
