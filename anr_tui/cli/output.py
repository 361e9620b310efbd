"""What every command shares: settings from its flags, a view of the site, and printing."""

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

from anr_tui.config.settings import Settings, load_settings
from anr_tui.domain.errors import AnrError, SettingsError, SiteError
from anr_tui.domain.timestamps import now_utc, parse_since
from anr_tui.platform.text import plain_lines
from anr_tui.view.site_reader import SiteReader
from anr_tui.view.snapshot.snapshot import Snapshot
from anr_tui.view.tables import text_tables

DONE, NOT_DONE, WRONG_USE = 0, 1, 2

Row = TypeVar("Row")

Run = Callable[[argparse.Namespace], int]
AddCommand = Callable[[str, Run, str], argparse.ArgumentParser]
"""Adds a command: its name, what it does, its help in one sentence. Gives its parser, for flags of its own."""


def read_settings(options: argparse.Namespace) -> Settings:
    """The settings under a command's flags. Raises SettingsError."""
    return load_settings(options.config, **setting_flags(options))


def setting_flags(options: argparse.Namespace) -> dict[str, object]:
    """The settings that have a flag, with what was given there (None: nothing)."""
    return {
        "heldar_database_url": options.database,
        "heldar_recordings_dir": options.recordings,
        "anr_journal": options.journal,
        "anr_line": getattr(options, "line", None),
    }


def read_since(text: str | None, flag: str = "--since") -> datetime | None:
    """What `--since` (or another flag) means, None where it was not given. Raises SettingsError."""
    try:
        return parse_since(text, now_utc()) if text is not None else None
    except ValueError as error:
        raise SettingsError(f"{flag} {error}") from None


def with_view(settings: Settings, use: Callable[[SiteReader], Awaitable[int]], *, is_read_only: bool = False) -> int:
    """Open the site, use it, and close it again; who only looks needs no write permission."""

    async def run() -> int:
        view = await SiteReader.open(settings, is_read_only=is_read_only)
        try:
            return await use(view)
        finally:
            await view.close()

    return asyncio.run(run())


async def read_snapshot(view: SiteReader) -> Snapshot:
    """Read the site; what had to be left out of the snapshot is printed as an error, beside a script's input."""
    snapshot = await view.look()
    if snapshot.problem:
        print_error(snapshot.problem)
    return snapshot


def find_camera(snapshot: Snapshot, text: str | None) -> str | None:
    """The id of the camera that `text` names by its id or name; None for None. SiteError where there is none."""
    if text is None:
        return None
    for row in snapshot.cameras:
        if text in (row.id, row.name):
            return row.id
    raise SiteError(f"There is no camera {text!r}.", "`anr-tui cameras` lists them.")


def print_text(text: str) -> int:
    """Print a text, control characters taken out; returns the exit status of success."""
    sys.stdout.write(f"{plain_lines(text)}\n")
    sys.stdout.flush()
    return DONE


def print_json(value: object) -> int:
    """Print a value as JSON; returns the exit status of success."""
    return print_text(json.dumps(value, indent=2))


def print_rows(
    rows: Sequence[Row],
    fields: Callable[[Row], text_tables.Fields],
    heads: Sequence[str],
    cells: Callable[[Row], Sequence[str]],
    *,
    is_json: bool,
) -> int:
    """Print rows: as JSON, each as its `fields`, or as a table below `heads`, each as its `cells`."""
    if is_json:
        return print_json([fields(row) for row in rows])
    return print_text(text_tables.table(heads, map(cells, rows)))


def refuse(error: AnrError, status: int) -> int:
    """Print what went wrong beside the output, and return `status`, the exit status."""
    print_error(str(error))
    return status


def print_error(text: str) -> None:
    """Print a text on standard error, so that a script's input stays clean; control characters are taken out."""
    sys.stderr.write(f"anr-tui: {plain_lines(text)}\n")
