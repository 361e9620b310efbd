"""One Settings object, from defaults, `config.toml`, the environment and the command line, later ones winning.

A setting has one name everywhere: `ANR_PIECE_S` in the environment is `anr_piece_s` in the file and in the code.
Heldar's variables mean what they mean to Heldar, its defaults and floors included.
"""

import os
import shlex
import tomllib
from pathlib import Path

import platformdirs
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from anr_tui.config.keymap_table import KeymapTable
from anr_tui.config.setting_problems import sentences
from anr_tui.config.setting_types import (
    AtLeastOne,
    BandwidthSchedule,
    CommandLine,
    EventKinds,
    Flag,
    HoursSetting,
    LineSetting,
    Linger,
    SecretKey,
    SweepIntervalS,
    ThemeSetting,
    ZoneSetting,
)
from anr_tui.config.sqlite_url import sqlite_path
from anr_tui.domain.errors import SettingsError
from anr_tui.domain.event import EventKind, parse_event_kinds
from anr_tui.domain.fill_policy import FillPolicy, Order, ProofRule, TlsRule
from anr_tui.domain.site import KeptPartLimits, SitePaths, StorageLimits

# A command line may well hold a token.
SECRET_FIELDS = {"heldar_secret_key", "anr_on_event"}


def default_config_path() -> Path:
    """Where `config.toml` is looked for unless `--config` says otherwise."""
    return platformdirs.user_config_path("anr-tui") / "config.toml"


