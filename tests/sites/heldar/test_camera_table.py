"""Cameras written into a real database: into ours, into Heldar's only where that is meant, over nobody's work."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.errors import SiteError, SiteLockedError
from anr_tui.domain.secret import Secret
from anr_tui.platform import sqlite
from anr_tui.sites.heldar.camera_table import CameraValues, free_id
from anr_tui.sites.interface import Site
from anr_tui.sites.open_site import open_site
from anr_tui.sites.recordings.layout import camera_directory
from tests.heldar_site import PASSWORD, HeldarSite

AT = datetime(2026, 6, 13, 12, 0, 0, 250_000, tzinfo=UTC)
YARD = CameraValues("Yard, west", "hikvision", "192.0.2.20", 554, "operator", Secret(PASSWORD), True, None)
DOCK = "Loading dock"


@pytest.fixture
async def own(heldar_site: HeldarSite) -> AsyncIterator[Site]:
    heldar_site.make_ours()
    database = await open_site(heldar_site.settings())
    yield database
    await database.close()


async def seen(database: Site, camera_id: str) -> str:
    return next(each.updated_at for each in (await database.cameras.all()).good if each.id == camera_id)


async def test_a_new_camera_has_the_rows_defaults_and_can_be_read(own: Site, heldar_site: HeldarSite) -> None:
    before = await own.data_version()

    assert await own.camera_table.add(YARD, AT) == "yard-west"

    row = heldar_site.camera("yard-west")
    assert (row["name"], row["address"], row["password"], row["anr_enabled"]) == (
        "Yard, west",
        "192.0.2.20",
        PASSWORD,
        1,
    )
    assert (row["record_stream"], row["retention_hours"], row["site_id"]) == ("main", 24, None)
    assert row["created_at"] == row["updated_at"] == "2026-06-13T12:00:00.250+00:00"
    assert await own.data_version() != before
    camera = next(each for each in (await own.cameras.all()).good if each.id == "yard-west")
    assert (camera.username, camera.rtsp_port, camera.replay_url_template) == ("operator", 554, None)


async def test_it_belongs_to_the_one_site_that_there_is(own: Site, heldar_site: HeldarSite) -> None:
    heldar_site.insert("sites", {"id": "yard", "name": "Yard", "created_at": "2026-01-01T00:00:00+00:00"})
    await own.camera_table.add(YARD, AT)
    heldar_site.insert("sites", {"id": "shop", "name": "Shop", "created_at": "2026-01-01T00:00:00+00:00"})
    await own.camera_table.add(replace(YARD, name="Shop"), AT)
    assert [heldar_site.camera(each)["site_id"] for each in ("yard-west", "shop")] == ["yard", None]


async def test_a_change_keeps_the_password_unless_there_is_a_new_one(own: Site, heldar_site: HeldarSite) -> None:
    kept = replace(YARD, name="Gate", password=None, anr_enabled=False, replay_url_template=Secret("rtsp://x/{start}"))
    await own.camera_table.change("gate", await seen(own, "gate"), kept, AT)
    row = heldar_site.camera("gate")
    assert (row["name"], row["password"], row["anr_enabled"]) == ("Gate", PASSWORD, 0)
    assert (row["anr_replay_url_template"], row["updated_at"]) == ("rtsp://x/{start}", "2026-06-13T12:00:00.250+00:00")

    await own.camera_table.change("gate", await seen(own, "gate"), replace(kept, password=Secret("other")), AT)
    assert heldar_site.camera("gate")["password"] == "other"


async def test_what_somebody_else_has_changed_meanwhile_is_left_alone(own: Site, heldar_site: HeldarSite) -> None:
    stamp = await seen(own, "gate")
    heldar_site.execute("UPDATE cameras SET address = '192.0.2.99', updated_at = 'later' WHERE id = 'gate'")
    with pytest.raises(SiteError, match="Somebody else has changed or removed camera 'gate'"):
        await own.camera_table.change("gate", stamp, YARD, AT)
    assert heldar_site.camera("gate")["address"] == "192.0.2.99"


@pytest.mark.parametrize("name", [DOCK, DOCK.upper(), "dock"])
async def test_no_two_cameras_have_one_name(own: Site, name: str, heldar_site: HeldarSite) -> None:
    for write in (
        own.camera_table.add(replace(YARD, name=name), AT),
        own.camera_table.change("gate", await seen(own, "gate"), replace(YARD, name=name), AT),
    ):
        with pytest.raises(SiteError, match="Another camera is called"):
            await write
    assert len(heldar_site.execute("SELECT id FROM cameras")) == 2


async def test_a_name_that_two_have_already_does_not_stand_in_the_way(own: Site, heldar_site: HeldarSite) -> None:
    heldar_site.execute("UPDATE cameras SET name = 'Same'")
    await own.camera_table.change("gate", await seen(own, "gate"), replace(YARD, name="Same"), AT)
    assert heldar_site.camera("gate")["address"] == "192.0.2.20"


# Whose database it is.


async def test_heldars_database_is_written_only_where_that_is_meant(heldar_site: HeldarSite) -> None:
    database = await open_site(heldar_site.settings())
    assert not await database.camera_table.is_ours()
    for write in (
        database.camera_table.add(YARD, AT),
        database.camera_table.change("gate", await seen(database, "gate"), YARD, AT),
    ):
        with pytest.raises(SiteError, match=r"not made by anr-tui.*Nothing was written"):
            await write
    assert [row["id"] for row in heldar_site.execute("SELECT id FROM cameras ORDER BY id")] == ["dock", "gate"]

    assert await database.camera_table.add(YARD, AT, even_if_foreign=True) == "yard-west"
    await database.camera_table.change(
        "gate", await seen(database, "gate"), replace(YARD, name="G"), AT, even_if_foreign=True
    )
    assert heldar_site.camera("gate")["name"] == "G"
    assert not await database.camera_table.is_ours()
    await database.close()


async def test_a_database_of_ours_that_heldar_took_over_is_heldars(own: Site, heldar_site: HeldarSite) -> None:
    assert await own.camera_table.is_ours()
    heldar_site.execute("CREATE TABLE _sqlx_migrations (version INTEGER PRIMARY KEY)")
    assert not await own.camera_table.is_ours()


async def test_a_locked_database_is_said_and_nothing_hangs(
    own: Site, heldar_site: HeldarSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 10)
    await own.close()
    database = await open_site(heldar_site.settings())
    holder = sqlite3.connect(heldar_site.database, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(SiteLockedError, match="was locked by another program"):
        await database.camera_table.add(YARD, AT)
    holder.close()
    assert await database.camera_table.add(YARD, AT) == "yard-west"
    await database.close()


# Ids.


@given(st.text(), st.sets(st.sampled_from(["camera", "camera-2", "gate", "a"])))
def test_an_id_is_a_plain_file_name_that_nobody_has(name: str, taken: set[str]) -> None:
    made = free_id(name, taken)
    assert made not in taken
    assert camera_directory(Path("recordings"), made).parent == Path("recordings")
    assert made == made.lower() and made.isascii() and len(made) < 70


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Façade Süd (2)", "facade-sud-2"),
        ("../../etc", "etc"),
        ("北門", "camera"),
        ("Gate", "gate-3"),
        ("a" * 99, "a" * 60),
    ],
)
def test_an_id_reads_like_the_name(name: str, made: str) -> None:
    assert free_id(name, {"gate", "gate-2"}) == made
