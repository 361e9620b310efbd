"""A gap that is filled over HTTP, from the sweep to the file on disk: by a real worker and a real ffmpeg."""

from pathlib import Path

import pytest

from anr_tui.demo.mediamtx.faults import HttpFaults
from anr_tui.demo.mediamtx.server import playback_server
from anr_tui.fill.ffmpeg.program import Ffmpeg
from tests.engine import PASSWORD, EngineSite, worst_offset_s


@pytest.fixture
def site(tmp_path: Path, ffmpeg: Ffmpeg) -> EngineSite:
    return EngineSite(tmp_path, ffmpeg.path)


async def test_a_fill_over_http_lands_a_file(site: EngineSite) -> None:
    async with playback_server(site.card(), username="operator", password=PASSWORD, path="yard") as server:
        site.add_camera("yard", server.port, vendor="mediamtx")
        site.add_gap("gap_1", "yard", site.window(5, 25))
        await site.sweep()
    [fill] = site.fills()
    assert (fill["outcome"], site.gap("gap_1")["fill_state"]) == ("filled", "filled")
    [length_s] = site.recorded("yard").values()
    assert length_s == pytest.approx(20, abs=0.5)
    assert worst_offset_s(site, "yard") <= 2.0
    assert site.left_behind() == []
    [log] = site.root.rglob("fill-*.log")
    assert PASSWORD not in log.read_text()
    assert "http://***@127.0.0.1" in log.read_text()


async def test_footage_around_a_hole_lands_where_it_belongs(site: EngineSite) -> None:
    card = site.card(site.window(0, 16), site.window(24, 40))
    async with playback_server(card, username="operator", password=PASSWORD, path="yard") as server:
        site.add_camera("yard", server.port, vendor="mediamtx")
        site.add_gap("gap_1", "yard", site.window(4, 36))
        await site.sweep()
    [fill] = site.fills()
    assert fill["outcome"] == "partly_filled"
    assert sum(site.recorded("yard").values()) == pytest.approx(12, abs=2.0)
    assert worst_offset_s(site, "yard") <= 2.0


async def test_a_server_that_breaks_off_loses_nothing_that_had_come(site: EngineSite) -> None:
    async with playback_server(site.card(), username="operator", password=PASSWORD, path="yard") as server:
        server.faults = HttpFaults(cuts_after_s=10)
        site.add_camera("yard", server.port, vendor="mediamtx")
        site.add_gap("gap_1", "yard", site.window(5, 25))
        await site.sweep()
    assert site.fills()[0]["outcome"] == "partly_filled"
    assert 5 < sum(site.recorded("yard").values()) < 12
