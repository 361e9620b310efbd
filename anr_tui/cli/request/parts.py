"""The command `parts`: footage that arrived and found no place; lists, places, exports and drops it."""

import argparse
from datetime import datetime
from pathlib import Path

from anr_tui.cli.output import AddCommand, print_rows, print_text, read_settings, with_view
from anr_tui.cli.request.part_placement import PlacementWait
from anr_tui.cli.times import add_zone_flag, moment_of, zone_of
from anr_tui.domain.errors import SettingsError
from anr_tui.journal.presence import present
from anr_tui.service.launcher import ChildWorker, settings_flags
from anr_tui.view.kept_parts import PART_HEADS, part_cells, part_fields, placement_words
from anr_tui.view.site_reader import SiteReader

_EXAMPLE = "--at 2026-06-13T05:00:00Z"


def add_command(add: AddCommand) -> None:
    """Add `parts` to the command line."""
    parts = add("parts", _parts, "list, place, export or drop footage that arrived and found no place")
    parts.add_argument(
        "deed",
        nargs="?",
        choices=("place", "export", "drop"),
        help="land one at its time, copy it to a file, or delete it",
    )
    parts.add_argument("part", nargs="?", metavar="PART", help="the part's id, as the list has it")
    parts.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a new MP4 file, for `export`")
    parts.add_argument(
        "--at", metavar="TIME", help="with `place`: when its first picture was taken, such as 2026-06-13 05:00:00"
    )
    add_zone_flag(parts)
    parts.add_argument("--yes", action="store_true", help="with `place` and `drop`: really do it")
    parts.add_argument("--json", action="store_true", help="the list as JSON")


def _parts(options: argparse.Namespace) -> int:
    if options.deed is not None and options.part is None:
        raise SettingsError("Say which part.", "`anr-tui parts` lists them.")
    if options.at is not None and options.deed != "place":
        raise SettingsError("--at says where `parts place` places a part.")
    if options.deed == "place":
        return _place(options)
    if options.deed == "export":
        return _export(options)
    if options.deed == "drop":
        return _drop(options)

    async def show(view: SiteReader) -> int:
        return print_rows(await view.kept_parts.all(), part_fields, PART_HEADS, part_cells, is_json=options.json)

    return with_view(read_settings(options), show, is_read_only=True)


def _place(options: argparse.Namespace) -> int:
    if options.file is not None:
        raise SettingsError("`place` takes one part.")
    if options.at is None:
        raise SettingsError(
            "Say when its first picture was taken.", f"For example: anr-tui parts place {options.part} {_EXAMPLE}"
        )
    settings = read_settings(options)

    async def read_at(view: SiteReader) -> datetime:
        return moment_of(options.at, "--at", await zone_of(options, settings, view))

    async def look(view: SiteReader) -> int:
        placed = await view.kept_parts.placement(options.part, await read_at(view))
        print_text(placement_words(placed))
        raise SettingsError("Nothing was placed.", "--yes places it; what has landed is never changed or moved again.")

    if not options.yes:
        return with_view(settings, look, is_read_only=True)
    child = ChildWorker([*settings_flags(settings, options.config), "--idle"])

    async def place(view: SiteReader) -> int:
        return await PlacementWait(view, child).run(options.part, await read_at(view))

    with present(settings.consoles_path) as presence:
        try:
            return with_view(settings, place)
        finally:
            if presence.is_last():
                child.stop()


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
