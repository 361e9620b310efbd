"""The free space on the disk with the recordings."""

import shutil
from pathlib import Path

BYTES_PER_GB = 1_000_000_000


def free_bytes(directory: Path) -> int | None:
    """Free bytes where the recordings are, or will be; None where that cannot be found out. Blocking."""
    try:
        for place in (directory, *directory.absolute().parents):
            if place.is_dir():
                return shutil.disk_usage(place).free
    except OSError:  # is_dir raises for a name that is too long
        return None
    return None
