"""The disk that the recordings are on."""

import shutil
from pathlib import Path

BYTES_PER_GB = 1_000_000_000


def free_bytes(directory: Path) -> int | None:
    """Free bytes where the recordings are, or will be; None where that cannot be seen. Blocking."""
    try:
        for place in (directory, *directory.absolute().parents):
            if place.is_dir():
                return shutil.disk_usage(place).free
    except OSError:  # a name that is too long fails as early as is_dir
        return None
    return None
