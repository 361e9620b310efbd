"""What this terminal can show: the console at all (asked before Textual is loaded), more than ASCII, colours."""

import os
import re
import sys
from collections.abc import Mapping

_ASCII_LOCALES = ("C", "POSIX")
_OLD_TERMINAL = re.compile(r"vt\d")
_MONOCHROME = ("-m", "-mono")


def can_draw(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether stdin and stderr are a terminal that can draw: Textual uses both even where they are not."""
    streams = (sys.stdin, sys.stderr)
    are_terminals = all(stream is not None and stream.isatty() for stream in streams)
    return are_terminals and environ.get("TERM", "") not in ("", "dumb")


def has_ascii_only(environ: Mapping[str, str]) -> bool:
    """Whether the locale is one without any further characters, or the terminal one from before they were invented.

    Python takes UTF-8 for the encoding even there (PEP 540), so that does not tell.
    """
    given = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    return given in _ASCII_LOCALES or _is_old(environ)


def has_no_colours(environ: Mapping[str, str]) -> bool:
    """Whether the terminal says by its name that it has no colours."""
    return _is_old(environ) or environ.get("TERM", "").endswith(_MONOCHROME)


def _is_old(environ: Mapping[str, str]) -> bool:
    return _OLD_TERMINAL.match(environ.get("TERM", "")) is not None
