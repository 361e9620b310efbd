"""How settings are read: one function per sort of value.

Each takes what was given, a text from the environment or a value of TOML, and raises ValueError with what is allowed.
"""

import base64
import binascii
import math
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, get_args

from anr_tui.config.bandwidth_schedule import parse_bandwidth_schedule
from anr_tui.domain.event import parse_event_kinds
from anr_tui.domain.secret import Secret

Linger = Literal["fills", "stay", "stop"]
ThemeSetting = Literal["auto", "dark", "light", "high-contrast", "16-colours"]
LineSetting = Literal["auto", "slow", "fast"]
ZoneSetting = Literal["local", "utc", "site"]
HoursSetting = Literal["auto", "24", "12"]
SpanSetting = Literal["1h", "6h", "24h", "3d", "7d", "30d"]
SPAN_HOURS: Mapping[SpanSetting, int] = MappingProxyType({"1h": 1, "6h": 6, "24h": 24, "3d": 72, "7d": 168, "30d": 720})
"""How many hours each span is."""

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}
_KEY_BYTES = 32
# Ten years in hours: what is larger means "no limit", and calendars end somewhere.
NO_LIMIT = 87_600


def read_path(value: object) -> Path:
    """A path."""
    if isinstance(value, str | Path):
        return Path(value)
    raise ValueError("allowed is a path")


def read_text(value: object) -> str:
    """A text; in TOML it stands in quotes."""
    if isinstance(value, str):
        return value
    raise ValueError("allowed is a text")


def whole_number(least: int, most: int) -> Callable[[object], int]:
    """A whole number from `least` to `most`."""

    def read(value: object) -> int:
        found = _number(value)
        if found is None or not found.is_integer() or not least <= found <= most:
            raise ValueError(f"allowed is a number from {least} to {most}")
        return int(found)

    return read


def nearest_whole_number(least: int, most: int) -> Callable[[object], int]:
    """A whole number, which counts as `least` or `most` where it is beyond them."""

    def read(value: object) -> int:
        found = _number(value)
        if found is None or not found.is_integer():
            raise ValueError("allowed is a whole number")
        return int(min(max(found, least), most))

    return read


def number(least: float, most: float = math.inf) -> Callable[[object], float]:
    """A number from `least` to `most`; infinity is none."""

    def read(value: object) -> float:
        found = _number(value)
        if found is None or not least <= found <= most:
            raise ValueError(
                f"allowed is a number of at least {least:g}"
                if most == math.inf
                else f"allowed is a number from {least:g} to {most:g}"
            )
        return found

    return read


def choice(words: Any) -> Callable[[object], Any]:
    """One of the words of a Literal."""
    allowed = get_args(words)

    def read(value: object) -> object:
        if value in allowed:
            return value
        raise ValueError(f"allowed is one of {', '.join(allowed)}")

    return read


def read_flag(value: object) -> bool:
    """Yes or no, as a word in small letters or large ones."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word not in _TRUE | _FALSE:
        raise ValueError(f"allowed is one of {', '.join(sorted(_TRUE | _FALSE))}")
    return word in _TRUE


def read_bandwidth_schedule(value: object) -> str:
    """A rate, or rates by local time, as `parse_bandwidth_schedule` reads them."""
    text = str(value)  # in TOML a 0 may well stand without quotes
    parse_bandwidth_schedule(text)
    return text


def read_command_line(value: object) -> str:
    """The words of a command, quoted as for a shell."""
    text = read_text(value)
    try:
        shlex.split(text)
    except ValueError as error:
        raise ValueError(f"it is no command line: {error}") from None
    return text


def read_event_kinds(value: object) -> str:
    """Names of kinds of events, with commas between."""
    text = read_text(value)
    parse_event_kinds(text)
    return text


def read_secret_key(value: object) -> Secret:
    """32 bytes in base64."""
    text = value.reveal() if isinstance(value, Secret) else read_text(value)
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise ValueError(f"must be {_KEY_BYTES} bytes in base64")
    return Secret(text)


def _number(value: object) -> float | None:
    """The finite number that was given; None for anything else. Of TOML's values, `true` is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None
