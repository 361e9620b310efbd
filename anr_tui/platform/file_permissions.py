"""What a site's operators share: files and directories for owner and group, whatever the umask.

The group is that of a setgid directory; SQLite makes a database's `-wal` and `-shm` with the mode of the database.
"""

import os
from pathlib import Path

FILE_MODE = 0o660
DIRECTORY_MODE = 0o2770


def share(path: Path, mode: int = FILE_MODE) -> None:
    """Give a file or directory its mode, where it is ours: whoever made another one shared it. OSError."""
    if path.stat().st_uid == os.geteuid():
        path.chmod(mode)
