"""Gaps that are found between recordings, and stay known whatever becomes of the files."""

import contextlib
import os
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anr_tui.domain.errors import SiteError
from anr_tui.domain.timestamps import format_file_stem
from anr_tui.domain.window import Window
from anr_tui.sites.directory import gap_ledger
from anr_tui.sites.directory.site import DirectorySite

NOON = datetime(2026, 6, 13, 12, 0, tzinfo=UTC)
NOW = NOON + timedelta(hours=1)


def window(start_s: float, end_s: float) -> Window:
    return Window(NOON + timedelta(seconds=start_s), NOON + timedelta(seconds=end_s))


class Recorder:
    """Writes files of a minute: what is in them is not read here."""

    def __init__(self, root: Path) -> None:
        self.directory = root / "gate"
        self.directory.mkdir()

    def record(self, *minutes: int) -> None:
        for minute in minutes:
            self.path(minute).write_bytes(b"footage")
        self.age()

    def path(self, minute: int) -> Path:
        return self.directory / f"{format_file_stem(NOON + timedelta(minutes=minute))}.mp4"

    def age(self) -> None:
        """Let the directory's last change be one of its own, some time ago."""
        number = len(list(self.directory.iterdir()))
        os.utime(self.directory, (NOON.timestamp() + number,) * 2)


@pytest.fixture
def recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    monkeypatch.setattr(gap_ledger, "LOOK_EVERY_S", 0.0)
    monkeypatch.setattr("anr_tui.sites.recordings.coverage.media_length_s", lambda _: 60.0)
    (tmp_path / "recordings").mkdir()
    return Recorder(tmp_path / "recordings")


@pytest.fixture
async def site(recorder: Recorder, tmp_path: Path) -> AsyncIterator[DirectorySite]:
    site = await open_at(tmp_path)
    yield site
    await site.close()


async def open_at(root: Path, *, is_read_only: bool = False) -> DirectorySite:
    path = root / "site.anr.gaps.db"
    return await DirectorySite.open(root / "recordings", path, is_read_only=is_read_only, clock=lambda: NOW)


async def windows(site: DirectorySite) -> list[Window]:
    return [gap.window for gap in (await site.gaps.all()).good]


async def test_a_gap_is_known_once_the_recorder_is_back(recorder: Recorder, site: DirectorySite) -> None:
    recorder.record(0, 1, 2)
    assert await windows(site) == []
    recorder.record(10)
    assert await windows(site) == [window(180, 600)]
    recorder.record(11, 15)
    assert await windows(site) == [window(720, 900), window(180, 600)]


async def test_what_the_recorder_deletes_is_no_gap(recorder: Recorder, site: DirectorySite) -> None:
    recorder.record(*range(10))
    assert await windows(site) == []
    for minute in (0, 1, 5):
        recorder.path(minute).unlink()
    recorder.record(10)
    assert await windows(site) == []


@pytest.mark.parametrize("is_old", [False, True])
async def test_what_is_deleted_after_a_restart_is_no_gap(recorder: Recorder, tmp_path: Path, is_old: bool) -> None:
    if is_old:
        await (await open_at(tmp_path)).close()
        with contextlib.closing(sqlite3.connect(tmp_path / "site.anr.gaps.db")) as file:
            file.execute("DROP TABLE newest")
    recorder.record(*range(10))
    first = await open_at(tmp_path)
    assert await windows(first) == []
    await first.close()
    recorder.path(5).unlink()
    recorder.record(10, 15)
    second = await open_at(tmp_path)
    try:
        assert await windows(second) == [window(660, 900)]
    finally:
        await second.close()


async def test_a_newest_recording_of_the_future_hides_no_gap(
    recorder: Recorder, site: DirectorySite, tmp_path: Path
) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "site.anr.gaps.db")) as file:
        file.execute("INSERT INTO newest VALUES ('gate', '2027-01-01T00:00:00+00:00')")
        file.commit()
    recorder.record(0, 10)
    assert await windows(site) == [window(60, 600)]


