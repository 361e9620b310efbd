"""How much room recordings may take."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StorageLimits:
    """Limits in gigabytes (of 1,000,000,000 bytes).

    `min_free_gb` stays free on the disk: all fills stop below it. The recorder deletes its oldest footage over
    `max_recordings_gb`, and of a camera without a quota of its own over `default_camera_quota_gb`; 0: no limit.
    """

    min_free_gb: float = 5.0
    max_recordings_gb: float = 20.0
    default_camera_quota_gb: float = 0.0
