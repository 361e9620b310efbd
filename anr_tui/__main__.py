"""The program's entry point: what the `anr-tui` command and `python -m anr_tui` run."""

import gc
import sys


def main() -> int:
    """Load the command line and run it on the arguments of this process; returns the exit status."""
    # What imports make stays: to look through it for garbage, again and again, took a seventh of their time.
    gc.disable()
    from anr_tui.cli.main import main as run_command_line

    gc.freeze()
    gc.enable()
    return run_command_line()


if __name__ == "__main__":
    sys.exit(main())
