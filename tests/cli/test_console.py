"""`anr-tui console`, where it cannot be drawn."""

from tests.cli.command import Command


def test_without_a_terminal_the_console_is_the_status(run: Command) -> None:
    for command in ([], ["console"]):
        assert run(*command) == 0
        assert "here is the status instead" in run.out
        assert "0 pending, 0 failed, 0 filled" in run.out
