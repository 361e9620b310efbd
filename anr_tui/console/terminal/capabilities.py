"""The check whether this terminal can show the console at all, made by the command line before it loads Textual."""

import os
import sys
from collections.abc import Mapping


def can_draw(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether stdin and stderr are a terminal that can draw: Textual uses both even where they are not."""
    streams = (sys.stdin, sys.stderr)
    are_terminals = all(stream is not None and stream.isatty() for stream in streams)
    return are_terminals and environ.get("TERM", "") not in ("", "dumb")
