"""Creates a site database of Heldar's shape, for a site without Heldar."""

import sqlite3
from importlib.resources import files
from pathlib import Path

from anr_tui.domain.errors import SiteError
from anr_tui.platform.files.permissions import FILE_MODE, share

APPLICATION_ID = 0x414E5254
"""`ANRT` in the header of a database that we made; SQLite keeps this number for whoever made a file."""


def create_site_database(path: Path) -> None:
    """Create an empty site database with our mark, readable by owner and group.

    Raises SiteError where a file is there already, or none can be made.
    """
    schema = files("anr_tui.sites.heldar").joinpath("schema.sql").read_text(encoding="utf-8")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            raise SiteError(f"There is a file at {path} already.", "It is left as it is; choose another path.")
        path.touch(mode=FILE_MODE, exist_ok=False)
        share(path)
    except OSError as error:
        raise SiteError(f"No site database can be made at {path}: {error.strerror}.") from None
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.executescript(schema)
    finally:
        connection.close()
