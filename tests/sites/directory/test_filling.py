"""A worker fills what is missing in a plain directory, as it fills Heldar's."""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from anr_tui.demo.camera.faults import Pace
from anr_tui.demo.footage.footage import make_footage
from anr_tui.domain.timestamps import format_file_stem
from tests.engine import PASSWORD, EngineSite


@pytest.fixture
def site(tmp_path: Path, ffmpeg: str) -> Iterator[EngineSite]:
    site = EngineSite(tmp_path, ffmpeg)
    site.database.unlink()
    yield site
    site.kill_workers()


async def test_a_hole_between_two_files_is_found_and_filled(site: EngineSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANR_SITE", "directory")
    directory = site.recordings / "gate"
    directory.mkdir()
    for window in (site.window(0, 10), site.window(30, 40)):
        path = directory / f"{format_file_stem(window.start)}.mp4"
        make_footage(path, window, ffmpeg=site.ffmpeg, size=(160, 90), label="yard")
    async with site.camera(pace=Pace(honours_rate_control=True)) as camera:
        lines = [
            *("[cameras.gate]", "anr_enabled = true", 'vendor = "hikvision"', 'address = "127.0.0.1"'),
            *(f"rtsp_port = {camera.port}", 'username = "operator"', f'password = "{PASSWORD}"'),
        ]
        (site.recordings / "cameras.toml").write_text("\n".join(lines))
        worker = await site.start_worker("--once")
        output, _ = await asyncio.wait_for(worker.communicate(), 60)
    assert worker.returncode == 0, output.decode()
    assert sum(site.recorded("gate").values()) == pytest.approx(40, abs=2)
    (gap,) = json.loads(await listed(site, "gaps"))
    assert (gap["camera_id"], gap["fill_state"], gap["fill_attempts"]) == ("gate", "filled", 1)
    assert site.left_behind() == ["cameras.toml"]


async def listed(site: EngineSite, command: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "anr_tui", command, "--json"),
        *("--database", str(site.database), "--recordings", str(site.recordings)),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    return output.decode()
