"""What users and their programs hold on to: flags, keys, tables, settings and words, each as recorded."""

import argparse
import asyncio
import contextlib
import sqlite3
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from anr_tui.cli.main import build_parser
from anr_tui.config.settings import SETTINGS, load_settings, origins
from anr_tui.console.keys import actions
from anr_tui.console.keys.actions import BY_ID, Action
from anr_tui.console.keys.keymap import MAPPABLE
from anr_tui.domain.diagnosis import Check, CheckKind, CheckMark
from anr_tui.domain.event import EventKind
from anr_tui.domain.evidence.time_proof import TimeProof
from anr_tui.domain.fill import Phase
from anr_tui.domain.gap import FillState
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.fill_policy import WaitReason
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.request import Request, RequestKind, RequestState
from anr_tui.journal.journal import Journal
from anr_tui.sites.heldar.schema import create_site_database
from anr_tui.view.camera.diagnosis import Diagnosis, diagnosis_fields
from anr_tui.view.gap.evidence import FileState
from anr_tui.view.reports.backlog import LeftOut
from anr_tui.view.reports.status import ProblemKind
from anr_tui.view.snapshot.snapshot import WorkerState
from anr_tui.view.tables.setting_table import setting_rows
from tests.baseline.record import Baseline
from tests.heldar_site import NOW

WORDS: dict[str, type[StrEnum]] = {
    "outcome": Outcome,
    "phase": Phase,
    "state of a gap": FillState,
    "kind of request": RequestKind,
    "state of a request": RequestState,
    "kind of event": EventKind,
    "lifetime of a worker": Lifetime,
    "state of a worker": WorkerState,
    "why a gap waits": WaitReason,
    "why a gap is left out": LeftOut,
    "state of a landed file": FileState,
    "proof of a time": TimeProof,
    "problem": ProblemKind,
    "check of a camera": CheckKind,
    "mark of a check": CheckMark,
}


def commands() -> dict[str, argparse.ArgumentParser]:
    """The parsers by the names of their commands; "" is the program itself."""
    parser = build_parser()
    (found,) = (action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    return {"": parser, **found.choices}


@pytest.mark.usefixtures("same_machine")
@pytest.mark.parametrize("command", commands())
def test_flags_and_help_of_each_command(command: str, baseline: Baseline) -> None:
    """By their parts: how argparse sets them on the page differs from one Python to the next."""
    parser = commands()[command]

    baseline.check_text(f"help/{command or 'anr-tui'}.txt", "\n".join(help_lines(parser)))


def help_lines(parser: argparse.ArgumentParser) -> Iterable[str]:
    yield f"{parser.prog}: {parser.description}"
    yield ""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from (f"  {each.dest}: {each.help}" for each in action._choices_actions)
            continue
        names = ", ".join(action.option_strings) or action.dest
        yield f"{names}  ({type(action).__name__.strip('_')} {flag_words(action)})"
        if action.help != argparse.SUPPRESS and action.help:
            yield f"    {action.help}"
    for group in parser._mutually_exclusive_groups:
        yield f"one of: {', '.join(action.option_strings[0] for action in group._group_actions)}"
    yield ""
    yield parser.epilog or ""


def flag_words(action: argparse.Action) -> str:
    said = {
        "dest": action.dest,
        "metavar": action.metavar,
        "nargs": action.nargs,
        "default": action.default,
        "choices": list(action.choices) if action.choices else None,
        "required": action.required or None,
    }
    hidden = ["hidden"] if action.help == argparse.SUPPRESS else []
    return " ".join([*(f"{name}={value}" for name, value in said.items() if value is not None), *hidden])


def test_ids_of_actions_and_their_keys(baseline: Baseline) -> None:
    listed = {action.id: action_fields(action) for action in BY_ID.values()}

    baseline.check_json("actions.json", listed)


def action_fields(action: Action) -> dict[str, Any]:
    return {
        "keys": action.keys,
        "words": action.words,
        "tooltip": action.tooltip,
        "places": sorted(action.places),
        "asks": action.asks,
        "may have other keys": action.id in MAPPABLE,
    }


def test_keys_of_screens_and_dialogs(baseline: Baseline) -> None:
    """The same id may have another key on another screen."""
    every = [each for value in vars(actions).values() if isinstance(value, tuple) for each in value]
    rows = {f"{each.id}: {each.keys} ({each.words})" for each in every if isinstance(each, Action)}

    baseline.check_json("keys.json", sorted(rows))


def test_settings_and_their_defaults(baseline: Baseline) -> None:
    rows = setting_rows(load_settings(), origins())

    assert [row.name for row in rows] == [name.upper() for name in SETTINGS]
    baseline.check_json("settings.json", {row.name: [row.default, row.meaning] for row in rows})


def test_tables_of_the_journal(tmp_path: Path, baseline: Baseline) -> None:
    path = tmp_path / "journal.db"

    async def make() -> None:
        await (await Journal.open(path)).close()

    asyncio.run(make())
    baseline.check_text("journal.sql", tables(path))


def test_tables_of_a_site_database_of_ours(tmp_path: Path, baseline: Baseline) -> None:
    path = tmp_path / "site.db"
    create_site_database(path)

    baseline.check_text("site.sql", tables(path))


def tables(path: Path) -> str:
    """The statements by which a database was made, and the numbers in its header."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        sql = [
            row[0] for row in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
        ]
        numbers = [
            f"-- {name} = {connection.execute(f'PRAGMA {name}').fetchone()[0]}"
            for name in ("user_version", "application_id", "journal_mode")
        ]
    return "\n".join([*numbers, *(f"{statement};" for statement in sql)])


@pytest.mark.parametrize("about", WORDS)
def test_words_of_the_journal_and_json(about: str, baseline: Baseline) -> None:
    words = {each.value: getattr(each, "words", "") for each in WORDS[about]}

    baseline.check_json(f"words/{about.replace(' ', '_')}.json", words)


def test_a_diagnosis_for_programs(baseline: Baseline) -> None:
    """The command itself needs a worker and a camera."""
    request = Request(7, RequestKind.DIAGNOSE, None, None, "anna@nvr-07", NOW, RequestState.DONE, "", "gate", NOW)
    port = Check(CheckKind.PORT, CheckMark.GOOD, "It took the connection.", at=NOW)
    login = Check(CheckKind.LOGIN, CheckMark.FAILED, "It answered 401.", "Correct its user and password.", at=NOW)
    diagnosis = Diagnosis("gate", "Front gate", request, (port, login), has_worker=True)

    baseline.check_json("json/diagnose.json", diagnosis_fields(diagnosis))
