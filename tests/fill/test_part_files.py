"""Part files under two workers: one that lost the site without knowing it yet, and the one that took over."""

import errno
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anr_tui.domain.errors import FillError, StorageError
from anr_tui.domain.window import Window
from anr_tui.fill import land as landing
from anr_tui.fill.land import land
from anr_tui.fill.media.verify import read_media
from anr_tui.fill.part_files import remove_expired_parts, remove_left_over_parts, take_left_over_parts
from anr_tui.sites.recordings.kept_parts import PartFacts, keep_part, kept_parts
from anr_tui.sites.recordings.layout import part_path, probe_path
from tests.fill.archive import archive_of

START = datetime(2026, 6, 13, 12, 0, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(minutes=5))
TARGET = "20260613_120000.mp4"


def test_no_two_files_have_the_same_name(tmp_path: Path) -> None:
    paths = [name(tmp_path, START) for name in (part_path, probe_path) for _ in range(100)]
    assert len(set(paths)) == 200
    assert {path.name.partition(".")[0] for path in paths} == {"20260613_120000"}


def test_part_files_of_the_window_are_taken_and_scraps_removed(tmp_path: Path) -> None:
    inside = [part_path(tmp_path, START + timedelta(seconds=second)) for second in (60, 0, 0)]
    outside = part_path(tmp_path, WINDOW.end)
    scraps = [probe_path(tmp_path, WINDOW.end), tmp_path / f"{TARGET}.0a1b2c3d.landing.part"]
    others = [tmp_path / name for name in (TARGET, "notes.mp4.part", "yard.landing.part")]
    for path in (*inside, outside, *scraps, *others):
        path.write_text(path.name)
    found = take_left_over_parts(archive_of(tmp_path), tmp_path.name, WINDOW)
    taken = [path for _, path in found]
    assert [start for start, _ in found] == [START, START, START + timedelta(minutes=1)]
    assert sorted(path.read_text() for path in taken) == sorted(path.name for path in inside)
    assert [path.name[:15] for path in taken] == ["20260613_120000", "20260613_120000", "20260613_120100"]
    assert set(taken).isdisjoint(inside)
    assert set(tmp_path.iterdir()) == {*taken, outside, *others}


