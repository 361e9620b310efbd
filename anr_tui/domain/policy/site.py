"""The paths of a site, and the limits of its storage."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SitePaths:
    """The files and directories of one site, as the settings name them.

    `database` is the site database, `recordings` holds one directory for each camera, `logs` holds the logs of worker
    and fills. Open consoles lock the file `consoles`.
    """

    database: Path
    recordings: Path
    journal: Path
    logs: Path
    consoles: Path


@dataclass(frozen=True, slots=True)
class KeptPartLimits:
    """How long parts without a place are kept (days), and how much room they may take in a site (gigabytes)."""

    days: int = 14
    gb: float = 20.0


@dataclass(frozen=True, slots=True)
class StorageLimits:
    """The limits of storage in gigabytes (of 1,000,000,000 bytes).

    `min_free_gb` must stay free on the disk: all fills stop below it. The recorder deletes its oldest footage above
    `max_recordings_gb`, and that of a camera without a quota of its own above `default_camera_quota_gb`; 0: no limit.
    """

    min_free_gb: float = 5.0
    max_recordings_gb: float = 20.0
    default_camera_quota_gb: float = 0.0
