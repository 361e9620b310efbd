"""The command `settings`: lists each setting with its value, the source of that value, and its meaning."""

import argparse

from anr_tui.cli.output import AddCommand, print_rows, print_text, read_settings, setting_flags
from anr_tui.config.settings import default_config_path, origins
from anr_tui.view.tables.setting_table import SETTING_HEADS, setting_cells, setting_fields, setting_rows


def add_command(add: AddCommand) -> None:
    """Add `settings` to the command line."""
    settings = add("settings", _settings, "list every setting: its value, where that comes from, and what it means")
    settings.add_argument("--json", action="store_true", help="as JSON")


def _settings(options: argparse.Namespace) -> int:
    settings = read_settings(options)
    rows = setting_rows(settings, origins(options.config, **setting_flags(options)))
    status = print_rows(rows, setting_fields, SETTING_HEADS, setting_cells, is_json=options.json)
    if options.json:
        return status
    path = options.config or default_config_path()
    return print_text(f"\nThe settings file is {path}{'' if path.is_file() else ' (not there)'}.")
