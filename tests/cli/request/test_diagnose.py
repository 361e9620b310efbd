"""`anr-tui diagnose`: the real command, with a worker of its own or the site's, and simulated cameras."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from anr_tui.demo.camera.faults import Faults, Pace
from anr_tui.domain.diagnosis import CheckKind
from tests.cli.rows import has_worker
from tests.engine import PASSWORD, EngineSite, execute_on, until

FAST = Pace(honours_rate_control=True)


@pytest.fixture
def site(tmp_path: Path, ffmpeg: str) -> Iterator[EngineSite]:
    site = EngineSite(tmp_path, ffmpeg)
    yield site
    site.kill_workers()


async def diagnose(site: EngineSite, *words: str) -> tuple[int, str, str]:
    """Exit status, output and errors of the command."""
    short = {"HELDAR_MIN_FREE_DISK_GB": "0", "ANR_REST_S": "0.1", "HELDAR_FFMPEG_BIN": site.ffmpeg}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "anr_tui", "diagnose", *words, "--database", str(site.database)),
        *("--recordings", str(site.recordings)),
        env=dict(os.environ) | short,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert PASSWORD not in (text := out.decode() + err.decode()), text
    return process.returncode or 0, out.decode(), err.decode()


async def test_with_a_worker_of_its_own_each_line_is_said_and_all_good_is_0(site: EngineSite) -> None:
    async with site.camera(pace=FAST) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 35))
        status, out, _ = await diagnose(site, "Gate")
    assert status == 0, out
    lines = [line for line in out.splitlines() if not line.startswith(" ")]
    assert [line[11:24].strip() for line in lines] == [kind.words for kind in CheckKind]
    assert [line[:10].strip() for line in lines] == ["good", "good", "good", "not known", "good", "good"]
    assert not has_worker(site)
    assert site.gap("gap_1")["fill_state"] == "pending"


async def test_with_the_sites_worker_a_failure_is_1_and_json_says_all(site: EngineSite) -> None:
    async with site.camera(faults=Faults(refuses_login=True)) as camera:
        site.add_camera("gate", camera.port)
        worker = await site.start_worker()
        await until(lambda: has_worker(site))
        status, out, _ = await diagnose(site, "gate", "--json")
        assert worker.returncode is None
        assert len(execute_on(site.journal, "SELECT * FROM workers")) == 1
        worker.terminate()
        await worker.communicate()
    said = json.loads(out)
    assert (status, said["camera_id"], said["state"]) == (1, "gate", "done")
    assert [check["mark"] for check in said["checks"]] == ["good", "failed", "good", "skipped", "skipped", "skipped"]
    assert [check["kind"] for check in said["checks"]] == list(CheckKind)


async def test_a_camera_that_is_not_there_is_2(site: EngineSite) -> None:
    status, out, err = await diagnose(site, "nowhere")
    assert (status, out) == (2, "")
    assert "There is no camera 'nowhere'" in err
