"""Every command: parses, calls, prints; no logic of its own.

Exit status: 0 done, 1 something asked for did not succeed, 2 wrong use or settings.
"""

from anr_tui.cli.main import main

__all__ = ["main"]
