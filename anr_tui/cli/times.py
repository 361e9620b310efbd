"""What the commands that take times share: the zone in which they are read, and the echo of what was understood."""

import argparse
import difflib
import sys
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, available_timezones

from tzlocal import get_localzone

from anr_tui.cli.output import print_note
from anr_tui.config.settings import Settings
from anr_tui.domain.errors import SettingsError
from anr_tui.domain.timestamps import now_utc
from anr_tui.domain.window import Window
from anr_tui.platform.spoken_time import DASH, moment_words, parse_span, parse_time, span_words
from anr_tui.view.site_reader import SiteReader

TIME_WORDS = "02:10, 'yesterday 22:00', 'last night', 2h, 3d, or an ISO time"


def add_zone_flag(parser: argparse.ArgumentParser) -> None:
    """Add `--zone` to a command that takes times."""
    words = "zone of times that name none: local, utc, site, or a name such as Europe/Berlin; default: ANR_ZONE"
    parser.add_argument("--zone", metavar="ZONE", help=words)


async def zone_of(options: argparse.Namespace, settings: Settings, view: SiteReader) -> tzinfo:
    """The zone that `--zone` names, else that of the console. Raises SettingsError where it is not known.

    A console that is set to the zone of a site which names none shows this machine's, and so does this.
    """
    name = options.zone or settings.anr_zone
    if name.lower() == "utc":
        return UTC
    if name.lower() == "local":
        return get_localzone()
    if name.lower() != "site":
        return _named(name)
    site_zone = await view.lookups.time_zone()
    if site_zone:
        return _named(site_zone)
    if options.zone is None:
        return get_localzone()
    raise SettingsError("The site does not say what its time zone is.", "Name one, for example --zone Europe/Berlin.")


def read_moment(text: str | None, flag: str, zone: tzinfo) -> datetime | None:
    """As `moment_of`; None where the flag was not given. Raises SettingsError."""
    return moment_of(text, flag, zone) if text is not None else None


def moment_of(text: str, flag: str, zone: tzinfo) -> datetime:
    """The time that the text of a flag means, which is echoed on standard error. Raises SettingsError."""
    now = now_utc()
    try:
        moment = parse_time(text, now, zone)
    except ValueError as error:
        raise SettingsError(f"{flag} {error}") from None
    echo(f"{flag} {moment_words(moment, zone, now)}")
    return moment


def read_span(options: argparse.Namespace, zone: tzinfo, default: timedelta) -> Window:
    """The window of `--since` and `--until`. Raises SettingsError."""
    try:
        return parse_span(options.since, options.until, now_utc(), zone, default)
    except ValueError as error:
        raise SettingsError(str(error)) from None


def echo_span(window: Window, zone: tzinfo) -> None:
    """Print a window on standard error, as it was understood."""
    echo(span_words(window, zone, now_utc()))


def echo(words: str) -> None:
    """Print what was understood on standard error, with a hyphen where the stream has no dash."""
    try:
        words.encode(sys.stderr.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        words = words.replace(DASH, "-")
    print_note(words)


def _named(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        near = difflib.get_close_matches(name, available_timezones(), n=1)
        guess = f"Did you mean {near[0]}?" if near else "Allowed are local, utc, site, and names such as Europe/Berlin."
        raise SettingsError(f"There is no time zone {name[:40]!r}.", guess) from None
