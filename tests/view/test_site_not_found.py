"""What a person is told where no site was found."""

import os
import sqlite3
from pathlib import Path

import platformdirs
import pytest

from anr_tui.config.settings import load_settings, origins
from anr_tui.view.site_not_found import NoSite, found_at, look_for_site
from tests.heldar_site import HeldarSite, locked


async def looked(config: Path | None = None, **flags: object) -> NoSite | None:
    return await look_for_site(load_settings(config, **flags), origins(config, **flags), is_read_only=False)


async def found(config: Path | None = None, **flags: object) -> NoSite:
    no_site = await looked(config, **flags)
    assert no_site is not None
    return no_site


async def test_a_site_that_can_be_opened_or_is_only_locked_for_now_is_one(
    heldar_site: HeldarSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await looked(heldar_database_url=str(heldar_site.database)) is None
    monkeypatch.setattr("anr_tui.platform.sqlite.BUSY_TIMEOUT_MS", 10)
    with locked(heldar_site.database):
        assert await looked(heldar_database_url=str(heldar_site.database)) is None


async def test_it_is_said_who_named_the_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "this is the default" in (await found()).origin
    config = tmp_path / "config.toml"
    config.write_text('heldar_database_url = "/srv/none.db"\n')
    assert (await found(config)).origin == f"heldar_database_url in {config} says so"
    monkeypatch.setenv("HELDAR_DATABASE_URL", "/srv/none.db")
    by_environment = await found(config)
    assert by_environment.origin == "HELDAR_DATABASE_URL in the environment says so"
    assert by_environment.is_in_environment
    by_flag = await found(config, heldar_database_url=str(tmp_path / "none.db"))
    assert by_flag.origin == "--database says so"
    assert by_flag.is_by_flag
    assert not by_flag.is_in_environment


async def test_a_free_place_that_was_named_is_proposed_then_heldars_folder_then_our_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert (await found()).proposed == platformdirs.user_data_path("anr-tui") / "site.db"
    assert (await found(heldar_data_dir=Path("heldar"))).proposed == tmp_path / "heldar" / "site.db"
    assert (await found(heldar_database_url="new/x.db")).proposed == tmp_path / "new" / "x.db"
    (tmp_path / "taken.db").write_text("no database " * 99)
    taken = await found(heldar_database_url="taken.db")
    assert taken.proposed == platformdirs.user_data_path("anr-tui") / "site.db"
    assert "is not an SQLite database" in str(taken.error)


async def test_the_other_reading_of_a_url_is_perhaps_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sqlite3.connect(tmp_path / "x.db").close()
    assert (await found(heldar_database_url="sqlite:///./x.db")).other == tmp_path / "x.db"
    assert (await found(heldar_database_url="sqlite:///./y.db")).other is None


def test_what_is_there_is_said(tmp_path: Path) -> None:
    file, pipe = tmp_path / "a.db", tmp_path / "pipe"
    file.write_bytes(b"x" * 1500)
    file.chmod(0o640)
    os.mkfifo(pipe)
    assert found_at(file).startswith(f"a file of 1.5 kB (-rw-r-----, of user {os.getuid()}, group ")
    assert found_at(tmp_path).startswith("a folder (d")
    assert found_at(pipe).startswith("no regular file (p")
    assert found_at(tmp_path / "none") == "nothing"
    assert found_at(tmp_path / "no" / "none") == f"nothing, and there is no folder {tmp_path / 'no'}"
    assert found_at(file / "below") == f"nothing, and there is no folder {file}"
    assert "File name too long" in found_at(tmp_path / ("x" * 300))
