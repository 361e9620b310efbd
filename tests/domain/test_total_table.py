"""A table with a row for each member: nothing is forgotten, and nobody changes it."""

from typing import Any

import pytest

from anr_tui.domain.severity import Severity
from anr_tui.domain.total_table import total_table


def test_a_member_without_a_row_is_named() -> None:
    with pytest.raises(TypeError, match="Severity has members without a row: CALM, BAD"):
        total_table(Severity, {Severity.GOOD: 1, Severity.WARNING: 2})


def test_rows_come_in_the_order_of_the_members_whatever_order_they_were_written_in() -> None:
    table = total_table(Severity, {severity: severity.value for severity in reversed(Severity)})

    assert list(table.items()) == [(severity, severity.value) for severity in Severity]


def test_nobody_changes_a_table_once_it_is_made() -> None:
    rows = dict.fromkeys(Severity, 1)
    table: Any = total_table(Severity, rows)

    with pytest.raises(TypeError):
        table[Severity.BAD] = 2
    rows[Severity.BAD] = 2
    assert table[Severity.BAD] == 1
