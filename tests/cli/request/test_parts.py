"""`anr-tui parts`."""

from datetime import timedelta
from pathlib import Path

import pytest

from anr_tui.domain.window import Window
from anr_tui.sites.recordings.kept_parts import PartFacts, keep_part, kept_parts
from tests.cli.command import Command
from tests.fill.archive import archive_of
from tests.heldar_site import NOW, HeldarSite, execute

ASKED = Window(NOW - timedelta(hours=2), NOW - timedelta(hours=2) + timedelta(minutes=5))
FACTS = PartFacts(
    ASKED,
    NOW,
    "It plays 10 s earlier than asked.",
    gap_id="gap_1",
    gap=ASKED,
    media_s=299.5,
    known=("Its clock is 10 s behind.",),
)


@pytest.fixture
def part(heldar_site: HeldarSite) -> Path:
    """A kept part of the camera `gate`."""
    directory = heldar_site.recordings / "gate"
    directory.mkdir()
    archive = archive_of(directory)
    path = archive.part_path("gate", ASKED.start)
    path.write_bytes(b"footage")
    return keep_part(archive, "gate", path, FACTS)


def test_kept_parts_are_listed_with_what_is_known(run: Command, part: Path) -> None:
    (listed,) = run.json("parts")
    assert (listed["camera_id"], listed["camera_name"], listed["gap_id"]) == ("gate", "Front gate", "gap_1")
    assert (listed["media_s"], listed["size_bytes"], listed["file"]) == (299.5, 7, str(part))
    assert (listed["reason"], listed["known"]) == (FACTS.reason, list(FACTS.known))
    assert run("parts") == 0
    assert f"{listed['id']}  Front gate  {ASKED.start:%Y-%m-%d %H:%M:%S}" in run.out
    assert "It plays 10 s earlier than asked. Its clock is 10 s behind." in run.out


def test_a_site_without_kept_parts_has_an_empty_list(run: Command, heldar_site: HeldarSite) -> None:
    assert run.json("parts") == []


def test_a_part_is_copied_to_a_new_file_and_stays(run: Command, part: Path, tmp_path: Path) -> None:
    (listed,) = run.json("parts")
    target = tmp_path / "footage.mp4"
    assert run("parts", "export", listed["id"], str(target)) == 0
    assert target.read_bytes() == part.read_bytes() == b"footage"
    target.write_bytes(b"mine")
    assert run("parts", "export", listed["id"], str(target)) == 1
    assert "is not replaced" in run.err
    assert target.read_bytes() == b"mine"
    assert run("parts", "export", listed["id"], str(tmp_path / "none" / "footage.mp4")) == 1


def test_a_part_is_deleted_only_where_that_is_confirmed_and_leaves_an_event(
    run: Command, part: Path, heldar_site: HeldarSite
) -> None:
    (listed,) = run.json("parts")
    assert run("parts", "drop", listed["id"]) == 2
    assert len(kept_parts(archive_of(part.parent), "gate")) == 1
    assert run("parts", "drop", listed["id"], "--yes") == 0
    assert list(part.parent.iterdir()) == []
    (event,) = execute(heldar_site.journal, "SELECT * FROM events WHERE kind = 'part_dropped'")
    assert listed["id"] in event["words"]
    assert (event["camera_id"], event["gap_id"]) == ("gate", "gap_1")


@pytest.mark.parametrize(
    "arguments",
    [("export",), ("drop",), ("export", "5f3a91c2"), ("drop", "5f3a91c2"), ("drop", "5f3a91c2", "x.mp4", "--yes")],
)
def test_wrong_use_is_said(run: Command, heldar_site: HeldarSite, arguments: tuple[str, ...]) -> None:
    assert run("parts", *arguments) == 2
    assert run.err


def test_a_part_that_there_is_not_is_said(run: Command, heldar_site: HeldarSite) -> None:
    assert run("parts", "drop", "5f3a91c2", "--yes") == 2
    assert "There is no kept part '5f3a91c2'" in run.err
