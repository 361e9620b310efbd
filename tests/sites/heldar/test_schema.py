import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from anr_tui.config.settings import load_settings
from anr_tui.domain.errors import SiteError
from anr_tui.sites.heldar.schema import create_site_database
from anr_tui.sites.open_site import open_site
from tests.heldar_site import execute

LATER_COLUMNS = {"native_anpr_enabled", "native_events_enabled", "live_warm"}


async def test_a_made_database_is_one_that_opens_and_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "new" / "site.db"
    create_site_database(path)
    site = await open_site(load_settings(None, heldar_database_url=str(path)))
    assert (await site.cameras.all()).good == ()
    assert (await site.gaps.all()).good == ()
    await site.close()


def test_it_has_heldars_tables_columns_and_journal_mode(tmp_path: Path) -> None:
    path = tmp_path / "site.db"
    create_site_database(path)
    tables = {row["name"] for row in execute(path, "SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables == {"sites", "cameras", "camera_status", "segments", "recording_gaps", "audit_log"}
    columns = {row["name"] for row in execute(path, "PRAGMA table_info(cameras)")}
    assert columns >= LATER_COLUMNS
    assert execute(path, "PRAGMA journal_mode") == [{"journal_mode": "wal"}]


def test_a_camera_has_one_gap_at_a_moment_and_takes_its_gaps_along(tmp_path: Path) -> None:
    path = tmp_path / "site.db"
    create_site_database(path)
    gap = "INSERT INTO recording_gaps VALUES (?, 'gate', 's', 'e', 1, 'pending', 0, NULL, NULL, 'c')"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("INSERT INTO cameras (id, name, created_at, updated_at) VALUES ('gate', 'Gate', 'c', 'u')")
        connection.execute(gap, ("gap_1",))
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(gap, ("gap_2",))
        connection.execute("DELETE FROM cameras")
        assert connection.execute("SELECT count(*) FROM recording_gaps").fetchone() == (0,)


def test_what_stands_there_already_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "site.db"
    path.write_text("precious")
    with pytest.raises(SiteError, match="There is a file at"):
        create_site_database(path)
    assert path.read_text() == "precious"


def test_a_place_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SiteError, match=r"No site database can be made at .*site\.db"):
        create_site_database(tmp_path / "file" / "site.db")


def test_others_on_the_machine_cannot_read_the_passwords(tmp_path: Path) -> None:
    create_site_database(tmp_path / "site.db")
    assert (tmp_path / "site.db").stat().st_mode & 0o007 == 0


async def test_a_made_database_is_known_as_ours(tmp_path: Path) -> None:
    create_site_database(tmp_path / "site.db")
    site = await open_site(load_settings(None, heldar_database_url=str(tmp_path / "site.db")))
    assert await site.camera_table.is_ours()
    await site.close()