class Settings(BaseSettings):
    """Everything that can be set; names end in their units."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_ignore_empty=True, case_sensitive=False, hide_input_in_errors=False
    )

    heldar_data_dir: Path = Field(Path("data"), description="where Heldar keeps its files")
    heldar_database_url: str = Field(
        "sqlite://./data/heldar.db", description="the site database: a sqlite:// URL as in Heldar, or a path"
    )
    heldar_recordings_dir: Path | None = Field(None, description="where the recordings are")
    heldar_ffmpeg_bin: str = Field("ffmpeg", description="which ffmpeg")
    heldar_anr_enabled: Flag | None = Field(None, description="an explicit `false` starts the sweep paused")
    heldar_anr_interval_s: SweepIntervalS = Field(300, description="time between sweeps (never below 10)")
    heldar_anr_max_gap_hours: AtLeastOne = Field(24, description="older gaps are not filled (never below 1)")
    heldar_anr_max_attempts: AtLeastOne = Field(3, description="then a gap is `failed` (never below 1)")
    heldar_secret_key: SecretKey | None = Field(None, description="opens sealed passwords (`enc:v1:`)")
    heldar_min_free_disk_gb: float = Field(
        5,
        ge=0,
        allow_inf_nan=False,
        description="free space to keep: below it, all fills stop until there is room again",
    )
    heldar_max_recordings_gb: float = Field(
        20,
        ge=0,
        allow_inf_nan=False,
        description="the recorder's size limit; footage that it would delete at once is not fetched",
    )
    heldar_default_camera_quota_gb: float = Field(
        0, ge=0, allow_inf_nan=False, description="the same for each camera without a quota of its own; 0: no limit"
    )

    anr_site: str = Field(
        "heldar", description="what kind of site it is; [docs/setup.md](docs/setup.md) says which there are"
    )
    anr_journal: Path | None = Field(
        None, description="anr-tui's own journal; its logs are beside it in `NAME.anr.logs`"
    )
    anr_piece_s: int = Field(300, ge=0, le=14_400, description="length of a piece; 0: a gap in one file")
    anr_max_fills: int = Field(
        4, ge=1, le=64, description="fills at once; those that hardly move are not counted, up to twice as many"
    )
    anr_sessions_per_device: int = Field(1, ge=1, le=16, description="replay sessions at once per host and port")
    anr_rest_s: float = Field(2, ge=0, le=600, description="rest between two sessions of a device")
    anr_settle_s: float = Field(30, ge=0, le=3600, description="wait after a gap's end before its first try")
    anr_stall_s: float = Field(15, ge=1, le=600, description="a fetch ends after this time without data")
    anr_time_proof: ProofRule = Field(
        "prefer",
        description="`prefer`: footage whose time nothing contradicts lands, and says whether it is proven; "
        "`require`: only what is proven lands ([docs/evidence.md](docs/evidence.md))",
    )
    anr_tls: TlsRule = Field(
        "pin",
        description="certificates of cameras with `rtsps://` or `https://`: `pin` (the first one is remembered, "
        "another is refused with an alarm), `ca` (signed by an authority of this machine), `any`",
    )
    anr_order: Order = Field(
        "newest",
        description="which gaps first: `newest`, `oldest`, or `deadline` (what retention or card drops first)",
    )
    anr_card_hours: int = Field(
        0, ge=0, le=87_600, description="how long the cameras' cards keep footage, for `deadline`; 0: not known"
    )
    anr_bandwidth: BandwidthSchedule = Field(
        "unlimited",
        description="cap for the site: `2M`, `500k` (bits per second), `unlimited`, `halt`, "
        "or by local time: `08:00 2M, 19:00 unlimited`",
    )
    anr_bandwidth_per_camera: BandwidthSchedule = Field(
        "unlimited", description="cap for each camera, written the same way"
    )
    anr_linger: Linger = Field(
        "fills",
        description="what a worker that a console started does when no console is open: "
        "`fills` (ends when they are done), `stay`, `stop`",
    )
    anr_on_event: CommandLine = Field(
        "", description="command that is given each chosen event as JSON on standard input; no shell"
    )
    anr_on_event_kinds: EventKinds = Field(
        "alarm,alarm_over,gap_failed", description="for which kinds of events, with commas between"
    )
    anr_player: CommandLine = Field("mpv", description="command that the console gives a landed file to play; no shell")
    anr_keep_days: int = Field(90, ge=1, le=3650, description="how long the journal remembers what has ended")
    anr_keep_logs_mb: int = Field(500, ge=10, le=1_000_000, description="how much the logs of fills may take")
    anr_keep_parts_days: int = Field(
        14, ge=1, le=3650, description="how long footage that arrived and has found no place is kept"
    )
    anr_keep_parts_gb: float = Field(
        20, ge=0, allow_inf_nan=False, description="how much such footage may take, all cameras together"
    )
    anr_theme: ThemeSetting = Field(
        "auto", description="`dark`, `light`, `high-contrast`, `16-colours`; `auto` follows the terminal"
    )
    anr_line: LineSetting = Field("auto", description="`slow` sends less to the terminal; `auto` does so over SSH")
    anr_zone: ZoneSetting = Field(
        "local", description="time zone that the console shows at its start: `local`, `utc`, `site`"
    )
    anr_hours: HoursSetting = Field("auto", description="a day of `24` or twice `12` hours; `auto` follows the locale")
    anr_ascii: Flag = Field(False, description="draw with ASCII signs only")
    anr_keys: KeymapTable = Field({}, description="table of your own keys ([docs/console.md](docs/console.md))")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

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


def load_settings(config: Path | None = None, **flags: object) -> Settings:
    """Read the settings; `flags` are what the command line gave (None: not given).

    Raises SettingsError naming each bad setting, its value and what is allowed.
    """
    path = config or default_config_path()
    if config is not None and not config.is_file():
        raise SettingsError(f"There is no settings file at {config}.", "Check --config.")
    given = {name: value for name, value in flags.items() if value is not None}

    class _FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=path)

    try:
        loaded = _FromFile(**given)  # type: ignore[arg-type]  # names and types are checked by pydantic
    except ValidationError as error:
        raise SettingsError("\n".join(sentences(error, path, Settings.model_fields, SECRET_FIELDS))) from None
    except (OSError, ValueError) as error:
        raise SettingsError(f"The settings file {path} cannot be read: {error}.") from None
    return Settings.model_construct(_fields_set=loaded.model_fields_set, **dict(loaded))


def origins(config: Path | None = None, **flags: object) -> dict[str, str]:
    """Where the value of each setting comes from under these flags, by its name; later places win."""
    path = config or default_config_path()
    in_file = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    places = {
        str(path): in_file,
        "environment": {name.lower() for name, value in os.environ.items() if value},
        "command line": {name for name, value in flags.items() if value is not None},
    }
    found = dict.fromkeys(Settings.model_fields, "default")
    for place, names in places.items():
        found |= dict.fromkeys(found.keys() & names, place)
    return found
