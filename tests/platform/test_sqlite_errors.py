"""SQLite's errors in words."""

import errno
import sqlite3
from pathlib import Path

import pytest

from anr_tui.platform.sqlite_errors import SqliteFault, describe_error, is_unread

PATH = Path("/srv/site.anr.db")


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (sqlite3.OperationalError("database is locked"), SqliteFault.LOCKED),
        (sqlite3.OperationalError("database table is locked: fills"), SqliteFault.LOCKED),
        (sqlite3.DatabaseError("file is not a database"), SqliteFault.NOT_A_DATABASE),
        (sqlite3.DatabaseError("database disk image is malformed"), SqliteFault.DAMAGED),
        (sqlite3.OperationalError("database or disk is full"), SqliteFault.DISK_FULL),
        (OSError(errno.ENOSPC, "No space left on device"), SqliteFault.DISK_FULL),
        (sqlite3.OperationalError("attempt to write a readonly database"), SqliteFault.NOT_WRITABLE),
        (sqlite3.OperationalError("unable to open database file"), SqliteFault.NOT_WRITABLE),
        (PermissionError(errno.EACCES, "Permission denied"), SqliteFault.NOT_WRITABLE),
        (sqlite3.OperationalError("no such table: fills"), SqliteFault.OTHER),
    ],
    ids=str,
)
def test_an_error_is_named_by_kind_and_file(error: OSError | sqlite3.Error, fault: SqliteFault) -> None:
    problem = describe_error(error, "The journal", PATH, is_read_only=False)

    assert problem.fault is fault
    assert str(PATH) in problem.sentence
    assert problem.sentence.endswith(".")


def test_who_only_reads_lacks_the_permission_to_read() -> None:
    error = sqlite3.OperationalError("unable to open database file")

    problem = describe_error(error, "The journal", PATH, is_read_only=True)

    assert problem.fault is SqliteFault.NOT_READABLE
    assert problem.sentence == f"The journal {PATH} cannot be read."


@pytest.mark.parametrize(
    ("report", "is_only_unread"),
    [
        ("*** in database main ***\nPage 28: unable to get the page. error code=266", True),
        ("*** in database main ***\nPage 3: unable to get the page. error code=7", True),
        ("*** in database main ***\nPage 3: unable to get the page. error code=11", False),
        ("*** in database main ***\nTree 2 page 2: btreeInitPage() returns error code 11", False),
        ("row 3 missing from index by_gap", False),
    ],
)
def test_a_page_that_could_not_be_read_is_not_called_damaged(report: str, is_only_unread: bool) -> None:
    assert is_unread(report) is is_only_unread
