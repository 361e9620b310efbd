"""The types of settings that are more than a number or a text: how each is read, and what is refused (ValueError)."""

import base64
import binascii
import shlex
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, SecretStr

from anr_tui.config.bandwidth_schedule import parse_bandwidth_schedule
from anr_tui.domain.event import parse_event_kinds

Linger = Literal["fills", "stay", "stop"]
ThemeSetting = Literal["auto", "dark", "light", "high-contrast", "16-colours"]
LineSetting = Literal["auto", "slow", "fast"]
ZoneSetting = Literal["local", "utc", "site"]
HoursSetting = Literal["auto", "24", "12"]

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}
FLAG_WORDS = tuple(sorted(_TRUE | _FALSE))
"""What may be written for a Flag, in small letters or large ones."""

_KEY_BYTES = 32
# Ten years in hours: what is larger means "no limit", and calendars end somewhere.
_NO_LIMIT = 87_600
_LONGEST_INTERVAL_S = 86_400


def _within(lowest: int, highest: int) -> AfterValidator:
    return AfterValidator(lambda value: min(max(value, lowest), highest))


def _read_bool(value: object) -> object:
    if isinstance(value, str):
        word = value.strip().lower()
        return True if word in _TRUE else False if word in _FALSE else value
    return value


def _bandwidth_schedule(value: object) -> str:
    text = str(value)  # in TOML a 0 may well stand without quotes
    parse_bandwidth_schedule(text)
    return text


def _command_line(value: str) -> str:
    try:
        shlex.split(value)
    except ValueError as error:
        raise ValueError(f"it is no command line: {error}") from None
    return value


def _event_kinds(value: str) -> str:
    parse_event_kinds(value)
    return value


def _secret_key(value: SecretStr) -> SecretStr:
    try:
        key = base64.b64decode(value.get_secret_value().strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise ValueError(f"must be {_KEY_BYTES} bytes in base64")
    return value


Flag = Annotated[bool, BeforeValidator(_read_bool)]
BandwidthSchedule = Annotated[str, BeforeValidator(_bandwidth_schedule)]
"""A rate, or rates by local time, as `parse_bandwidth_schedule` reads them."""
CommandLine = Annotated[str, AfterValidator(_command_line)]
"""The words of a command, quoted as for a shell."""
EventKinds = Annotated[str, AfterValidator(_event_kinds)]
"""Names of kinds of events, with commas between."""
SecretKey = Annotated[SecretStr, AfterValidator(_secret_key)]
"""32 bytes in base64."""
AtLeastOne = Annotated[int, _within(1, _NO_LIMIT)]
"""A number that counts as the nearest one that Heldar takes, where it is out of its bounds."""
SweepIntervalS = Annotated[int, _within(10, _LONGEST_INTERVAL_S)]
"""Seconds, in the same way."""