async def test_gaps_are_noted_anew_when_their_file_is_gone(
    recorder: Recorder, site: DirectorySite, tmp_path: Path
) -> None:
    recorder.record(0, 10)
    assert await windows(site) == [window(60, 600)]
    for path in tmp_path.glob("site.anr.gaps.db*"):
        path.unlink()
    assert await windows(site) == [window(60, 600)]


async def test_a_filled_gap_whose_files_go_again_is_not_found_again(
    recorder: Recorder, site: DirectorySite, tmp_path: Path
) -> None:
    recorder.record(0, 10)
    (gap,) = (await site.gaps.all()).good
    await site.gaps.mark_filled(gap, NOW)
    other = await open_at(tmp_path)
    try:
        assert [each.id for each in (await other.gaps.all()).good] == [gap.id]
    finally:
        await other.close()


async def test_empty_files_hold_nothing(recorder: Recorder, site: DirectorySite) -> None:
    recorder.record(0, 1, 2, 3)
    recorder.path(1).write_bytes(b"")
    assert await windows(site) == [window(60, 120)]


async def test_what_the_site_does_not_keep_so_long_is_not_noted(recorder: Recorder, tmp_path: Path) -> None:
    (tmp_path / "recordings" / "cameras.toml").write_text("[cameras.gate]\nretention_hours = 1\n")
    recorder.record(-20, -10, 0, 10)
    site = await open_at(tmp_path)
    try:
        assert await windows(site) == [window(60, 600)]
    finally:
        await site.close()


async def test_recordings_of_the_future_are_passed_over(recorder: Recorder, site: DirectorySite) -> None:
    recorder.record(0, 1, 24 * 60)
    assert await windows(site) == []


async def test_the_version_tells_of_new_recordings_and_of_nothing_else(recorder: Recorder, site: DirectorySite) -> None:
    recorder.record(0, 1)
    first = await site.data_version()
    assert await site.data_version() == first
    recorder.record(2)
    assert await site.data_version() != first


async def test_directories_are_not_looked_into_all_the_time(
    recorder: Recorder, site: DirectorySite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gap_ledger, "LOOK_EVERY_S", 1000.0)
    recorder.record(0, 1)
    assert await windows(site) == []
    recorder.record(10)
    assert await windows(site) == []


async def test_a_directory_that_could_not_be_read_is_looked_into_again(
    recorder: Recorder, site: DirectorySite, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder.record(0, 1, 5)

    def refuse(*_: object) -> list[Window]:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(gap_ledger.GapLedger, "_gaps_in", refuse)
        assert await windows(site) == []
    assert await windows(site) == [window(120, 300)]


async def test_who_only_looks_makes_no_file_and_shows_what_others_found(recorder: Recorder, tmp_path: Path) -> None:
    recorder.record(0, 10)
    reader = await open_at(tmp_path, is_read_only=True)
    assert await windows(reader) == []
    assert not (tmp_path / "site.anr.gaps.db").exists()
    writer = await open_at(tmp_path)
    assert await windows(writer) == [window(60, 600)]
    await writer.close()
    assert await windows(reader) == [window(60, 600)], "the file that has come meanwhile"
    await reader.close()


async def test_the_file_with_the_gaps_is_for_owner_and_group(site: DirectorySite, tmp_path: Path) -> None:
    assert (tmp_path / "site.anr.gaps.db").stat().st_mode & 0o777 == 0o660


async def test_a_directory_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match=r"There is no directory .*recordings"):
        await open_at(tmp_path)


@pytest.mark.parametrize("content", [b"no database at all", b"SQLite format 3\0" + bytes(100)])
async def test_a_file_that_is_no_database_is_said(recorder: Recorder, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "site.anr.gaps.db").write_bytes(content)
    with pytest.raises(SiteError, match=r"site\.anr\.gaps\.db"):
        await open_at(tmp_path)