@pytest.mark.parametrize("moment", ["_opening", "sync_file", "place"])
def test_a_worker_that_lost_the_site_while_it_lands_lands_nothing(make_part, tmp_path, monkeypatch, moment) -> None:
    part = part_path(tmp_path, START)
    part.write_bytes(make_part().read_bytes())
    (run,) = read_media(part).runs
    archive, taken = archive_of(tmp_path), []
    at = archive if moment == "place" else landing
    do = getattr(at, moment)

    def go_on_after_another_took_over(*arguments: object) -> object:
        if not taken:
            taken.extend(path for _, path in take_left_over_parts(archive, tmp_path.name, WINDOW))
        return do(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(at, moment, go_on_after_another_took_over)
        with pytest.raises(FillError):
            land(part, run, tmp_path / TARGET, archive)
    assert os.listdir(tmp_path) == [taken[0].name], "what arrived is in the hands of the other"
    assert land(taken[0], run, tmp_path / TARGET, archive).media_s == pytest.approx(run.seconds, abs=0.1)


def test_a_kept_part_that_was_asked_for_with_a_lead_is_taken_with_what_is_known_of_it(tmp_path: Path) -> None:
    archive = archive_of(tmp_path)
    early = part_path(tmp_path, START - timedelta(seconds=10))
    other = part_path(tmp_path, START - timedelta(seconds=20))
    for part in (early, other):
        part.write_bytes(b"footage")
    asked = Window(START - timedelta(seconds=10), WINDOW.end)
    facts = PartFacts(asked, WINDOW.end, "It has no place.", gap_id="gap_1", gap=WINDOW)
    keep_part(archive, tmp_path.name, early, facts)
    ((start, taken),) = take_left_over_parts(archive, tmp_path.name, WINDOW)
    assert (start, early.exists(), other.exists()) == (asked.start, False, True)
    (kept,) = kept_parts(archive, tmp_path.name)
    assert (kept.path, kept.facts) == (taken, facts)


@pytest.mark.parametrize("is_kept", [False, True])
@pytest.mark.parametrize("is_on_disk", [False, True])
def test_a_part_goes_only_where_recordings_hold_what_was_asked_for(
    make_part, tmp_path: Path, is_kept: bool, is_on_disk: bool
) -> None:
    archive, camera_id = archive_of(tmp_path), tmp_path.name
    part = part_path(tmp_path, START)
    part.write_bytes(make_part().read_bytes())
    (run,) = read_media(part).runs
    facts = PartFacts(Window(START, START + timedelta(seconds=8)), WINDOW.end, "It has no place.")
    if is_kept:
        keep_part(archive, camera_id, part, facts)
    if is_on_disk:
        land(part, run, tmp_path / TARGET, archive)
    remove_left_over_parts(archive, camera_id, WINDOW, now=WINDOW.end, gap_id="gap_1", reason="Its gap is gone.")
    kept = kept_parts(archive, camera_id)
    assert len(kept) == len(archive.parts(camera_id)) == (0 if is_on_disk else 1)
    if is_on_disk:
        assert os.listdir(tmp_path) == [TARGET]
    elif is_kept:
        assert kept[0].facts == facts
    else:
        found = kept[0].facts
        assert (found.reason, found.gap_id, found.gap) == ("Its gap is gone.", "gap_1", WINDOW)
        assert found.asked.start == START
        assert found.media_s == pytest.approx(8, abs=0.1)


def test_of_what_the_site_keeps_no_more_a_kept_part_stays_until_its_end_was_said(tmp_path: Path) -> None:
    archive, camera_id = archive_of(tmp_path), tmp_path.name
    kept, left = part_path(tmp_path, START), part_path(tmp_path, START)
    for part in (kept, left):
        part.write_bytes(b"footage")
    keep_part(archive, camera_id, kept, PartFacts(WINDOW, WINDOW.end, "It has no place."))
    assert len(remove_expired_parts(archive, camera_id, WINDOW)) == 1
    assert [part.facts.reason for part in kept_parts(archive, camera_id)] == ["It has no place."]
    assert len(archive.parts(camera_id)) == 1


def test_a_damaged_part_is_kept_until_recordings_hold_all_that_it_may_have(make_part, tmp_path: Path) -> None:
    archive, camera_id = archive_of(tmp_path), tmp_path.name
    part = part_path(tmp_path, START)
    part.write_bytes(bytes(1000) + make_part().read_bytes()[1000:])
    for _ in range(2):
        remove_left_over_parts(archive, camera_id, WINDOW, now=WINDOW.end)
        (kept,) = kept_parts(archive, camera_id)
        assert "damaged" in kept.facts.reason
    whole = make_part()
    (run,) = read_media(whole).runs
    short = Window(START, START + timedelta(seconds=8))
    land(whole, run, tmp_path / TARGET, archive)
    keep_part(archive, camera_id, kept.path, replace(kept.facts, asked=short))
    remove_left_over_parts(archive, camera_id, short, now=WINDOW.end)
    assert os.listdir(tmp_path) == [TARGET]


def test_a_part_whose_note_is_lost_does_not_go_because_its_first_second_is_on_disk(make_part, tmp_path: Path) -> None:
    archive, camera_id = archive_of(tmp_path), tmp_path.name
    part = part_path(tmp_path, START)
    part.write_bytes(make_part().read_bytes())
    (run,) = read_media(part).runs
    keep_part(archive, camera_id, part, PartFacts(WINDOW, WINDOW.end, "It has no place."))
    archive.part_note(part).write_text("{")
    land(part, replace(run, end_s=run.start_s + 4), tmp_path / TARGET, archive)
    remove_left_over_parts(archive, camera_id, WINDOW, now=WINDOW.end)
    (kept,) = kept_parts(archive, camera_id)
    assert kept.facts.asked.seconds == pytest.approx(8, abs=0.1)


@pytest.mark.parametrize("refused", ["rename", "unlink", "scandir"])
def test_what_the_machine_refuses_names_the_operation_and_the_path(tmp_path: Path, monkeypatch, refused: str) -> None:
    probe_path(tmp_path, START).write_bytes(b"")
    part_path(tmp_path, START).write_bytes(b"footage")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, refused, refuse)
    word = {"rename": "rename", "unlink": "delete", "scandir": "read the directory"}[refused]
    with pytest.raises(StorageError, match=f"Cannot {word} {tmp_path}.*: Input/output error"):
        take_left_over_parts(archive_of(tmp_path), tmp_path.name, WINDOW)


@pytest.mark.parametrize("content", [b"", b"no footage"])
def test_a_part_that_holds_no_video_goes(tmp_path: Path, content: bytes) -> None:
    part_path(tmp_path, START).write_bytes(content)
    remove_left_over_parts(archive_of(tmp_path), tmp_path.name, WINDOW, now=WINDOW.end)
    assert os.listdir(tmp_path) == []
