"""Every command: parses, calls, prints; no logic of its own.

Exit status: 0 done, 1 something asked for did not succeed, 2 wrong use or settings.
"""

import gc

# What imports make stays: to look through it for garbage, again and again, took a seventh of their time.
gc.disable()
from anr_tui.cli.main import main  # noqa: E402

gc.freeze()
gc.enable()

__all__ = ["main"]
