"""Opening Heldar's database: what is refused says why and what to do, and a lock passes."""

import contextlib
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from anr_tui.config.settings import load_settings
from anr_tui.domain.errors import SiteError
from anr_tui.domain.gap import RecordingGap
from anr_tui.platform import sqlite
from anr_tui.sites.interface import Site
from anr_tui.sites.open_site import open_site
from tests.heldar_site import HeldarSite, locked

AT = datetime(2026, 6, 13, 12, 0, 0, 250_000, tzinfo=UTC)


async def gap_of(database: Site) -> RecordingGap:
    """The gap `gap_1` as its row is now."""
    gap = await database.gaps.gap("gap_1")
    assert gap is not None
    return gap


async def refusal(url: str) -> str:
    with pytest.raises(SiteError) as refused:
        await open_site(load_settings(None, heldar_database_url=url))
    return str(refused.value)


async def test_no_file_is_said_with_the_path_that_was_meant(tmp_path: Path) -> None:
    words = await refusal(f"sqlite://{tmp_path}/none.db?mode=rwc")
    assert f"There is no site database at {tmp_path}/none.db." in words
    assert not (tmp_path / "none.db").exists()


async def test_a_url_with_two_readings_says_whether_the_other_file_is_there(
    heldar_site: HeldarSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(heldar_site.root)
    words = await refusal("sqlite:///./heldar.db")
    assert "There is no site database at /heldar.db." in words
    assert f"could also have meant {heldar_site.database}: there is one there" in words
    words = await refusal("sqlite://./none.db")
    assert f"no site database at {heldar_site.root}/none.db." in words
    assert "could also have meant /none.db: nor is there one there" in words


@pytest.mark.parametrize(
    "url",
    ["", ".", "x" * 300, "sqlite:///" + "y" * 5000, "with\0nul"],
    ids=["nothing", "here", "long", "longer", "nul"],
)
async def test_what_can_be_no_file_is_refused_in_words(url: str) -> None:
    assert "site database" in await refusal(url)


async def test_a_file_of_another_kind_is_named(tmp_path: Path) -> None:
    path = tmp_path / "heldar.db"
    path.write_text("This is no database at all. " * 100)
    assert f"{path} is not an SQLite database" in await refusal(str(path))


@pytest.mark.parametrize("table", ["cameras", "recording_gaps", "camera_status"])
async def test_a_missing_table_is_named(heldar_site: HeldarSite, table: str) -> None:
    heldar_site.execute(f"ALTER TABLE {table} RENAME TO gone")
    assert f"has no table '{table}'" in await refusal(str(heldar_site.database))


async def test_an_empty_file_is_no_site(tmp_path: Path) -> None:
    (tmp_path / "heldar.db").touch()
    assert "has no table 'cameras'" in await refusal(str(tmp_path / "heldar.db"))


@pytest.mark.parametrize(
    ("table", "column"),
    [("cameras", "anr_enabled"), ("cameras", "anr_replay_url_template"), ("recording_gaps", "fill_attempts")],
)
async def test_a_column_that_we_need_is_missed_by_name(heldar_site: HeldarSite, table: str, column: str) -> None:
    heldar_site.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    words = await refusal(str(heldar_site.database))
    assert f"Table '{table}'" in words
    assert f"has no column {column}." in words
    assert "migrate" in words


async def test_columns_of_later_migrations_and_unknown_ones_do_not_matter(heldar_site: HeldarSite) -> None:
    for column in ("native_anpr_enabled", "native_events_enabled", "live_warm"):
        heldar_site.execute(f"ALTER TABLE cameras DROP COLUMN {column}")
    heldar_site.execute("ALTER TABLE cameras ADD COLUMN of_next_year TEXT")
    heldar_site.execute("ALTER TABLE recording_gaps ADD COLUMN of_next_year TEXT")
    heldar_site.add_gap("gap_1")
    database = await open_site(heldar_site.settings())
    assert [camera.id for camera in (await database.cameras.all()).good] == ["gate", "dock"]
    assert [gap.id for gap in (await database.gaps.all()).good] == ["gap_1"]
    await database.close()


async def test_a_locked_database_is_said_with_the_time_waited(
    heldar_site: HeldarSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 10)
    with locked(heldar_site.database):
        words = await refusal(str(heldar_site.database))
    assert f"{heldar_site.database} was locked by another program" in words


async def test_a_lock_during_the_work_is_said_and_passes(
    heldar_site: HeldarSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 10)
    heldar_site.add_gap("gap_1")
    database = await open_site(heldar_site.settings())
    with contextlib.closing(sqlite3.connect(heldar_site.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(SiteError, match="was locked by another program"):
            await database.gaps.mark_filled(await gap_of(database), AT)
        other.execute("ROLLBACK")
    assert heldar_site.gap("gap_1")["fill_state"] == "pending"
    assert await database.gaps.mark_filled(await gap_of(database), AT)
    await database.close()


async def test_a_file_that_cannot_be_written_says_what_to_do(
    heldar_site: HeldarSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_only = sqlite.Database.open
    monkeypatch.setattr(sqlite.Database, "open", lambda path, *, mode: read_only(path, mode="ro"))
    heldar_site.add_gap("gap_1")
    database = await open_site(heldar_site.settings())
    with pytest.raises(SiteError, match="Run as the user that Heldar runs as"):
        await database.gaps.mark_filled(await gap_of(database), AT)
    await database.close()


async def test_a_refused_database_leaves_no_connection_open(heldar_site: HeldarSite) -> None:
    heldar_site.execute("ALTER TABLE cameras DROP COLUMN anr_enabled")
    await refusal(str(heldar_site.database))
    # The last connection to end takes the write-ahead log away.
    assert {path.name for path in heldar_site.root.iterdir()} == {"heldar.db", "recordings"}


async def test_a_change_by_another_program_is_seen(heldar_site: HeldarSite, database: Site) -> None:
    first = await database.data_version()
    assert await database.data_version() == first
    heldar_site.add_gap("gap_1")
    assert await database.data_version() != first
