"""One Settings object, from defaults, `config.toml`, the environment and the command line, later ones winning.

A setting has one name everywhere: `ANR_PIECE_S` in the environment is `anr_piece_s` in the file and in the code.
Heldar's variables mean what they mean to Heldar, its defaults and floors included.
"""

import dataclasses
import os
import shlex
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar, cast

import platformdirs

from anr_tui.config.keymap_table import KeymapTable, read_keymap_table
from anr_tui.config.setting_problems import refused, unknown
from anr_tui.config.setting_types import (
    NO_LIMIT,
    HoursSetting,
    LineSetting,
    Linger,
    ThemeSetting,
    ZoneSetting,
    choice,
    nearest_whole_number,
    number,
    read_bandwidth_schedule,
    read_command_line,
    read_event_kinds,
    read_flag,
    read_path,
    read_secret_key,
    read_text,
    whole_number,
)
from anr_tui.config.sqlite_url import sqlite_path
from anr_tui.domain.errors import SettingsError
from anr_tui.domain.event import EventKind, parse_event_kinds
from anr_tui.domain.policy.fill_policy import FillPolicy, Order, ProofRule, TlsRule
from anr_tui.domain.policy.site import KeptPartLimits, SitePaths, StorageLimits
from anr_tui.domain.secret import Secret

# A command line may well hold a token.
SECRET_FIELDS = {"heldar_secret_key", "anr_on_event"}


def default_config_path() -> Path:
    """Where `config.toml` is looked for unless `--config` says otherwise."""
    return platformdirs.user_config_path("anr-tui") / "config.toml"


