"""Files that cannot be read: unknown, in nobody's way, and never deleted for that."""

import struct
from pathlib import Path

import pytest

from anr_tui.demo.camera.faults import Pace
from anr_tui.domain.timestamps import format_file_stem
from tests.engine import EngineSite, execute_on, worst_offset_s

FULL_SPEED = Pace(honours_rate_control=True)
GAP = (5, 29)


def without_media_header(path: Path) -> None:
    """Let the `mdhd` box of a recording be empty."""
    content = path.read_bytes()
    at = content.index(b"mdhd") - 4
    (length,) = struct.unpack_from(">I", content, at)
    emptied = struct.pack(">I4sI4s", 8, b"mdhd", length - 8, b"free")
    path.write_bytes(content[:at] + emptied + content[at + len(emptied) :])


async def test_a_damaged_part_blocks_no_gap_and_goes_once_all_it_may_hold_is_on_disk(site: EngineSite) -> None:
    async with site.camera(pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(*GAP))
        directory = site.recordings / "gate"
        directory.mkdir()
        start = format_file_stem(site.window(*GAP).start)
        part = directory / f"{start}.0a1b2c3d.mp4.part"
        part.write_bytes(bytes(4000) + b"\0\0\0\x10mdat" + bytes(4000))
        await site.sweep()
    assert site.gap("gap_1")["fill_state"] == "filled"
    assert site.left_behind() == []


async def test_a_damaged_part_stays_where_the_camera_has_nothing_for_its_gap(site: EngineSite) -> None:
    async with site.camera(card=site.card(site.window(0, 3)), pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(*GAP))
        directory = site.recordings / "gate"
        directory.mkdir()
        content = bytes(4000) + b"\0\0\0\x10mdat" + bytes(4000)
        (directory / f"{format_file_stem(site.window(*GAP).start)}.0a1b2c3d.mp4.part").write_bytes(content)
        for _ in range(2):
            await site.sweep()
    assert [fill["outcome"] for fill in site.fills()] == ["no_footage", "no_footage"]
    (kept,) = directory.glob("*.mp4.part")
    assert kept.read_bytes() == content
    assert len(list(directory.glob("*.kept.part"))) == 1


async def test_a_recording_with_an_empty_box_interrupts_no_fill_near_it(site: EngineSite) -> None:
    card = site.card()
    async with site.camera(card=card, pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        (file,) = site.record("gate", card, site.window(0, 4))
        without_media_header(file.path)
        damaged = file.path.read_bytes()
        site.add_gap("gap_1", "gate", site.window(*GAP))
        await site.sweep()
    assert [fill["outcome"] for fill in site.fills()] == ["filled"]
    assert file.path.read_bytes() == damaged


@pytest.mark.parametrize("taken", [1, 2])
async def test_unreadable_files_with_the_names_of_the_first_seconds_cost_only_these(
    site: EngineSite, taken: int
) -> None:
    card = site.card()
    async with site.camera(card=card, pace=FULL_SPEED) as camera:
        site.add_camera("gate", camera.port)
        site.record("gate", card, site.window(0, GAP[0]), site.window(GAP[1], 35))
        site.add_gap("gap_1", "gate", site.window(*GAP))
        directory = site.recordings / "gate"
        unreadable = [
            directory / f"{format_file_stem(site.window(GAP[0] + second, GAP[1]).start)}.mp4" for second in range(taken)
        ]
        for path in unreadable:
            path.write_bytes(b"not readable")
        await site.sweep()
    assert [fill["outcome"] for fill in site.fills()] == ["filled"]
    assert [path.read_bytes() for path in unreadable] == [b"not readable"] * taken
    log = "".join(path.read_text() for path in site.root.rglob("fill-*.log"))
    assert [log.count(f"{path.name} cannot be read") for path in unreadable] == [1] * taken
    (landed,) = execute_on(site.journal, "SELECT name FROM landed_files")
    assert landed["name"] == f"{format_file_stem(site.window(GAP[0] + taken, GAP[1]).start)}.mp4"
    for path in unreadable:
        path.unlink()
    assert worst_offset_s(site, "gate") <= 1.1
    assert site.left_behind() == []
