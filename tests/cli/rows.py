"""What tests read from a site's databases: the requests, whether there is a worker, the columns of a table."""

import sqlite3
from pathlib import Path

from tests.engine import EngineSite, execute_on
from tests.heldar_site import HeldarSite, execute


def asked(site: HeldarSite) -> list[tuple[str, str | None, int | None]]:
    rows = execute(site.journal, "SELECT * FROM requests ORDER BY id")
    return [(row["kind"], row["gap_id"], row["fill_id"]) for row in rows]


def columns(database: Path, table: str) -> set[str]:
    return {row["name"] for row in execute(database, f"PRAGMA table_info({table})")}


def has_worker(site: EngineSite) -> bool:
    try:
        return site.journal.exists() and bool(execute_on(site.journal, "SELECT 1 FROM lease"))
    except sqlite3.OperationalError:
        return False  # the worker is about to make its tables
