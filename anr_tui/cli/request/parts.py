"""The command `parts`: footage that arrived and found no place; lists, exports and drops it."""

import argparse
from pathlib import Path

from anr_tui.cli.output import AddCommand, print_rows, print_text, read_settings, with_view
from anr_tui.domain.errors import SettingsError
from anr_tui.view.kept_parts import PART_HEADS, part_cells, part_fields
from anr_tui.view.site_reader import SiteReader


def add_command(add: AddCommand) -> None:
    """Add `parts` to the command line."""
    parts = add("parts", _parts, "list, export or drop footage that arrived and found no place")
    parts.add_argument("deed", nargs="?", choices=("export", "drop"), help="copy one to a file, or delete it")
    parts.add_argument("part", nargs="?", metavar="PART", help="the part's id, as the list has it")
    parts.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a new MP4 file, for `export`")
    parts.add_argument("--yes", action="store_true", help="with `drop`: really delete it")
    parts.add_argument("--json", action="store_true", help="the list as JSON")


def _parts(options: argparse.Namespace) -> int:
    if options.deed is not None and options.part is None:
        raise SettingsError("Say which part.", "`anr-tui parts` lists them.")
    if options.deed == "export":
        return _export(options)
    if options.deed == "drop":
        return _drop(options)

    async def show(view: SiteReader) -> int:
        return print_rows(await view.kept_parts.all(), part_fields, PART_HEADS, part_cells, is_json=options.json)

    return with_view(read_settings(options), show, is_read_only=True)


def _export(options: argparse.Namespace) -> int:
    if options.file is None:
        raise SettingsError("Say into which file.", "For example: anr-tui parts export PART /tmp/footage.mp4")

    async def export(view: SiteReader) -> int:
        row = await view.kept_parts.export(options.part, options.file)
        return print_text(f"The part {row.part.id} of {row.camera_name} was copied to {options.file}. It stays kept.")

    return with_view(read_settings(options), export, is_read_only=True)


def _drop(options: argparse.Namespace) -> int:
    if options.file is not None:
        raise SettingsError("`drop` takes one part.")
    if not options.yes:
        raise SettingsError("Nothing was deleted.", "--yes deletes the part; `parts export` copies it before.")

    async def drop(view: SiteReader) -> int:
        row = await view.kept_parts.drop(options.part)
        return print_text(f"The part {row.part.id} of {row.camera_name} was deleted.")

    return with_view(read_settings(options), drop)
