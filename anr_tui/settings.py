"""One Settings object, from defaults, `config.toml`, the environment and the command line, later ones winning.

A setting has one name everywhere: `ANR_PIECE_S` in the environment is `anr_piece_s` in the file and in the code.
Heldar's variables mean what they mean to Heldar, its defaults and floors included.
"""

import base64
import binascii
import difflib
import os
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import unquote

import platformdirs
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from anr_tui.errors import SettingsError
from anr_tui.timetable import parse_timetable

Order = Literal["newest", "oldest", "deadline"]
Linger = Literal["fills", "stay", "stop"]

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off"}
# Ten years: what is larger means "no limit", and calendars end somewhere.
_NO_LIMIT = 87_600
_LONGEST_INTERVAL_S = 86_400
_CHOICES = {"anr_order": get_args(Order), "anr_linger": get_args(Linger)}
_SECRET_FIELDS = {"heldar_secret_key"}


def _read_bool(value: object) -> object:
    if isinstance(value, str):
        word = value.strip().lower()
        return True if word in _TRUE else False if word in _FALSE else value
    return value


Flag = Annotated[bool, BeforeValidator(_read_bool)]


def default_config_path() -> Path:
    """Where `config.toml` is looked for unless `--config` says otherwise."""
    return platformdirs.user_config_path("anr-tui") / "config.toml"


class Settings(BaseSettings):
    """Everything that can be set. Seconds, hours and gigabytes as the names say."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_ignore_empty=True, case_sensitive=False, hide_input_in_errors=False
    )

    heldar_data_dir: Path = Path("data")
    heldar_database_url: str = "sqlite://./data/heldar.db"
    heldar_recordings_dir: Path | None = None
    heldar_ffmpeg_bin: str = "ffmpeg"
    heldar_anr_enabled: Flag | None = None
    heldar_anr_interval_s: int = 300
    heldar_anr_max_gap_hours: int = 24
    heldar_anr_max_attempts: int = 3
    heldar_secret_key: SecretStr | None = None
    heldar_min_free_disk_gb: float = Field(default=5, ge=0, allow_inf_nan=False)
    heldar_max_recordings_gb: float = Field(default=20, ge=0, allow_inf_nan=False)
    heldar_default_camera_quota_gb: float = Field(default=0, ge=0, allow_inf_nan=False)

    anr_journal: Path | None = None
    anr_piece_s: int = Field(default=300, ge=0, le=14_400)
    anr_max_fills: int = Field(default=4, ge=1, le=64)
    anr_sessions_per_device: int = Field(default=1, ge=1, le=16)
    anr_rest_s: float = Field(default=2, ge=0, le=600)
    anr_settle_s: float = Field(default=30, ge=0, le=3600)
    anr_stall_s: float = Field(default=15, ge=1, le=600)
    anr_order: Order = "newest"
    anr_card_hours: int = Field(default=0, ge=0, le=87_600)
    anr_bandwidth: str = "unlimited"
    anr_bandwidth_per_camera: str = "unlimited"
    anr_linger: Linger = "fills"
    anr_on_event: str = ""
    anr_on_event_kinds: str = "alarm,alarm_over,gap_failed"
    anr_keep_days: int = Field(default=90, ge=1, le=3650)
    anr_keep_logs_mb: int = Field(default=500, ge=10, le=1_000_000)

    @field_validator("heldar_anr_interval_s")
    @classmethod
    def _at_least_ten(cls, value: int) -> int:
        return min(max(value, 10), _LONGEST_INTERVAL_S)

    @field_validator("heldar_anr_max_gap_hours", "heldar_anr_max_attempts")
    @classmethod
    def _at_least_one(cls, value: int) -> int:
        return min(max(value, 1), _NO_LIMIT)

    @field_validator("anr_bandwidth", "anr_bandwidth_per_camera", mode="before")
    @classmethod
    def _is_timetable(cls, value: object) -> str:
        text = str(value)  # in TOML a 0 may well stand without quotes
        parse_timetable(text)
        return text

    @field_validator("heldar_secret_key")
    @classmethod
    def _is_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        try:
            key = base64.b64decode(value.get_secret_value().strip(), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != 32:
            raise ValueError("must be 32 bytes in base64")
        return value

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
        raise SettingsError("\n".join(_sentences(error, path))) from None
    except (OSError, ValueError) as error:
        raise SettingsError(f"The settings file {path} cannot be read: {error}.") from None
    return Settings.model_construct(_fields_set=loaded.model_fields_set, **dict(loaded))


def sqlite_path(url: str) -> Path:
    """The file that an SQLite URL means to Heldar: `sqlite://` (or `sqlite:`) off, cut at `?`, percent-decoded.

    A text without that scheme is a path as it stands.
    """
    for scheme in ("sqlite://", "sqlite:"):
        if url.startswith(scheme):
            return Path(unquote(url[len(scheme) :].partition("?")[0]))
    return Path(url)


def other_reading(url: str) -> Path | None:
    """The other file that a person may have meant by an SQLite URL, where there is one.

    `sqlite:///./data/x.db` is the absolute `/data/x.db`, but reads like a relative path; and the other way round.
    """
    path = sqlite_path(url)
    if not url.startswith("sqlite:"):
        return None
    return Path(str(path).lstrip("/")) if path.is_absolute() else Path("/") / path


def _sentences(error: ValidationError, path: Path) -> list[str]:
    return [_sentence(str(problem["loc"][0]), problem, path) for problem in error.errors()]


def _sentence(name: str, problem: Any, path: Path) -> str:
    if problem["type"] == "extra_forbidden":
        near = difflib.get_close_matches(name.lower(), Settings.model_fields, n=1)
        guess = f" Did you mean {near[0]}?" if near else ""
        return f"{path}: there is no setting {name!r}.{guess}"
    value = "(hidden)" if name in _SECRET_FIELDS else repr(problem["input"])
    where = "environment" if os.environ.get(name.upper()) else "settings"
    return f"{name.upper()} ({where}) is {value}; {_allowed(name, problem)}."


def _allowed(name: str, problem: Any) -> str:
    field = Settings.model_fields[name]
    bounds = {kind: getattr(rule, kind) for rule in field.metadata for kind in ("ge", "le") if hasattr(rule, kind)}
    if "ge" in bounds and "le" in bounds:
        return f"allowed is a number from {bounds['ge']} to {bounds['le']}"
    if "ge" in bounds:
        return f"allowed is a number of at least {bounds['ge']}"
    if name == "heldar_anr_enabled":
        return f"allowed is one of {', '.join(sorted(_TRUE | _FALSE))}"
    if name in _CHOICES:
        return f"allowed is one of {', '.join(_CHOICES[name])}"
    if field.annotation is int:
        return "allowed is a whole number"
    return str(problem["msg"]).removeprefix("Value error, ")
