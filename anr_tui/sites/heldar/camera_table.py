"""Adding and changing cameras in the site database, where that database is ours."""

import re
import sqlite3
import unicodedata
from collections.abc import Collection
from datetime import datetime

from anr_tui.domain.errors import SiteError
from anr_tui.domain.timestamps import format_stamp
from anr_tui.platform.sqlite import Transaction
from anr_tui.sites.heldar.database_file import SQL, SiteDatabaseFile
from anr_tui.sites.heldar.schema import APPLICATION_ID
from anr_tui.sites.interface import CameraValues

NOT_OURS = (
    "This database was not made by anr-tui: the program that owns it (such as Heldar) may ignore "
    "or overwrite this change."
)
_LONGEST_ID = 60


class CameraTable:
    """Adds and changes rows of `cameras`; in a database that is not ours only with `even_if_foreign`."""

    def __init__(self, file: SiteDatabaseFile) -> None:
        self._file = file

    async def is_ours(self) -> bool:
        """Whether `anr-tui init` or the demo made the database, and no other program has taken it over since."""
        async with self._file.current() as database:
            return _is_ours(await database.row(SQL["ownership"]))

    async def add(self, values: CameraValues, at: datetime, *, even_if_foreign: bool = False) -> str:
        """Add a camera and return its id, which is derived from its name. `at` is our time in UTC.

        Raises SiteError where the camera may not or cannot be added.
        """
        async with self._file.current() as database, database.transaction() as transaction:
            names = await _checked(transaction, values, None, even_if_foreign=even_if_foreign)
            camera_id = free_id(values.name, names)
            await transaction.write(SQL["add_camera"], _columns(values, camera_id, at))
        self._file.note_own_change()
        return camera_id

    async def change(
        self, camera_id: str, seen: str, values: CameraValues, at: datetime, *, even_if_foreign: bool = False
    ) -> None:
        """Change a camera whose `updated_at` was `seen` when the person saw it. `at` is our time in UTC.

        Raises SiteError as `add`, and where somebody else has changed the camera meanwhile.
        """
        async with self._file.current() as database, database.transaction() as transaction:
            await _checked(transaction, values, camera_id, even_if_foreign=even_if_foreign)
            columns = {**_columns(values, camera_id, at), "seen": seen}
            if await transaction.write(SQL["change_camera"], columns) == 0:
                raise SiteError(
                    f"Somebody else has changed or removed camera {camera_id!r} in the meantime.",
                    "Look at it again, then change it.",
                )
        self._file.note_own_change()


def free_id(name: str, taken: Collection[str]) -> str:
    """The id of a new camera: its name in small letters, digits and dashes, with a number where that id is taken."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:_LONGEST_ID].strip("-") or "camera"
    number, free = 1, slug
    # Ids are names of directories, and some file systems ignore case.
    while free in taken:
        number += 1
        free = f"{slug}-{number}"
    return free


async def _checked(
    transaction: Transaction, values: CameraValues, camera_id: str | None, *, even_if_foreign: bool
) -> set[str]:
    """The ids and names of the other cameras, case-folded. Raises SiteError where the camera may not be written."""
    if not even_if_foreign and not _is_ours(await transaction.row(SQL["ownership"])):
        raise SiteError(NOT_OURS, "Nothing was written.")
    rows = await transaction.rows(SQL["camera_names"])
    is_kept = any(row["id"] == camera_id and row["name"] == values.name for row in rows)
    names = {str(text).casefold() for row in rows if row["id"] != camera_id for text in (row["id"], row["name"])}
    if not is_kept and values.name.casefold() in names:
        raise SiteError(f"Another camera is called {values.name!r} already.", "Choose another name.")
    return names


def _is_ours(row: sqlite3.Row | None) -> bool:
    return row is not None and row["mark"] == APPLICATION_ID and row["migrations"] == 0


def _columns(values: CameraValues, camera_id: str, at: datetime) -> dict[str, object]:
    return {
        "id": camera_id,
        "name": values.name,
        "vendor": values.vendor,
        "address": values.address,
        "rtsp_port": values.rtsp_port,
        "username": values.username,
        "password": values.password.reveal() if values.password else None,
        "anr_enabled": int(values.anr_enabled),
        "template": values.replay_url_template.reveal() if values.replay_url_template else None,
        "at": format_stamp(at),
    }
