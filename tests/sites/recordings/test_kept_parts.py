"""Kept parts: what is noted of footage without a place survives renaming, crashes and notes that nobody can read."""

import json
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anr_tui.domain.errors import SiteError
from anr_tui.domain.window import Window
from anr_tui.sites.recordings.kept_parts import (
    PartFacts,
    drop_part,
    keep_part,
    kept_part,
    kept_parts,
    note_warning,
    remove_lone_notes,
    rename_part,
)
from tests.fill.archive import archive_of

NOON = datetime(2026, 6, 13, 12, tzinfo=UTC)
ASKED = Window(NOON, NOON + timedelta(minutes=5))
FACTS = PartFacts(
    asked=ASKED,
    kept_at=NOON + timedelta(hours=1),
    reason="It plays 10 s earlier than asked.",
    gap_id="gap_1",
    gap=Window(NOON + timedelta(seconds=4), NOON + timedelta(minutes=5)),
    media_s=299.52,
    known=("Its clock is 10 s behind.",),
    placed_at=NOON + timedelta(seconds=30),
)


@pytest.fixture
def part(tmp_path: Path) -> Path:
    (tmp_path / "gate").mkdir()
    path = archive_of(tmp_path / "gate").part_path("gate", NOON)
    path.write_bytes(b"footage")
    return path


def test_what_is_noted_is_read_again(part: Path) -> None:
    archive = archive_of(part.parent)
    assert kept_parts(archive, "gate") == []
    assert keep_part(archive, "gate", part, FACTS) == part
    (kept,) = kept_parts(archive, "gate")
    assert (kept.camera_id, kept.path, kept.size_bytes, kept.facts, kept.warned_at) == ("gate", part, 7, FACTS, None)
    assert len(kept.id) == 8


def test_recorders_pass_part_and_note_over_and_only_owner_and_group_read_the_note(part: Path) -> None:
    archive = archive_of(part.parent)
    keep_part(archive, "gate", part, FACTS)
    files = {path for path in part.parent.iterdir() if path != part}
    assert files == {archive.part_note(part)}
    assert all(path.suffix == ".part" for path in part.parent.iterdir())
    assert stat.S_IMODE(archive.part_note(part).stat().st_mode) & 0o137 == 0
    assert archive.parts("gate") == [(NOON, part)]
    assert archive.scraps("gate") == []


def test_a_part_that_is_kept_again_stays_as_old_as_it_is(part: Path) -> None:
    archive = archive_of(part.parent)
    keep_part(archive, "gate", part, FACTS)
    (before,) = kept_parts(archive, "gate")
    note_warning(archive, before, NOON + timedelta(days=13))
    later = replace(FACTS, kept_at=FACTS.kept_at + timedelta(days=1), reason="It shows another day.")
    keep_part(archive, "gate", part, later)
    (after,) = kept_parts(archive, "gate")
    assert after.id == before.id
    assert after.facts == replace(later, kept_at=FACTS.kept_at)
    assert after.warned_at == NOON + timedelta(days=13)


def test_a_part_with_another_name_keeps_its_note(part: Path) -> None:
    archive = archive_of(part.parent)
    keep_part(archive, "gate", part, FACTS)
    (before,) = kept_parts(archive, "gate")
    name = archive.part_path("gate", NOON)
    assert rename_part(archive, part, name) == name
    assert kept_parts(archive, "gate") == [replace(before, path=name)]
    assert rename_part(archive, part, name) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"asked": null}', "\udcff", '{"id": 1, "asked": ["x", "y"]}'])
def test_a_note_that_cannot_be_read_hides_no_part(part: Path, text: str) -> None:
    archive = archive_of(part.parent)
    archive.part_note(part).write_text(text, encoding="utf-8", errors="surrogateescape")
    (kept,) = kept_parts(archive, "gate")
    assert (kept.path, kept.facts.asked.start, kept.facts.reason) == (part, NOON, "The note beside it cannot be read.")
    keep_part(archive, "gate", part, FACTS)
    assert kept_parts(archive, "gate")[0].id == kept.id


def test_a_part_that_landed_or_was_dropped_leaves_nothing(part: Path) -> None:
    archive = archive_of(part.parent)
    keep_part(archive, "gate", part, FACTS)
    remove_lone_notes(archive, "gate")
    assert len(kept_parts(archive, "gate")) == 1
    part.unlink()
    assert kept_parts(archive, "gate") == []
    remove_lone_notes(archive, "gate")
    assert list(part.parent.iterdir()) == []
    part.write_bytes(b"footage")
    keep_part(archive, "gate", part, FACTS)
    drop_part(archive, part)
    assert list(part.parent.iterdir()) == []


def test_older_notes_do_not_say_that_anybody_placed_it(part: Path) -> None:
    archive = archive_of(part.parent)
    keep_part(archive, "gate", part, FACTS)
    note = json.loads(archive.part_note(part).read_text())
    del note["placed_at"]
    archive.part_note(part).write_text(json.dumps(note))
    assert kept_part(archive, "gate", kept_parts(archive, "gate")[0].id).facts == replace(FACTS, placed_at=None)


def test_a_part_is_found_by_its_id(part: Path) -> None:
    archive = archive_of(part.parent)
    keep_part(archive, "gate", part, FACTS)
    (kept,) = kept_parts(archive, "gate")
    assert kept_part(archive, "gate", kept.id) == kept
    with pytest.raises(SiteError, match="There is no kept part 'other'"):
        kept_part(archive, "gate", "other")


def test_cameras_with_kept_parts_are_found_by_their_directories(part: Path) -> None:
    archive = archive_of(part.parent)
    assert archive.cameras_with_parts() == []
    keep_part(archive, "gate", part, FACTS)
    # What is no directory, and what cannot be read, hide no other camera's.
    (archive.root / "a_file").touch()
    (archive.root / "nowhere").symlink_to(archive.root / "gone")
    assert archive.cameras_with_parts() == ["gate"]


def test_a_part_or_a_note_that_somebody_else_linked_is_not_read(part: Path) -> None:
    archive, theirs = archive_of(part.parent), part.parent.parent / "theirs"
    keep_part(archive, "gate", part, FACTS)
    archive.part_note(part).rename(theirs)
    archive.part_note(part).symlink_to(theirs)
    assert kept_parts(archive, "gate") == []

    archive.part_note(part).unlink()
    keep_part(archive, "gate", part, FACTS)
    part.rename(theirs)
    part.symlink_to(theirs)
    assert kept_parts(archive, "gate") == []
