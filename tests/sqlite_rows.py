"""Rows as SQLite gives them, without a file or a table."""

import contextlib
import sqlite3
from typing import Any


def row_of(**columns: Any) -> sqlite3.Row:
    """A row with these columns and values."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.row_factory = sqlite3.Row
        names = ", ".join(f"? AS {name}" for name in columns)
        row: sqlite3.Row = connection.execute(f"SELECT {names}", tuple(columns.values())).fetchone()
        return row
