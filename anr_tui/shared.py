"""What a site's operators share: files for owner and group whatever the umask, and of their directory's group."""

import contextlib
import os
import stat
from pathlib import Path

FILE_MODE = 0o660
DIRECTORY_MODE = 0o2770


def share(path: Path, mode: int = FILE_MODE) -> None:
    """Give a file or directory of ours its mode, and its directory's group where that group may write there.

    What belongs to somebody else stays as it is: whoever made it shared it. OSError where it is not there.
    """
    if path.stat().st_uid != os.geteuid():
        return
    directory = path.parent.stat()
    if directory.st_mode & stat.S_IWGRP:
        with contextlib.suppress(PermissionError):  # a group that we are not in
            os.chown(path, -1, directory.st_gid)
    path.chmod(mode)
