"""`anr-tui parts place`, from the command to the file."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from anr_tui.demo.footage.footage import make_footage
from anr_tui.domain.timestamps import floor_second, format_stamp, now_utc
from anr_tui.domain.window import Window
from anr_tui.sites.recordings.kept_parts import KeptPart, PartFacts, keep_part, kept_parts
from tests.cli.command import Command
from tests.fill.archive import archive_of
from tests.heldar_site import HeldarSite, execute

Keep = Callable[..., KeptPart]
START = floor_second(now_utc()) - timedelta(minutes=30)
WINDOW = Window(START, START + timedelta(seconds=6))


@pytest.fixture
def keep(heldar_site: HeldarSite, ffmpeg: str, monkeypatch: pytest.MonkeyPatch) -> Keep:
    """Keeps a part of six seconds of footage; the gap `gap_1` is as long, and begins at `START`."""
    monkeypatch.setenv("HELDAR_FFMPEG_BIN", ffmpeg)
    monkeypatch.setenv("HELDAR_MIN_FREE_DISK_GB", "0")
    times = {"gap_start": format_stamp(WINDOW.start), "gap_end": format_stamp(WINDOW.end), "gap_seconds": 6}
    heldar_site.add_gap("gap_1", **times)

    def keep(camera_id: str = "gate") -> KeptPart:
        directory = heldar_site.recordings / camera_id
        directory.mkdir()
        archive = archive_of(directory)
        path = archive.part_path(camera_id, START)
        footage = heldar_site.root / "footage.mp4"
        make_footage(footage, WINDOW, ffmpeg=ffmpeg, size=(160, 90), label="yard")
        path.write_bytes(footage.read_bytes())
        keep_part(archive, camera_id, path, PartFacts(WINDOW, now_utc(), "It plays another time.", media_s=6.0))
        return kept_parts(archive, camera_id)[0]

    return keep


def at(seconds: float = 0) -> str:
    return f"{START + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"


def test_without_yes_it_says_what_would_be_and_does_nothing(run: Command, keep: Keep) -> None:
    part = keep()
    assert run("parts", "place", part.id, "--at", at()) == 2
    assert run.out == (
        f"The part {part.id} of Front gate would stand from {START:%Y-%m-%d %H:%M:%SZ} to "
        f"{WINDOW.end:%Y-%m-%d %H:%M:%SZ} (6 s of video). All of it would land. That is in the gap gap_1.\n"
    )
    assert "Nothing was placed. --yes places it" in run.err
    assert part.path.exists()


def test_with_yes_the_worker_lands_it_and_the_command_ends_with_its_answer(
    run: Command, keep: Keep, heldar_site: HeldarSite
) -> None:
    part = keep()
    assert run("parts", "place", part.id, "--at", at(), "--yes") == 0, run.err
    assert run.out.endswith(
        f"6 s of the kept part {part.id} of Front gate were placed by hand. The gap gap_1 is filled.\n"
    )
    assert [path.suffix for path in part.path.parent.iterdir()] == [".mp4"]
    assert heldar_site.gap("gap_1")["fill_state"] == "filled"
    assert execute(heldar_site.journal, "SELECT * FROM lease") == [], "the worker that it started has ended"
    (file,) = run.json("verify")
    assert (file["proof"], file["gap_id"], file["state"]) == ("by_hand", "gap_1", "good")
    assert "Placed by " in file["shown_by"]
    assert run("verify") == 0
    assert "time by hand" in run.out
    (request,) = run.json("requests")
    assert (request["kind"], request["part_id"], request["moment"]) == ("place", part.id, format_stamp(START))


def test_a_time_without_a_zone_is_utc_and_a_span_counts_from_now(run: Command, keep: Keep) -> None:
    part = keep()
    assert run("parts", "place", part.id, "--at", f"{START:%Y-%m-%d %H:%M:%S}") == 2
    assert f"would stand from {START:%Y-%m-%d %H:%M:%SZ}" in run.out
    assert run("parts", "place", part.id, "--at", f"{START + timedelta(hours=2):%Y-%m-%dT%H:%M:%S}+02:00") == 2
    assert f"would stand from {START:%Y-%m-%d %H:%M:%SZ}" in run.out


@pytest.mark.parametrize("is_sure", [False, True])
def test_what_cannot_be_is_said_and_nothing_is_asked(
    run: Command, keep: Keep, heldar_site: HeldarSite, is_sure: bool
) -> None:
    part, sure = keep(), ["--yes"] if is_sure else []
    assert run("parts", "place", part.id, "--at", at(24 * 3600), *sure) != 0
    assert "which is in the future" in run.err
    assert run("parts", "place", "00000000", "--at", at(), *sure) == 2
    assert "There is no kept part '00000000'" in run.err
    part.path.write_bytes(b"")
    assert run("parts", "place", part.id, "--at", at(), *sure) != 0
    assert "is empty" in run.err
    part.path.unlink()
    assert run("parts", "place", part.id, "--at", at(), *sure) == 2
    assert f"There is no kept part '{part.id}'" in run.err
    assert not heldar_site.journal.exists() or execute(heldar_site.journal, "SELECT * FROM requests") == []


def test_a_part_of_a_camera_that_the_site_has_no_more_is_listed_and_not_placed(run: Command, keep: Keep) -> None:
    part = keep("attic")
    (listed,) = run.json("parts")
    assert (listed["id"], listed["camera_id"], listed["camera_name"]) == (part.id, "attic", "attic")
    assert run("parts") == 0
    assert "attic (no such camera)" in run.out
    assert run("parts", "place", part.id, "--at", at(), "--yes") == 2
    assert "The site has no camera 'attic' any more" in run.err
    copy = part.path.parent / "copy.mp4"
    assert run("parts", "export", part.id, str(copy)) == 0
    assert run("parts", "drop", part.id, "--yes") == 0
    assert [path.name for path in part.path.parent.iterdir()] == ["copy.mp4"]


def test_wrong_use_is_said(run: Command, heldar_site: HeldarSite, tmp_path: Path) -> None:
    assert run("parts", "place", "5f3a91c2") == 2
    assert "Say when its first picture was taken." in run.err
    assert run("parts", "place", "5f3a91c2", str(tmp_path / "x.mp4"), "--at", at()) == 2
    assert run("parts", "place", "5f3a91c2", "--at", "soon") == 2
    assert "--at 'soon' is no time" in run.err
    assert run("parts", "drop", "5f3a91c2", "--at", at(), "--yes") == 2
    assert "--at says where" in run.err
