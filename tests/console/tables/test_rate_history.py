"""How fast fills get their bytes, by what the console saw."""

from dataclasses import replace
from datetime import timedelta

import pytest

from anr_tui.console.tables.rate_history import CELLS, RateHistory
from anr_tui.view.snapshot.snapshot import FillRow
from tests.console.site import NOW, site_snapshot

ROW = site_snapshot().fills[0]


def with_bytes(size_bytes: int, number: int = 1) -> FillRow:
    return replace(ROW, fill=replace(ROW.fill, id=number, size_bytes=size_bytes))


def at(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def test_a_graph_has_what_came_in_each_step_that_is_over() -> None:
    rates = RateHistory()
    for second in range(31):
        rates.note([with_bytes(1_000 * min(second, 20))], NOW + at(second))
    assert rates.of(1, NOW + at(30)) == pytest.approx([1_000, 1_000, 0])
    assert rates.of(1, NOW + at(39)) == rates.of(1, NOW + at(30)), "it moves only as a step is over"
    assert rates.of(1, NOW + at(40)) == pytest.approx([1_000, 1_000, 0, 0])
    assert rates.of(1, NOW + at(600)) == [0.0] * CELLS
    assert rates.of(1, NOW + at(59), is_slow=True) == []
    assert rates.of(1, NOW + at(60), is_slow=True) == pytest.approx([20_000 / 60])


def test_what_came_before_anybody_looked_and_while_nothing_came_is_no_rate() -> None:
    rates = RateHistory()
    rates.note([with_bytes(5_000_000)], NOW)
    assert (rates.of(1, NOW), rates.total(NOW)) == ([], 0.0)
    for second in (1, 19):
        rates.note([with_bytes(5_000_000)], NOW + at(second))
    rates.note([with_bytes(5_010_000)], NOW + at(20))
    assert rates.of(1, NOW + at(20)) == pytest.approx([0, 1_000])


def test_all_fills_together_count_those_that_have_just_ended_too() -> None:
    rates = RateHistory()
    rates.note([with_bytes(0), with_bytes(0, 2)], NOW)
    ended = with_bytes(40_000, 2)
    rates.note([with_bytes(60_000), replace(ended, fill=replace(ended.fill, outcome="filled"))], NOW + at(10))
    assert rates.total(NOW + at(10)) == pytest.approx(10_000)
    assert rates.total(NOW + at(15)) == pytest.approx(5_000)
    assert rates.total(NOW + at(20)) == 0.0
    assert rates.of(9, NOW) == []
