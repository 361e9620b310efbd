"""What stands below the help of each command."""

import shlex

import pytest

from anr_tui.cli.help_pages import PAGES
from anr_tui.cli.main import build_parser
from anr_tui.config.settings import SETTINGS
from tests.cli.command import Command, commands


def test_every_command_has_a_page_and_no_page_is_left_over() -> None:
    assert set(PAGES) == {"", *commands()}


@pytest.mark.parametrize("command", sorted(PAGES))
def test_help_needs_no_other_document(command: str, run: Command) -> None:
    assert run(*([command] if command else []), "--help") == 0
    for heading in ("examples:", "exit status:", "settings:"):
        assert f"\n{heading}\n" in run.out
    assert max(map(len, run.out.splitlines())) <= 100
    if not command:
        assert all(name.upper() in run.out for name in SETTINGS)


@pytest.mark.parametrize("example", [each for page in PAGES.values() for each in page.examples])
def test_every_example_is_right(example: str) -> None:
    name, *arguments = shlex.split(example.partition(" > ")[0])
    assert name == "anr-tui"
    try:
        build_parser().parse_args(arguments)
    except SystemExit as end:
        assert end.code == 0
