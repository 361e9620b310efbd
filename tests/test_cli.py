import asyncio
import base64
import contextlib
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from anr_tui import __version__, sqlite
from anr_tui.cli import main
from anr_tui.journal.journal import FillProgress, Journal
from anr_tui.model import FillState, Outcome, Phase, RecordingGap
from anr_tui.site.database import SiteDatabase
from anr_tui.times import now_utc, parse_stamp
from tests.heldar_site import IDENTITY, PASSWORD, TEMPLATE_PASSWORD, HeldarSite, execute, locked, sealed

KEY = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture(autouse=True)
def no_password_in_any_output(capfd: pytest.CaptureFixture[str]) -> Iterator["Said"]:
    """Whatever a test runs, neither password may be in what it printed, unless the test says that it asked for it."""
    said = Said(capfd)
    yield said
    said.read()
    if not said.is_revealed:
        for secret in (PASSWORD, TEMPLATE_PASSWORD):
            assert secret not in said.all
            assert base64.b64encode(secret.encode()).decode() not in said.all


class Said:
    """What was printed, by this process and its children."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self._capfd = capfd
        self.all = ""
        self.out = ""
        self.err = ""
        self.is_revealed = False

    def read(self) -> None:
        self.out, self.err = self._capfd.readouterr()
        self.all += self.out + self.err


class Command:
    """Runs the command line in this process."""

    def __init__(self, site: HeldarSite, said: Said) -> None:
        self.site = site
        self.said = said

    def __call__(self, *arguments: str) -> int:
        try:
            status = main([*arguments, *self.site.flags])
        except SystemExit as end:
            status = int(end.code or 0)
        self.said.read()
        return status

    @property
    def out(self) -> str:
        return self.said.out

    @property
    def err(self) -> str:
        return self.said.err

    def json(self, *arguments: str) -> Any:
        assert self(*arguments, "--json") == 0
        return json.loads(self.out)


@pytest.fixture
def run(heldar_site: HeldarSite, no_password_in_any_output: Said) -> Command:
    return Command(heldar_site, no_password_in_any_output)


@pytest.fixture
def working_site(heldar_site: HeldarSite) -> HeldarSite:
    """A site with gaps in all states, a worker that lives, a running and an ended fill."""
    heldar_site.add_gap("gap_1")
    heldar_site.add_gap(
        "gap_2", "dock", fill_state="failed", fill_attempts=3, last_attempt_at="2026-06-13T11:30:00.5+00:00"
    )
    heldar_site.add_gap(
        "gap_3", gap_start="2026-06-13T09:00:00+00:00", fill_state="filled", filled_at="2026-06-13T11:31:00+00:00"
    )
    asyncio.run(work_on(heldar_site))
    return heldar_site


async def work_on(heldar_site: HeldarSite) -> None:
    site, journal = await SiteDatabase.open(str(heldar_site.database)), await Journal.open(heldar_site.journal)
    now = now_utc()
    lease = await journal.claim(
        IDENTITY, now=now, expires_at=now + timedelta(minutes=1), starts_paused=False, is_dead=lambda *_: True
    )
    assert lease is not None
    gaps: dict[str, RecordingGap] = {gap.id: gap for gap in (await site.gaps()).good}
    assert gaps["gap_2"].fill_state is FillState.FAILED
    ended = await journal.start_fill(lease, gaps["gap_2"], asked_by="sweep", now=now)
    await journal.end_fill(lease, ended, FillProgress(), Outcome.NO_FOOTAGE, reason="404", now=now)
    running = await journal.start_fill(lease, gaps["gap_1"], asked_by="anna@nvr-07", now=now)
    progress = FillProgress(Phase.FETCHING, wanted_s=600, got_s=150, size_bytes=7_000_000, speed=30, pieces=2)
    await journal.note_fill(lease, running, progress)
    await journal.close()
    await site.close()


def columns(database: Path, table: str) -> set[str]:
    return {row["name"] for row in execute(database, f"PRAGMA table_info({table})")}


# Lists.


def test_gaps_as_json_have_the_databases_names_and_times(working_site: HeldarSite, run: Command) -> None:
    gaps = run.json("gaps")
    assert [gap["id"] for gap in gaps] == ["gap_1", "gap_2", "gap_3"]
    of_ours = {"camera_name", "is_filling", "outcome", "reason"}
    assert set(gaps[0]) - of_ours == columns(working_site.database, "recording_gaps") - {"created_at"}
    gap = next(gap for gap in gaps if gap["id"] == "gap_2")
    assert gap["gap_start"] == "2026-06-13T11:00:00.123456+00:00"
    assert (gap["fill_state"], gap["fill_attempts"], gap["outcome"]) == ("failed", 3, "no_footage")
    assert gap["last_attempt_at"] == "2026-06-13T11:30:00.500+00:00"
    assert [gap["is_filling"] for gap in gaps if gap["id"] == "gap_1"] == [True]


def test_cameras_as_json(working_site: HeldarSite, run: Command) -> None:
    gate, dock = run.json("cameras")
    assert {"id", "name", "vendor", "anr_enabled"} <= set(gate) & columns(working_site.database, "cameras")
    assert {"set_aside_until", "set_aside_why"} <= set(gate) & columns(working_site.journal, "camera_memory")
    assert not {"password", "username", "anr_replay_url_template", "address"} & set(gate)
    assert (gate["id"], gate["pending"], gate["filled"], gate["filling"], gate["missing_s"]) == ("gate", 1, 1, 1, 600)
    assert (dock["id"], dock["failed"], dock["anr_enabled"], dock["has_replay"]) == ("dock", 1, True, True)


def test_fills_as_json(working_site: HeldarSite, run: Command) -> None:
    running, ended = run.json("fills")
    assert set(running) - {"camera_name"} == columns(working_site.journal, "fills") - {"worker_id"}
    assert (running["gap_id"], running["phase"], running["outcome"], running["ended_at"]) == (
        "gap_1",
        "fetching",
        None,
        None,
    )
    assert (ended["gap_id"], ended["outcome"], ended["reason"]) == ("gap_2", "no_footage", "404")
    assert parse_stamp(ended["started_at"]) == parse_stamp(ended["ended_at"])


def test_status_as_json(working_site: HeldarSite, run: Command) -> None:
    status = run.json("status")
    assert (status["gaps"], status["pending"], status["failed"], status["filled"]) == (3, 1, 1, 1)
    assert (status["missing_s"], status["running_fills"], status["problem"]) == (1200, 1, "")
    assert (status["worker"]["state"], status["worker"]["host"], status["worker"]["pid"]) == ("running", "nvr-07", 4711)
    assert status["database"] == str(working_site.database)
    parse_stamp(status["worker"]["seen_at"])


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("gaps", ["gap_1  Front gate    2026-06-13 11:00:00Z  11:10:00Z  10m 00s  pending  0         filling"]),
        ("cameras", ["gate    Front gate    generic  unknown  on   1        0       1       10m 00s"]),
        ("fills", ["no footage on the camera", "150 of 600 s"]),
        ("status", ["worker      running (anna@nvr-07, process 4711)", "1 pending, 1 failed, 1 filled"]),
    ],
)
def test_lists_for_people(working_site: HeldarSite, run: Command, command: str, expected: list[str]) -> None:
    assert run(command) == 0
    for words in expected:
        assert words in run.out
    assert run.err == ""


def test_an_empty_site_has_empty_lists(run: Command) -> None:
    assert run.json("gaps") == []
    assert run.json("fills") == []
    assert run("gaps") == 0
    assert run.out.split() == "gap camera start end length state attempts last outcome".split()
    assert run.json("status")["worker"]["state"] == "none"


def test_without_a_terminal_the_console_is_the_status(run: Command) -> None:
    for command in ([], ["console"]):
        assert run(*command) == 0
        assert "here is the status instead" in run.out
        assert "0 pending, 0 failed, 0 filled" in run.out


def test_one_bad_row_is_said_beside_the_list_and_not_in_it(heldar_site: HeldarSite, run: Command) -> None:
    heldar_site.add_gap("gap_1")
    heldar_site.add_gap("gap_bad", "dock", gap_start="yesterday")
    assert [gap["id"] for gap in run.json("gaps")] == ["gap_1"]
    assert "anr-tui: The row 'gap_bad' was left out: not an RFC 3339 time: 'yesterday'" in run.err
    assert len(run.json("cameras")) == 2
    assert "gap_bad" in run.json("status")["problem"]


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


# Asking.


def asked(site: HeldarSite) -> list[tuple[str, str | None, int | None]]:
    rows = execute(site.journal, "SELECT * FROM requests ORDER BY id")
    return [(row["kind"], row["gap_id"], row["fill_id"]) for row in rows]


def test_fill_without_a_worker_says_that_it_waits(heldar_site: HeldarSite, run: Command) -> None:
    heldar_site.add_gap("gap_1")
    assert run("fill", "gap_1") == 0
    assert (
        run.out == "Asked: fill gap gap_1. No worker runs: it waits until `anr-tui` or `anr-tui worker` is started.\n"
    )
    assert run("fill", "gap_1") == 0
    assert asked(heldar_site) == [("fill", "gap_1", None)]


def test_fill_with_a_worker_just_asks(working_site: HeldarSite, run: Command) -> None:
    assert run("fill", "gap_1", "gap_2") == 0
    assert run.out == "Asked: fill gap gap_1.\nAsked: fill gap gap_2.\n"
    assert asked(working_site) == [("fill", "gap_1", None), ("fill", "gap_2", None)]


def test_one_unknown_gap_does_not_keep_the_others_from_being_asked_for(heldar_site: HeldarSite, run: Command) -> None:
    heldar_site.add_gap("gap_1")
    assert run("fill", "gap_9", "gap_1") == 1
    assert "There is no gap 'gap_9'. `anr-tui gaps` lists them." in run.err
    assert asked(heldar_site) == [("fill", "gap_1", None)]


def test_retry_of_named_gaps_and_of_all_that_failed(working_site: HeldarSite, run: Command) -> None:
    assert run("retry", "gap_3") == 0
    assert run("retry", "--all-failed") == 0
    assert run.out == "Asked: retry gap gap_2.\n"
    assert asked(working_site) == [("retry", "gap_3", None), ("retry", "gap_2", None)]


def test_retry_of_nothing_is_said(heldar_site: HeldarSite, run: Command) -> None:
    assert run("retry") == 2
    assert "Name the gaps to retry, or say --all-failed." in run.err
    assert run("retry", "gap_1", "--all-failed") == 2
    assert run("retry", "--all-failed") == 0
    assert run.out == "No gap was given up; there is nothing to retry.\n"


def test_cancel_of_a_running_an_ended_and_an_unknown_fill(working_site: HeldarSite, run: Command) -> None:
    assert run("cancel", "2") == 0
    assert run.out == "Asked: cancel fill 2.\n"
    assert run("cancel", "1") == 1
    assert "Fill 1 has ended already: no footage on the camera." in run.err
    assert run("cancel", "99") == 2
    assert "There is no fill 99. `anr-tui fills` lists them." in run.err
    assert run("cancel", "many") == 2
    assert asked(working_site) == [("cancel", None, 2)]


def test_fill_and_wait_starts_a_worker_and_ends_with_its_answer(
    heldar_site: HeldarSite, run: Command, ffmpeg: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELDAR_FFMPEG_BIN", ffmpeg)
    monkeypatch.setenv("HELDAR_MIN_FREE_DISK_GB", "0")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    heldar_site.execute("UPDATE cameras SET address = '127.0.0.1', rtsp_port = ?, retention_hours = 99999999", port)
    heldar_site.add_gap("gap_1")
    assert run("fill", "gap_1", "--wait") == 1
    assert run.out.startswith("gap_1: ")
    (fill,) = execute(heldar_site.journal, "SELECT * FROM fills")
    assert fill["outcome"] == "unreachable"
    assert heldar_site.gap("gap_1")["fill_attempts"] == 0
    assert execute(heldar_site.journal, "SELECT * FROM lease") == []
    for path in heldar_site.root.rglob("*"):
        if path.is_file() and path != heldar_site.database:
            assert PASSWORD.encode() not in path.read_bytes(), path


def test_fill_and_wait_for_an_unknown_gap_starts_nothing(heldar_site: HeldarSite, run: Command) -> None:
    heldar_site.add_gap("gap_1")
    assert run("fill", "gap_1", "gap_9", "--wait") == 2
    assert "There is no gap 'gap_9'" in run.err
    assert execute(heldar_site.journal, "SELECT * FROM workers") == []


# URLs.


def test_a_url_is_masked_unless_it_is_revealed(heldar_site: HeldarSite, run: Command) -> None:
    heldar_site.add_gap("gap_1")
    heldar_site.add_gap("gap_2", "dock")
    for gap in ("gap_1", "gap_2"):
        assert run("url", gap) == 0
        url, command = run.out.splitlines()
        assert url.startswith("rtsp://***@192.0.2.1")
        assert command.startswith("ffmpeg -rtsp_transport tcp -i 'rtsp://***@")
    assert execute(heldar_site.journal, "SELECT * FROM events") == []
    run.said.is_revealed = True
    assert run("url", "gap_1", "--reveal") == 0
    assert run.out.startswith(f"rtsp://operator:{PASSWORD}@192.0.2.11:554/")
    (event,) = execute(heldar_site.journal, "SELECT * FROM events")
    assert (event["kind"], event["gap_id"]) == ("url_revealed", "gap_1")
    assert PASSWORD.encode() not in heldar_site.journal.read_bytes()


def test_a_sealed_password_stays_sealed(heldar_site: HeldarSite, run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    heldar_site.add_gap("gap_1")
    heldar_site.execute("UPDATE cameras SET password = ?", sealed(PASSWORD, bytes(range(32))))
    assert run("url", "gap_1") == 0
    assert run("url", "gap_1", "--reveal") == 2
    assert "The password of camera 'gate' is sealed and HELDAR_SECRET_KEY is not set." in run.err
    monkeypatch.setenv("HELDAR_SECRET_KEY", KEY[::-1])
    assert run("url", "gap_1", "--reveal") == 2
    assert KEY[::-1] not in run.err
    monkeypatch.setenv("HELDAR_SECRET_KEY", base64.b64encode(bytes(32)).decode())
    assert run("url", "gap_1", "--reveal") == 2
    assert "cannot be opened with this HELDAR_SECRET_KEY" in run.err


def test_what_cannot_be_asked_for_is_said(heldar_site: HeldarSite, run: Command) -> None:
    assert run("url", "gap_9") == 2
    assert "There is no gap 'gap_9'" in run.err
    heldar_site.execute("UPDATE cameras SET anr_replay_url_template = 'file:///etc/passwd?{start}' WHERE id = 'dock'")
    heldar_site.add_gap("gap_1", "dock")
    assert run("url", "gap_1", "--reveal") == 1
    assert "Camera dock: The replay URL must begin with rtsp://" in run.err


# Doctor, init, and the command line itself.


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


def test_init_makes_a_site_that_the_other_commands_take(tmp_path: Path, no_password_in_any_output: Said) -> None:
    path = tmp_path / "new" / "site.db"
    assert main(["init", str(path)]) == 0
    assert main(["status", "--database", str(path)]) == 0
    assert main(["init", str(path)]) == 2
    no_password_in_any_output.read()
    assert f"Made an empty site database at {path}." in no_password_in_any_output.out
    assert f"There is a file at {path} already." in no_password_in_any_output.err


def test_flags_stand_before_or_after_the_command(
    heldar_site: HeldarSite, tmp_path: Path, no_password_in_any_output: Said
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
    assert main(["--journal", str(tmp_path / "mine.db"), "status", *database]) == 0
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
    assert "--lifeline" not in run.out


def refused(said: Said, *arguments: str) -> str:
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
    tmp_path: Path, no_password_in_any_output: Said, monkeypatch: pytest.MonkeyPatch, ffmpeg: str
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
    heldar_site: HeldarSite, no_password_in_any_output: Said, monkeypatch: pytest.MonkeyPatch, ffmpeg: str
) -> None:
    monkeypatch.setenv("HELDAR_FFMPEG_BIN", ffmpeg)
    heldar_site.execute("ALTER TABLE cameras DROP COLUMN anr_enabled")
    words = refused(no_password_in_any_output, *heldar_site.flags)
    assert "has no column anr_enabled." in words


def test_a_locked_site_is_refused_and_never_an_empty_list(
    heldar_site: HeldarSite, no_password_in_any_output: Said, monkeypatch: pytest.MonkeyPatch, ffmpeg: str
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


# As a process.


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


def test_a_reader_that_has_gone_is_no_reason_to_complain(working_site: HeldarSite) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    gone = anr_tui("gaps", "--json", *working_site.flags, stdout=writing)
    os.close(writing)
    assert (gone.returncode, gone.stderr) == (1, "")
