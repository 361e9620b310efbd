"""What people read of where a site's things are."""

import base64
from pathlib import Path

import pytest

from anr_tui.config.settings import SECRET_FIELDS, load_settings
from anr_tui.view.about import about


def test_paths_are_whole_wherever_the_program_was_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    told = about(load_settings(None, heldar_database_url="site.db", heldar_recordings_dir=Path("footage")))

    assert (told.database, told.recordings) == (tmp_path / "site.db", tmp_path / "footage")
    assert told.journal.is_absolute() and told.logs.is_absolute()


def test_no_secret_is_among_the_settings() -> None:
    secret = base64.b64encode(bytes(range(32))).decode()

    assert secret not in repr(about(load_settings(None, **dict.fromkeys(SECRET_FIELDS, secret))))
