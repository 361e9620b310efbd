"""What all commands share: reading settings from flags, opening the site, and printing."""

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from anr_tui.config.settings import Settings, load_settings
from anr_tui.domain.errors import AnrError, SiteError
from anr_tui.platform.text import plain_lines
from anr_tui.view.site_reader import SiteReader
from anr_tui.view.snapshot.snapshot import Snapshot
from anr_tui.view.tables import text_tables

DONE, NOT_DONE, WRONG_USE = 0, 1, 2

Row = TypeVar("Row")

Run = Callable[[argparse.Namespace], int]
AddCommand = Callable[[str, Run, str], argparse.ArgumentParser]
"""Adds a command to the parser, given its name, the function that runs it and its help sentence; returns its parser."""


def read_settings(options: argparse.Namespace) -> Settings:
    """Load the settings, the flags of a command before all other sources. Raises SettingsError."""
    return load_settings(options.config, **setting_flags(options))


def setting_flags(options: argparse.Namespace) -> dict[str, object]:
    """The settings that have a flag, each with the value given there; None where the flag was not given."""
    return {
        "heldar_database_url": options.database,
        "heldar_recordings_dir": options.recordings,
        "anr_journal": options.journal,
        "anr_line": getattr(options, "line", None),
    }


def with_view(settings: Settings, use: Callable[[SiteReader], Awaitable[int]], *, is_read_only: bool = False) -> int:
    """Open the site, call `use` with its reader, close it again, and return the exit status that `use` gave.

    With `is_read_only` nothing is written, so that no write permission is needed. Raises AnrError where it cannot be
    opened.
    """

    async def run() -> int:
        view = await SiteReader.open(settings, is_read_only=is_read_only)
        try:
            return await use(view)
        finally:
            await view.close()

    return asyncio.run(run())


async def read_snapshot(view: SiteReader) -> Snapshot:
    """Read the site; what the snapshot had to leave out is printed on standard error."""
    snapshot = await view.look()
    if snapshot.problem:
        print_error(snapshot.problem)
    return snapshot


def find_camera(snapshot: Snapshot, text: str | None) -> str | None:
    """The id of the camera that `text` names by id or name; None for None. Raises SiteError where there is none."""
    if text is None:
        return None
    for row in snapshot.cameras:
        if text in (row.id, row.name):
            return row.id
    raise SiteError(f"There is no camera {text!r}.", "`anr-tui cameras` lists them.")


def print_text(text: str) -> int:
    """Print a text without its control characters. Returns the exit status of success."""
    sys.stdout.write(f"{plain_lines(text)}\n")
    sys.stdout.flush()
    return DONE


def print_json(value: object) -> int:
    """Print a value as JSON. Returns the exit status of success."""
    return print_text(json.dumps(value, indent=2))


def print_rows(
    rows: Sequence[Row],
    fields: Callable[[Row], text_tables.Fields],
    heads: Sequence[str],
    cells: Callable[[Row], Sequence[str]],
    *,
    is_json: bool,
) -> int:
    """Print rows and return the exit status of success: as JSON (`fields` of each row), or as a table below `heads`.

    `cells` gives the texts of a row, one for each head.
    """
    if is_json:
        return print_json([fields(row) for row in rows])
    return print_text(text_tables.table(heads, map(cells, rows)))


def refuse(error: AnrError, status: int) -> int:
    """Print an error on standard error and return `status`, the exit status.

    Ids and names may stand in it: a line break in one of them begins no line that could pass for one of ours.
    """
    print_error(str(error).replace("\n", "\n  "))
    return status


def print_error(text: str) -> None:
    """Print a text on standard error without its control characters; standard output is a script's input."""
    sys.stderr.write(f"anr-tui: {plain_lines(text)}\n")


def print_note(text: str) -> None:
    """Print what was understood on standard error, without control characters and without our name before it."""
    sys.stderr.write(f"{plain_lines(text)}\n")
