"""Which files of cli/ are commands: each that adds one is known to the program, under its own name."""

import argparse

from anr_tui.cli.main import build_parser
from tests.documents import PROJECT, defined_names


def test_every_file_that_adds_a_command_is_one_of_the_program() -> None:
    files = [*(PROJECT / "anr_tui/cli").rglob("*.py")]
    named = sorted(file.stem for file in files if "add_command" in defined_names(file))
    (commands,) = (each for each in build_parser()._actions if isinstance(each, argparse._SubParsersAction))

    assert named == sorted(commands.choices)
