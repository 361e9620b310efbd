"""Doctor, init, and what the command line refuses."""

import contextlib
import shutil
import socket
import sqlite3
from pathlib import Path

import pytest

from anr_tui import __version__
from anr_tui.cli.main import main
from anr_tui.platform import sqlite
from tests.cli.command import Command, StatusMessage
from tests.heldar_site import HeldarSite, locked


def test_the_doctor_ends_with_1_where_something_is_wrong(
    heldar_site: HeldarSite, run: Command, ffmpeg: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELDAR_FFMPEG_BIN", ffmpeg)
    monkeypatch.setenv("HELDAR_MIN_FREE_DISK_GB", "0")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        heldar_site.execute("UPDATE cameras SET address = '127.0.0.1', rtsp_port = ?", port)
        heldar_site.execute("UPDATE cameras SET anr_replay_url_template = NULL")
        assert run("doctor") == 0
    assert f"ok    camera      Front gate: 127.0.0.1:{port} answers" in run.out
    shutil.rmtree(heldar_site.recordings)
    assert run("doctor") == 1
    assert "FAIL  recordings  There is no directory" in run.out
    assert f"FAIL  camera      Front gate: 127.0.0.1:{port} cannot be reached" in run.out


def test_init_makes_a_site_that_the_other_commands_take(
    tmp_path: Path, no_password_in_any_output: StatusMessage
) -> None:
    path = tmp_path / "new" / "site.db"
    assert main(["init", str(path)]) == 0
    assert main(["status", "--database", str(path)]) == 0
    assert main(["init", str(path)]) == 2
    no_password_in_any_output.read()
    assert f"Made an empty site database at {path}." in no_password_in_any_output.out
    assert f"There is a file at {path} already." in no_password_in_any_output.err


def test_flags_stand_before_or_after_the_command(
    heldar_site: HeldarSite, tmp_path: Path, no_password_in_any_output: StatusMessage
) -> None:
    heldar_site.add_gap("gap_1")
    database, recordings = heldar_site.flags[:2], heldar_site.flags[2:]
    said = no_password_in_any_output
    lists = []
    for arguments in (
        [*database, *recordings, "gaps", "--json"],
        ["gaps", *database, *recordings, "--json"],
        [*database, "gaps", "--json", *recordings],
        ["--database", "none.db", "gaps", "--json", *database, *recordings],
    ):
        assert main(arguments) == 0
        said.read()
        lists.append(said.out)
    assert len(set(lists)) == 1
    assert main(["--journal", str(tmp_path / "mine.db"), "fill", "gap_1", *database]) == 0
    assert (tmp_path / "mine.db").exists()


@pytest.mark.parametrize(
    "arguments",
    [["nonsense"], ["gaps", "--nonsense"], ["fill"], ["cancel"], ["url"], ["gaps", "gap_1"], ["init"]],
    ids=" ".join,
)
def test_wrong_use_ends_with_2_and_says_how(run: Command, arguments: list[str]) -> None:
    assert run(*arguments) == 2
    assert "usage: anr-tui" in run.err


def test_help_and_version(run: Command) -> None:
    assert run("--version") == 0
    assert run.out == f"anr-tui {__version__}\n"
    assert run("--help") == 0
    for command in "console worker status cameras gaps fills fill retry cancel url doctor init".split():
        assert f"\n    {command} " in run.out
    assert "--for-consoles" not in run.out


def refused(said: StatusMessage, *arguments: str) -> str:
    """Every command that reads the site ends with 2 and one sentence."""
    for command in (["gaps", "--json"], ["status"], ["fill", "gap_1"], ["url", "gap_1"], ["worker", "--once"]):
        assert main([*command, *arguments]) == 2, command
        said.read()
        assert said.out == ""
        lines = [line for line in said.err.splitlines() if line.startswith("anr-tui: ")]
        assert len(lines) == 1
        assert "Traceback" not in said.err
    return lines[0]


def test_what_is_no_site_database_is_refused_in_words(
    tmp_path: Path, no_password_in_any_output: StatusMessage, monkeypatch: pytest.MonkeyPatch, ffmpeg: str
) -> None:
    monkeypatch.setenv("HELDAR_FFMPEG_BIN", ffmpeg)
    said = no_password_in_any_output
    monkeypatch.chdir(tmp_path)
    assert "There is no site database at" in refused(said, "--database", str(tmp_path / "none.db"))
    (tmp_path / "text.db").write_text("no database " * 99)
    assert "text.db is not an SQLite database" in refused(said, "--database", str(tmp_path / "text.db"))
    with contextlib.closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE notes (words TEXT)")
    assert "has no table 'cameras'" in refused(said, "--database", str(tmp_path / "other.db"))
    assert main(["gaps", "--database", "x" * 300]) == 2
    said.read()
    assert "cannot be reached: File name too long" in said.err
    words = refused(said, "--database", "sqlite:///./text.db")
    assert "There is no site database at /text.db." in words
    assert f"could also have meant {tmp_path}/text.db: there is one there" in words


def test_a_site_of_before_anr_is_refused_with_the_column(
    heldar_site: HeldarSite, no_password_in_any_output: StatusMessage, monkeypatch: pytest.MonkeyPatch, ffmpeg: str
) -> None:
    monkeypatch.setenv("HELDAR_FFMPEG_BIN", ffmpeg)
    heldar_site.execute("ALTER TABLE cameras DROP COLUMN anr_enabled")
    words = refused(no_password_in_any_output, *heldar_site.flags)
    assert "has no column anr_enabled." in words


def test_a_locked_site_is_refused_and_never_an_empty_list(
    heldar_site: HeldarSite, no_password_in_any_output: StatusMessage, monkeypatch: pytest.MonkeyPatch, ffmpeg: str
) -> None:
    monkeypatch.setenv("HELDAR_FFMPEG_BIN", ffmpeg)
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 10)
    with locked(heldar_site.database):
        words = refused(no_password_in_any_output, *heldar_site.flags)
    assert "was locked by another program" in words


def test_a_wrong_setting_is_refused(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANR_MAX_FILLS", "many")
    assert run("gaps") == 2
    assert "ANR_MAX_FILLS (environment) is 'many'; allowed is a number from 1 to 64." in run.err
    monkeypatch.delenv("ANR_MAX_FILLS")
    assert run("gaps", "--config", "/none/config.toml") == 2
    assert "There is no settings file at /none/config.toml." in run.err


def test_the_site_database_is_refused_as_a_journal(heldar_site: HeldarSite, run: Command) -> None:
    assert run("status", "--journal", str(heldar_site.database)) == 2
    assert "is another program's database, not a journal" in run.err
