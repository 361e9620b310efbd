"""Lists for people and scripts, and the program as a process."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from anr_tui.domain.timestamps import parse_stamp
from tests.cli.command import Command
from tests.heldar_site import HeldarSite, execute


def columns(database: Path, table: str) -> set[str]:
    return {row["name"] for row in execute(database, f"PRAGMA table_info({table})")}


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
    assert set(running) - {"camera_name", "is_lost"} == columns(working_site.journal, "fills") - {"worker_id"}
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
    assert (status["schema"], status["gaps"], status["pending"], status["failed"], status["filled"]) == (1, 3, 1, 1, 1)
    assert (status["missing_s"], [fill["gap_id"] for fill in status["fills"]]) == (1200, ["gap_1"])
    assert [problem["kind"] for problem in status["problems"]] == ["gaps_failed"]
    assert (status["worker"]["state"], status["worker"]["host"], status["worker"]["pid"]) == ("running", "nvr-07", 4711)
    assert status["database"] == str(working_site.database)
    parse_stamp(status["worker"]["seen_at"])


def test_requests_as_json(working_site: HeldarSite, run: Command) -> None:
    assert run("fill", "gap_1") == 0
    (request,) = run.json("requests")
    assert (request["kind"], request["gap_id"], request["state"], request["reason"]) == ("fill", "gap_1", "asked", "")
    assert run.json("status")["requests"] == [request]
    assert run("requests") == 0
    assert "  fill  gap_1  asked" in run.out.splitlines()[1]


def test_a_check_ends_with_1_until_no_person_is_needed(working_site: HeldarSite, run: Command) -> None:
    assert run("status") == 0
    assert run("status", "--check") == 1
    assert run.out.startswith(
        "ANR WARNING: 1 gap was given up: look at `anr-tui gaps`, then retry. | pending=1 failed=1"
    )
    assert run("status", "--check", "--json") == 1
    working_site.execute("UPDATE recording_gaps SET fill_state = 'pending'")
    assert run("status", "--check") == 0
    assert run.out.startswith(
        "ANR OK: 3 pending, 0 failed, 30m 00s missing | pending=3 failed=0 missing=1800s disk_free="
    )
    execute(working_site.journal, "UPDATE workers SET ended_at = seen_at")
    assert run("status", "--check") == 1
    assert run.out.startswith("ANR WARNING: No worker runs: nothing is filled. | ")


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("gaps", ["gap_1  Front gate    2026-06-13 11:00:00Z  11:10:00Z  10m 00s  pending  0         filling"]),
        ("cameras", ["gate    Front gate    generic  unknown  on   1        0       1       10m 00s"]),
        ("fills", ["no footage on the camera", "150 of 600 s"]),
        ("status", ["worker      running (anna@nvr-07, process 4711, 0.1.0, since ", "1 pending, 1 failed, 1 filled"]),
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
    assert ["gap_bad" in problem["words"] for problem in run.json("status")["problems"]] == [False, True]


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
