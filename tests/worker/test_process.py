"""The worker as a process: what a signal or a kill leaves behind, and what never shows."""

import asyncio
import json
import signal
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from anr_tui.demo.camera.faults import Pace
from tests.engine import PASSWORD, PATIENCE_S, EngineSite, until, writers

FULL_SPEED = Pace(honours_rate_control=True)
PATIENT = {"ANR_STALL_S": str(PATIENCE_S)}


def ffmpegs(site: EngineSite) -> list[str]:
    """Argument lists of the processes that write into the site."""
    return list(writers(site.recordings).values())


def _arguments(directory: Path) -> str:
    try:
        return (directory / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


async def prepare(site: EngineSite, port: int) -> None:
    site.add_camera("gate", port)
    site.add_gap("gap_1", "gate", site.window(5, 35))


async def listed(site: EngineSite, command: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "anr_tui", command, "--json", "--database", str(site.database)),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    return output.decode()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_in_order(site: EngineSite, number: signal.Signals) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        camera.hold(after_s=8)
        await prepare(site, camera.port)
        worker = await site.start_worker(**PATIENT)
        await until(lambda: site.fetched_s() >= 2)
        worker.send_signal(number)
        await worker.communicate()
        await camera.idle()
    assert worker.returncode == 0
    assert ffmpegs(site) == []
    assert site.left_behind() == []
    assert sum(site.recorded("gate").values()) >= 2
    assert site.fills()[0]["outcome"] == "stopped"
    assert (site.gap("gap_1")["fill_state"], site.gap("gap_1")["fill_attempts"]) == ("pending", 0)


async def test_a_killed_worker_leaves_no_ffmpeg_and_the_next_one_goes_on(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        camera.hold(after_s=9)
        await prepare(site, camera.port)
        worker = await site.start_worker(**PATIENT)
        await until(lambda: site.fetched_s() >= 4)
        worker.kill()
        await worker.communicate()
        await until(lambda: ffmpegs(site) == [])
        await camera.idle()
        assert site.gap("gap_1")["fill_state"] == "pending"

        camera.release()
        second = await site.start_worker("--once")
        await second.communicate()
    assert second.returncode == 0
    first, rest = site.fills()
    assert first["outcome"] == "interrupted"
    assert rest["outcome"] == "filled"
    assert rest["wanted_s"] < 29, "what the first one had fetched is not asked for again"
    assert site.gap("gap_1")["fill_state"] == "filled"
    assert sum(site.recorded("gate").values()) == pytest.approx(30, abs=2)
    assert site.left_behind() == []


async def test_there_is_one_worker_per_site(site: EngineSite) -> None:
    first = await site.start_worker()
    await until(lambda: site.journal.exists() and (site.root / "site.anr.logs" / "worker.log").exists())
    await until(lambda: "holds the site" in (site.root / "site.anr.logs" / "worker.log").read_text())
    second = await site.start_worker()
    output, _ = await second.communicate()
    first.terminate()
    await first.communicate()
    assert second.returncode == 1
    assert b"runs already" in output
    assert str(first.pid).encode() in output


async def test_no_password_shows_anywhere_while_fills_run(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        camera.hold(after_s=5)
        await prepare(site, camera.port)
        site.add_camera("wrong", camera.port, password=f"{PASSWORD}!")
        site.add_gap("gap_2", "wrong", site.window(5, 10))
        template = f"rtsp://u:{quote(PASSWORD, safe='')}@127.0.0.1:9/?s={{start}}"
        site.add_camera("template", 9, anr_replay_url_template=template)
        site.add_gap("gap_3", "template", site.window(5, 10))
        worker = await site.start_worker(ANR_MAX_FILLS="3", **PATIENT)
        await camera.played(5)
        assert ffmpegs(site) != []
        arguments = [_arguments(directory) for directory in Path("/proc").iterdir() if directory.name.isdigit()]
        lists = [await listed(site, command) for command in ("status", "cameras", "gaps", "fills")]
        worker.terminate()
        output, _ = await worker.communicate()
    for text in lists:
        json.loads(text)
    texts = [*arguments, *lists, output.decode()]
    texts += [path.read_bytes().decode(errors="replace") for path in (site.root / "site.anr.logs").iterdir()]
    texts += [path.read_bytes().decode(errors="replace") for path in site.root.glob("site.anr.db*")]
    for secret in (PASSWORD, quote(PASSWORD, safe=""), "s3cr3t"):
        assert not [text[:200] for text in texts if secret in text]


async def test_our_files_are_not_world_readable(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        await prepare(site, camera.port)
        worker = await site.start_worker("--once")
        await worker.communicate()
    ours = [*site.root.glob("site.anr.db*"), *(site.root / "site.anr.logs").iterdir(), site.root / "site.anr.logs"]
    assert len(ours) >= 4
    assert [path.name for path in ours if path.stat().st_mode & 0o007] == []
