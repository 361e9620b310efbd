"""The command `evidence`: makes the site's key, and exports evidence as a bundle that this key signs."""

import argparse
import asyncio
from pathlib import Path

from anr_tui.cli.output import DONE, NOT_DONE, AddCommand, print_json, print_text, read_settings
from anr_tui.domain.errors import SettingsError
from anr_tui.view.evidence.bundle import export_bundle
from anr_tui.view.evidence.signing_key import KeyFiles, has_key, load_key, make_key
from anr_tui.view.tables.bundle_text import export_fields, export_text, key_fields, key_text


def add_command(add: AddCommand) -> None:
    """Add `evidence` to the command line."""
    command = add("evidence", _evidence, "make the key that signs evidence, or export evidence that it signs")
    command.add_argument(
        "deed", choices=("key", "export"), help="show this site's key, and make it at first; or write a bundle"
    )
    command.add_argument("gaps", nargs="*", metavar="GAP", help="with `export`: ids of gaps; none: every file")
    command.add_argument("--out", type=Path, metavar="DIR", help="with `export`: a new directory")
    command.add_argument("--records-only", action="store_true", help="with `export`: without the landed files")
    command.add_argument("--json", action="store_true", help="the result as JSON")


def _evidence(options: argparse.Namespace) -> int:
    return _show_key(options) if options.deed == "key" else _export(options)


def _show_key(options: argparse.Namespace) -> int:
    if options.gaps or options.out or options.records_only:
        raise SettingsError("`evidence key` takes neither gaps nor --out.")
    files = KeyFiles.beside(read_settings(options).site_paths.journal)
    is_new = not has_key(files)
    key = make_key(files) if is_new else load_key(files)
    if options.json:
        print_json(key_fields(key.fingerprint, files))
    else:
        print_text(key_text(key.fingerprint, files, is_new=is_new))
    return DONE


def _export(options: argparse.Namespace) -> int:
    if options.out is None:
        raise SettingsError("Say where the bundle goes.", "For example: anr-tui evidence export GAP --out bundle")
    export = asyncio.run(
        export_bundle(read_settings(options), options.gaps, options.out, has_footage=not options.records_only)
    )
    if options.json:
        print_json(export_fields(export))
    else:
        print_text(export_text(export))
    return NOT_DONE if export.left_out else DONE
