"""The paths of a site's files and the settings in force, for the people who look after it; no secret is among them."""

from dataclasses import dataclass
from pathlib import Path

from anr_tui.config.settings import Settings

_SHOWN = (
    "heldar_anr_interval_s heldar_anr_max_gap_hours heldar_anr_max_attempts heldar_min_free_disk_gb anr_order "
    "anr_max_fills anr_sessions_per_device anr_piece_s anr_bandwidth anr_bandwidth_per_camera"
).split()


@dataclass(frozen=True, slots=True)
class About:
    """The absolute paths of a site, and the names and values of the settings that decide what is filled, and how fast.

    `player` is the command, in separate words, that plays a landed file.
    """

    database: Path
    journal: Path
    logs: Path
    recordings: Path
    settings: tuple[tuple[str, str], ...]
    player: tuple[str, ...] = ()


def about(settings: Settings) -> About:
    """The paths and values of these settings."""
    return About(
        database=settings.database_path.absolute(),
        journal=settings.journal_path.absolute(),
        logs=settings.logs_dir.absolute(),
        recordings=settings.recordings_dir.absolute(),
        settings=tuple((name.upper(), str(getattr(settings, name))) for name in _SHOWN),
        player=tuple(settings.player_command),
    )
