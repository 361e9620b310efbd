"""What the eye finds is counted as right only where it belongs."""

import pytest

from anr_tui.fill.placement.anchor import Anchor
from anr_tui.fill.placement.witnesses.by_eye import SeenSeams
from benchmarks.by_eye import LEAD_S, NOON, verdict


@pytest.mark.parametrize(
    ("at_s", "shift_s", "late_s", "word"),
    [
        (LEAD_S, 0, 0, "right"),
        (LEAD_S + 8.4, -8, 0, "right"),
        (LEAD_S - 1.5, 0, 1.5, "right"),
        (LEAD_S + 2, 0, 0, "wrong"),
        (LEAD_S - 60, 60, 0, "wrong"),
        (None, 0, 0, "nothing said"),
        (None, 60, 0, "nothing said"),
    ],
)
def test_a_match_is_right_only_where_it_belongs(at_s: float | None, shift_s: int, late_s: float, word: str) -> None:
    found = SeenSeams(Anchor(NOON, at_s) if at_s is not None else None)
    assert verdict(found, shift_s, late_s) == word
