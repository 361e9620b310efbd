"""A site's files without its cameras: a database with rows as Heldar writes them, a journal, a recordings directory."""

import base64
import contextlib
import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from anr_tui.config.settings import Settings, load_settings
from anr_tui.journal.journal import WorkerIdentity
from anr_tui.sites.heldar.schema import APPLICATION_ID, create_site_database

PASSWORD = "Zq7-unmistakable-9x"
TEMPLATE_PASSWORD = "Tw4-in-the-template-2k"
NOW = datetime(2026, 6, 13, 12, 0, tzinfo=UTC)
IDENTITY = WorkerIdentity("anna", "nvr-07", 4711, "boot 99", "0.1.0")


class HeldarSite:
    """A site database with two cameras: `gate` by address and password, `dock` by a template with its own login."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.database = root / "heldar.db"
        self.recordings = root / "recordings"
        self.journal = root / "heldar.anr.db"
        create_site_database(self.database)
        self.execute("PRAGMA application_id = 0")  # Heldar's own bears no mark of ours
        self.recordings.mkdir()
        self.add_camera("gate", name="Front gate", address="192.0.2.11", username="operator", password=PASSWORD)
        template = f"rtsp://admin:{TEMPLATE_PASSWORD}@192.0.2.12/playback?from={{start}}&to={{end}}"
        self.add_camera("dock", name="Loading dock", vendor="dahua", anr_replay_url_template=template)

    def make_ours(self) -> None:
        """Give it the mark that `anr-tui init` leaves."""
        self.execute(f"PRAGMA application_id = {APPLICATION_ID}")

    def camera(self, camera_id: str) -> dict[str, Any]:
        """A camera's row as it is now."""
        return self.execute("SELECT * FROM cameras WHERE id = ?", camera_id)[0]

    def add_camera(self, camera_id: str, **columns: Any) -> None:
        """A row of `cameras` with ANR on."""
        stamp = "2026-06-01T08:00:00.123456789+00:00"
        row = {"id": camera_id, "name": camera_id, "anr_enabled": 1, "created_at": stamp, "updated_at": stamp} | columns
        self.insert("cameras", row)

    def add_gap(self, gap_id: str, camera_id: str = "gate", **columns: Any) -> None:
        """A row of `recording_gaps`: ten minutes that began an hour before `NOW`, unless told otherwise."""
        row = {
            "id": gap_id,
            "camera_id": camera_id,
            "gap_start": "2026-06-13T11:00:00.123456789+00:00",
            "gap_end": "2026-06-13T11:10:00.987654321+00:00",
            "gap_seconds": 600,
            "fill_state": "pending",
            "fill_attempts": 0,
            "created_at": "2026-06-13T11:11:00.5+00:00",
        } | columns
        self.insert("recording_gaps", row)

    def insert(self, table: str, row: dict[str, Any]) -> None:
        """One row."""
        places = ", ".join("?" * len(row))
        insert = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})"
        self.execute(insert, *row.values())

    def gap(self, gap_id: str) -> dict[str, Any]:
        """A gap's row as it is now."""
        return self.execute("SELECT * FROM recording_gaps WHERE id = ?", gap_id)[0]

    def execute(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Run a statement on the site database, as another program would."""
        return execute(self.database, sql, *values)

    def settings(self, **changes: Any) -> Settings:
        """Settings for this site."""
        flags = {"heldar_database_url": str(self.database), "heldar_recordings_dir": self.recordings}
        return load_settings(None, **(flags | changes))

    @property
    def flags(self) -> list[str]:
        """The command line's flags for this site."""
        return ["--database", str(self.database), "--recordings", str(self.recordings)]


def execute(database: Path, sql: str, *values: Any) -> list[dict[str, Any]]:
    """Run a statement on a database, over a connection of its own."""
    with contextlib.closing(sqlite3.connect(database, timeout=10)) as connection, connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(sql, values)]


@contextlib.contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another program holds the whole database, against readers too."""
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")
        connection.execute("PRAGMA journal_mode = WAL")


def sealed(plain: str, key: bytes) -> str:
    """A password as Heldar seals it."""
    nonce = os.urandom(12)
    return "enc:v1:" + base64.b64encode(nonce + AESGCM(key).encrypt(nonce, plain.encode(), None)).decode()
