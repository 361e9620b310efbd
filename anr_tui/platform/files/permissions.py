"""The permissions of files and directories that a site's operators share: for owner and group, whatever the umask.

The group is that of a setgid directory; SQLite creates a database's `-wal` and `-shm` with the mode of the database.
"""

import os
from pathlib import Path

FILE_MODE = 0o660
DIRECTORY_MODE = 0o2770


def share(path: Path, mode: int = FILE_MODE) -> None:
    """Set the mode of a file or directory, if it is ours; whoever created another one shared it. Raises OSError."""
    if path.stat().st_uid == os.geteuid():
        path.chmod(mode)