_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a setting means, how a value that was given is read (ValueError: it is not allowed), and its default."""

    description: str
    read: Callable[[object], object]
    default: object


def _setting(default: _T, read: Callable[[object], _T], description: str) -> _T:
    definition = Setting(description, read, default)
    return dataclasses.field(default_factory=lambda: default, metadata={Setting: definition})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set; names end in their units."""

    heldar_data_dir: Path = _setting(Path("data"), read_path, "where Heldar keeps its files")
    heldar_database_url: str = _setting(
        "sqlite://./data/heldar.db", read_text, "the site database: a sqlite:// URL as in Heldar, or a path"
    )
    heldar_recordings_dir: Path | None = _setting(None, read_path, "where the recordings are")
    heldar_ffmpeg_bin: str = _setting("ffmpeg", read_text, "which ffmpeg")
    heldar_anr_enabled: bool | None = _setting(None, read_flag, "an explicit `false` starts the sweep paused")
    heldar_anr_interval_s: int = _setting(300, nearest_whole_number(10, 86_400), "time between sweeps (never below 10)")
    heldar_anr_max_gap_hours: int = _setting(
        24, nearest_whole_number(1, NO_LIMIT), "older gaps are not filled (never below 1)"
    )
    heldar_anr_max_attempts: int = _setting(
        3, nearest_whole_number(1, NO_LIMIT), "then a gap is `failed` (never below 1)"
    )
    heldar_secret_key: Secret | None = _setting(None, read_secret_key, "opens sealed passwords (`enc:v1:`)")
    heldar_min_free_disk_gb: float = _setting(
        5.0, number(0), "free space to keep: below it, all fills stop until there is room again"
    )
    heldar_max_recordings_gb: float = _setting(
        20.0, number(0), "the recorder's size limit; footage that it would delete at once is not fetched"
    )
    heldar_default_camera_quota_gb: float = _setting(
        0.0, number(0), "the same for each camera without a quota of its own; 0: no limit"
    )
    anr_site: str = _setting(
        "heldar", read_text, "what kind of site it is; [docs/setup.md](docs/setup.md) says which there are"
    )
    anr_journal: Path | None = _setting(
        None, read_path, "anr-tui's own journal; its logs are beside it in `NAME.anr.logs`"
    )
    anr_piece_s: int = _setting(300, whole_number(0, 14_400), "length of a piece; 0: a gap in one file")
    anr_max_fills: int = _setting(
        4, whole_number(1, 64), "fills at once; those that hardly move are not counted, up to twice as many"
    )
    anr_sessions_per_device: int = _setting(1, whole_number(1, 16), "replay sessions at once per host and port")
    anr_rest_s: float = _setting(2.0, number(0, 600), "rest between two sessions of a device")
    anr_settle_s: float = _setting(30.0, number(0, 3600), "wait after a gap's end before its first try")
    anr_stall_s: float = _setting(15.0, number(1, 600), "a fetch ends after this time without data")
    anr_time_proof: ProofRule = _setting(
        "prefer",
        choice(ProofRule),
        "`prefer`: footage whose time nothing contradicts lands, and says whether it is proven; "
        "`require`: only what is proven lands ([docs/evidence.md](docs/evidence.md))",
    )
    anr_tls: TlsRule = _setting(
        "pin",
        choice(TlsRule),
        "certificates of cameras with `rtsps://` or `https://`: `pin` (the first one is remembered, "
        "another is refused with an alarm), `ca` (signed by an authority of this machine), `any`",
    )
    anr_order: Order = _setting(
        "newest",
        choice(Order),
        "which gaps first: `newest`, `oldest`, or `deadline` (what retention or card drops first)",
    )
    anr_card_hours: int = _setting(
        0, whole_number(0, 87_600), "how long the cameras' cards keep footage, for `deadline`; 0: not known"
    )
    anr_bandwidth: str = _setting(
        "unlimited",
        read_bandwidth_schedule,
        "cap for the site: `2M`, `500k` (bits per second), `unlimited`, `halt`, "
        "or by local time: `08:00 2M, 19:00 unlimited`",
    )
    anr_bandwidth_per_camera: str = _setting(
        "unlimited", read_bandwidth_schedule, "cap for each camera, written the same way"
    )
    anr_linger: Linger = _setting(
        "fills",
        choice(Linger),
        "what a worker that a console started does when no console is open: "
        "`fills` (ends when they are done), `stay`, `stop`",
    )
    anr_on_event: str = _setting(
        "", read_command_line, "command that is given each chosen event as JSON on standard input; no shell"
    )
    anr_on_event_kinds: str = _setting(
        "alarm,alarm_over,gap_failed", read_event_kinds, "for which kinds of events, with commas between"
    )
    anr_player: str = _setting(
        "mpv", read_command_line, "command that the console gives a landed file to play; no shell"
    )
    anr_keep_days: int = _setting(90, whole_number(1, 3650), "how long the journal remembers what has ended")
    anr_keep_logs_mb: int = _setting(500, whole_number(10, 1_000_000), "how much the logs of fills may take")
    anr_keep_parts_days: int = _setting(
        14, whole_number(1, 3650), "how long footage that arrived and has found no place is kept"
    )
    anr_keep_parts_gb: float = _setting(20.0, number(0), "how much such footage may take, all cameras together")
    anr_theme: ThemeSetting = _setting(
        "auto", choice(ThemeSetting), "`dark`, `light`, `high-contrast`, `16-colours`; `auto` follows the terminal"
    )
    anr_line: LineSetting = _setting(
        "auto", choice(LineSetting), "`slow` sends less to the terminal; `auto` does so over SSH"
    )
    anr_zone: ZoneSetting = _setting(
        "local", choice(ZoneSetting), "time zone that the console shows at its start: `local`, `utc`, `site`"
    )
    anr_hours: HoursSetting = _setting(
        "auto", choice(HoursSetting), "a day of `24` or twice `12` hours; `auto` follows the locale"
    )
    anr_ascii: bool = _setting(False, read_flag, "draw with ASCII signs only")
    anr_keys: KeymapTable = _setting(
        MappingProxyType({}), read_keymap_table, "table of your own keys ([docs/console.md](docs/console.md))"
    )

    @property
    def database_path(self) -> Path:
        """The site database's file, read from the URL as Heldar's SQLite driver reads it."""
        return sqlite_path(self.heldar_database_url)

    @property
    def recordings_dir(self) -> Path:
        """Where the recorder keeps one directory per camera."""
        return self.heldar_recordings_dir or self.heldar_data_dir / "recordings"

    @property
    def journal_path(self) -> Path:
        """The journal: `NAME.anr.db` beside the site database unless set."""
        return self.anr_journal or self.database_path.with_suffix(".anr.db")

    @property
    def logs_dir(self) -> Path:
        """Logs of worker and fills: a directory beside the journal."""
        return self.journal_path.with_suffix(".logs")

    @property
    def consoles_path(self) -> Path:
        """The file beside the journal by which open consoles are known."""
        return self.journal_path.with_suffix(".consoles")

    @property
    def on_event_command(self) -> list[str]:
        """The words of the command that is run for events; empty: none is."""
        return shlex.split(self.anr_on_event)

    @property
    def player_command(self) -> list[str]:
        """The words of the command that plays a landed file."""
        return shlex.split(self.anr_player) or ["mpv"]

    @property
    def on_event_kinds(self) -> frozenset[EventKind]:
        """The kinds of events for which the command is run."""
        return parse_event_kinds(self.anr_on_event_kinds)

    @property
    def fill_policy(self) -> FillPolicy:
        """The settings by which a worker picks gaps and fetches them."""
        return FillPolicy(
            order=self.anr_order,
            card_hours=self.anr_card_hours,
            max_age_hours=self.heldar_anr_max_gap_hours,
            max_attempts=self.heldar_anr_max_attempts,
            settle_s=self.anr_settle_s,
            max_fills=self.anr_max_fills,
            bandwidth=self.anr_bandwidth,
            bandwidth_per_camera=self.anr_bandwidth_per_camera,
            sessions_per_device=self.anr_sessions_per_device,
            piece_s=self.anr_piece_s,
            rest_s=self.anr_rest_s,
            stall_s=self.anr_stall_s,
            time_proof=self.anr_time_proof,
            tls=self.anr_tls,
        )

    @property
    def site_paths(self) -> SitePaths:
        """Where the site's files are."""
        return SitePaths(
            database=self.database_path,
            recordings=self.recordings_dir,
            journal=self.journal_path,
            logs=self.logs_dir,
            consoles=self.consoles_path,
        )

    @property
    def storage_limits(self) -> StorageLimits:
        """How much room recordings may take."""
        return StorageLimits(
            min_free_gb=self.heldar_min_free_disk_gb,
            max_recordings_gb=self.heldar_max_recordings_gb,
            default_camera_quota_gb=self.heldar_default_camera_quota_gb,
        )

    @property
    def kept_part_limits(self) -> KeptPartLimits:
        """How long parts without a place are kept, and how many."""
        return KeptPartLimits(self.anr_keep_parts_days, self.anr_keep_parts_gb)

    @property
    def starts_paused(self) -> bool:
        """Only an explicit HELDAR_ANR_ENABLED=false starts the sweep paused."""
        return self.heldar_anr_enabled is False


