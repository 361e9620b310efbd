"""`anr-tui settings`."""

import base64
from pathlib import Path

import pytest

from anr_tui.config.settings import SETTINGS
from tests.cli.command import Command
from tests.heldar_site import HeldarSite

KEY = base64.b64encode(bytes(range(32))).decode()


def test_every_setting_says_where_its_value_comes_from(
    heldar_site: HeldarSite, run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.toml"
    config.write_text('anr_piece_s = 60\nanr_order = "oldest"\n')
    monkeypatch.setenv("ANR_ORDER", "deadline")
    monkeypatch.setenv("ANR_MAX_FILLS", "")
    listed = {row["name"]: row for row in run.json("settings", "--config", str(config))}
    assert list(listed) == [name.upper() for name in SETTINGS]
    origins = {name: (row["value"], row["origin"]) for name, row in listed.items()}
    assert origins["HELDAR_DATABASE_URL"] == (str(heldar_site.database), "command line")
    assert origins["ANR_ORDER"] == ("deadline", "environment")
    assert origins["ANR_PIECE_S"] == ("60", str(config))
    assert origins["ANR_MAX_FILLS"] == ("4", "default")
    assert origins["ANR_JOURNAL"] == (str(heldar_site.journal), "default")
    assert listed["ANR_PIECE_S"]["default"] == "300"
    assert all(row["meaning"] for row in listed.values())


def test_settings_for_people_name_the_file_and_hide_the_key(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELDAR_SECRET_KEY", KEY)
    monkeypatch.setenv("ANR_ON_EVENT", "notify https://anna:hunter2@example.org/hook")
    for arguments in (["settings"], ["settings", "--json"]):
        assert run(*arguments) == 0
        assert KEY not in run.out
        assert "hunter2" not in run.out
        assert "(hidden)" in run.out
    assert run("settings") == 0
    assert run.out.rstrip().endswith("config.toml (not there).")


def test_a_bad_setting_is_refused_there_too(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANR_MAX_FILLS", "many")
    assert run("settings") == 2
    assert "ANR_MAX_FILLS (environment) is 'many'" in run.err
