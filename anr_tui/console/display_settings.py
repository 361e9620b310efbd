"""The way in which this console shows things, chosen by the operator's settings and flags, and by the terminal."""

import locale
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from anr_tui.config.setting_types import SPAN_HOURS
from anr_tui.config.settings import Settings
from anr_tui.console.keys.keymap import Keymap, read_keymap
from anr_tui.console.terminal.capabilities import has_ascii_only
from anr_tui.console.terminal.line_speed import is_slow_line


@dataclass(frozen=True, slots=True)
class DisplaySettings:
    """The display settings: `theme` is a value of ANR_THEME, `zone` one of ANR_ZONE, `span` that of coverage strips.

    `is_ascii` restricts the console to ASCII even where the terminal can show more.
    """

    theme: str = "auto"
    zone: str = "local"
    is_12_hours: bool = False
    is_ascii: bool = False
    is_slow: bool = False
    keys: Keymap = field(default_factory=Keymap)
    span: timedelta = timedelta(hours=24)


def display_settings_of(settings: Settings, environ: Mapping[str, str]) -> DisplaySettings:
    """The display settings in a terminal with this environment. Raises SettingsError where two keys conflict."""
    return DisplaySettings(
        theme=settings.anr_theme,
        zone=settings.anr_zone,
        is_12_hours=settings.anr_hours == "12" or (settings.anr_hours == "auto" and locale_has_12_hours()),
        span=timedelta(hours=SPAN_HOURS[settings.anr_span]),
        is_ascii=settings.anr_ascii or has_ascii_only(environ),
        is_slow=is_slow_line(environ, settings.anr_line),
        keys=read_keymap(settings.anr_keys),
    )


def has_12_hours(time_format: str) -> bool:
    """Whether a time of day in this format of strftime(3) has 12 hours."""
    return any(sign in time_format for sign in ("%r", "%I", "%l", "%p", "%P"))


def locale_has_12_hours() -> bool:
    """Whether the locale writes times of day with 12 hours (`2:30 PM`). The locale of the process stays unchanged."""
    before = locale.setlocale(locale.LC_TIME)
    try:
        locale.setlocale(locale.LC_TIME, "")
        return has_12_hours(locale.nl_langinfo(locale.T_FMT))
    except locale.Error:
        return False
    finally:
        locale.setlocale(locale.LC_TIME, before)


class Zones:
    """The time zones that one key switches between: that of this machine, UTC, and that of the site if known.

    Zones with the same name count once.
    """

    def __init__(self, local: tzinfo, wish: str) -> None:
        self._local = local
        self._name = wish
        self.site: tzinfo | None = None

    def set_site(self, name: str) -> None:
        """Set the site's time zone by its name; an unknown name counts as none."""
        try:
            self.site = ZoneInfo(name) if name else None
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.site = None

    @property
    def chosen(self) -> tzinfo:
        """The zone in which times are shown."""
        return self._all.get(self._name, self._local)

    @property
    def words(self) -> str:
        """The chosen zone in words."""
        return {"utc": "UTC", "site": "the site's time"}.get(
            self._name if self._name in self._all else "", "local time"
        )

    def turn(self) -> None:
        """Choose the next zone."""
        names = list(self._all)
        at = names.index(self._name) if self._name in names else 0
        self._name = names[(at + 1) % len(names)]

    @property
    def _all(self) -> dict[str, tzinfo]:
        zones = {"local": self._local, "utc": UTC, "site": self.site}
        seen: dict[str, tzinfo] = {}
        for name, zone in zones.items():
            if zone is not None and str(zone) not in map(str, seen.values()):
                seen[name] = zone
        return seen