SETTINGS = MappingProxyType(
    {field.name: cast("Setting", field.metadata[Setting]) for field in dataclasses.fields(Settings)}
)
"""All settings by their names, in the order of declaration."""


def load_settings(config: Path | None = None, **flags: object) -> Settings:
    """Read the settings; `flags` are what the command line gave (None: not given).

    Raises SettingsError naming each bad setting, its value and what is allowed.
    """
    path = config or default_config_path()
    if config is not None and not config.is_file():
        raise SettingsError(f"There is no settings file at {config}.", "Check --config.")
    given = _given(path, flags)
    problems = [unknown(name, path, SETTINGS) for name in given if name not in SETTINGS]
    values: dict[str, object] = {}
    for name in [name for name in SETTINGS if name in given]:
        value, place = given[name]
        try:
            values[name] = SETTINGS[name].read(value)
        except ValueError as error:
            problems.append(refused(name, value, place, error, is_secret=name in SECRET_FIELDS))
    if problems:
        raise SettingsError("\n".join(problems))
    return Settings(**values)  # type: ignore[arg-type]  # each was read as its setting says


def _given(path: Path, flags: Mapping[str, object]) -> dict[str, tuple[object, str]]:
    """Each value that wins, with the place that it comes from. Raises SettingsError where the file cannot be read."""
    in_environment = {name.lower(): value for name, value in os.environ.items() if value}
    found = {name: (value, "settings") for name, value in _in_file(path).items()}
    found |= {name: (in_environment[name], "environment") for name in SETTINGS if name in in_environment}
    return found | {name: (value, "command line") for name, value in flags.items() if value is not None}


def _in_file(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (OSError, ValueError) as error:
        raise SettingsError(f"The settings file {path} cannot be read: {error}.") from None


def origins(config: Path | None = None, **flags: object) -> dict[str, str]:
    """Where the value of each setting comes from under these flags, by its name; later places win."""
    path = config or default_config_path()
    places = {"settings": str(path)}
    given = _given(path, flags)
    return {name: places.get(given[name][1], given[name][1]) if name in given else "default" for name in SETTINGS}
