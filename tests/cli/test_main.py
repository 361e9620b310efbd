"""The command line as a whole: its flags, what it refuses, and the program as a process."""

import argparse
import contextlib
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from anr_tui import __version__
from anr_tui.cli.main import build_parser, main
from anr_tui.domain.errors import SiteError
from anr_tui.platform import sqlite
from tests.cli.command import Command, StatusMessage
from tests.heldar_site import HeldarSite, locked


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


def anr_tui(*arguments: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "anr_tui", *arguments]
    return subprocess.run(command, text=True, env=dict(os.environ), stderr=subprocess.PIPE, **options)


def test_the_command_is_a_program(working_site: HeldarSite) -> None:
    listed = anr_tui("gaps", "--json", *working_site.flags, stdout=subprocess.PIPE)
    assert (listed.returncode, listed.stderr) == (0, "")
    assert len(json.loads(listed.stdout)) == 3
    wrong = anr_tui("gaps", "--database", "/none/heldar.db", stdout=subprocess.PIPE)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("anr-tui: There is no site database at /none/heldar.db.")


def test_what_a_row_says_cannot_take_over_the_terminal(heldar_site: HeldarSite, run: Command, ffmpeg: str) -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\u202e\x9b31m"
    heldar_site.execute("UPDATE cameras SET name = 'gate' || ?, vendor = ?, address = '127.0.0.1'", evil, evil)
    heldar_site.execute("UPDATE cameras SET rtsp_port = 1, anr_replay_url_template = NULL")
    heldar_site.execute("UPDATE cameras SET id = ? WHERE id = 'gate'", f"id{evil}")
    heldar_site.add_gap(f"gap{evil}", "dock")
    heldar_site.add_gap(f"bad{evil}", "dock", gap_start=evil)
    for command in (["cameras"], ["gaps"], ["status"], ["doctor"], ["fill", f"gap{evil}"], ["url", f"gap{evil}x"]):
        run(*command)
        assert (run.out + run.err).replace("\n", "").isprintable(), command
    for command in (["cameras", "--json"], ["gaps", "--json"], ["status", "--json"]):
        run(*command)
        assert (run.out + run.err).replace("\n", "").isprintable(), command


def test_a_terminal_that_cannot_show_a_name_shows_the_rest(
    working_site: HeldarSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    working_site.execute("UPDATE cameras SET name = 'Tür \u65e5' WHERE id = 'gate'")
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    listed = anr_tui("cameras", *working_site.flags, stdout=subprocess.PIPE)
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "T?r ?" in listed.stdout


def test_a_reader_that_has_gone_is_no_reason_to_complain(working_site: HeldarSite) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    gone = anr_tui("gaps", "--json", *working_site.flags, stdout=writing)
    os.close(writing)
    assert (gone.returncode, gone.stderr) == (1, "")


def test_no_id_in_an_error_begins_a_line_of_its_own(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: argparse.Namespace) -> int:
        raise SiteError("Camera gate\nanr-tui: all is well\x1b[2J has no address.")

    parser = build_parser()
    monkeypatch.setattr("anr_tui.cli.main.build_parser", lambda: parser)
    parser.set_defaults(run=broken)

    assert main([]) == 2
    assert capfd.readouterr().err == "anr-tui: Camera gate\n  anr-tui: all is well [2J has no address.\n"
