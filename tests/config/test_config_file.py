"""What a person has written into the settings file stays as it is, and what is added means what it should."""

import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.config.config_file import add_settings, read_settings_file, setting_lines
from anr_tui.config.settings import load_settings
from anr_tui.domain.errors import SettingsError

SITE = {"heldar_database_url": '/srv/a "site"/x.db'}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "conf" / "anr-tui" / "config.toml"
    add_settings(path, SITE)

    assert load_settings(path).database_path == Path('/srv/a "site"/x.db')
    assert mode(path) == 0o600
    assert mode(path.parent) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["config.toml"]


@pytest.mark.parametrize(
    "text",
    [
        "anr_piece_s = 60\n",
        "anr_piece_s = 60 # no end of line",
        "# mine\nanr_piece_s = 60\n\n[anr_keys]\n'gap.fill' = 'F'\n",
        "# mine\n\n[anr_keys] # tables first\n'gap.fill' = 'F'",
        "",
    ],
)
def test_what_is_there_stays_and_its_mode_too(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    path.chmod(0o640)
    add_settings(path, SITE)

    assert [line for line in path.read_text().splitlines() if line and not line.startswith(tuple(SITE))] == [
        line for line in text.splitlines() if line
    ], "every line that a person wrote, in its order"
    assert read_settings_file(path) == tomllib.loads(text) | SITE
    assert mode(path) == 0o640


def test_a_link_stays_one(tmp_path: Path) -> None:
    real, path = tmp_path / "dotfiles.toml", tmp_path / "config.toml"
    real.write_text("anr_piece_s = 60\n")
    path.symlink_to(real)
    add_settings(path, SITE)

    assert path.is_symlink()
    assert read_settings_file(real) == {"anr_piece_s": 60} | SITE


@pytest.mark.parametrize("text", ['heldar_database_url = "/other.db"\n', "anr_piece_s = = 3\n", b"\xff"])
def test_what_says_something_else_or_nothing_readable_is_left_alone(tmp_path: Path, text: str | bytes) -> None:
    path = tmp_path / "config.toml"
    before = text if isinstance(text, bytes) else text.encode()
    path.write_bytes(before)
    with pytest.raises(SettingsError, match=r"config\.toml"):
        add_settings(path, SITE)

    assert path.read_bytes() == before


def test_where_nothing_can_be_written_the_line_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match=r"Write it by hand: heldar_database_url = "):
        add_settings(tmp_path / "file" / "config.toml", SITE)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_value_is_read_as_it_was_written(value: str) -> None:
    assert tomllib.loads(setting_lines({"name": value})) == {"name": value}
