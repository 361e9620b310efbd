"""What clocks showed, in words: all of it in the details, and a warning where our own clock is in doubt."""

from dataclasses import replace

import pytest

from anr_tui.domain.evidence.clock_evidence import NO_CLOCKS, ClockEvidence
from anr_tui.view.gap.clock_text import clock_text, clock_warning

USUAL = ClockEvidence(shift_s=0.0, camera_clock_off_s=-0.4, own_clock_synced=True, own_clock_step_s=0.0)


def test_all_that_is_known() -> None:
    assert clock_text(USUAL) == (
        "asked for as it is; the camera's clock agreed with ours; our clock synchronised, not stepped during the fill"
    )
    assert clock_text(NO_CLOCKS) == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"shift_s": -7200.0}, "asked for 2h 00m later, as the camera's times are meant;"),
        ({"shift_s": 10.0}, "asked for 10s earlier, as the camera's times are meant;"),
        ({"camera_clock_off_s": 600.0}, "the camera's clock 10m 00s ahead of ours;"),
        ({"camera_clock_off_s": -600.0}, "the camera's clock 10m 00s behind ours;"),
        ({"camera_clock_off_s": None}, "the camera's clock not known;"),
        ({"own_clock_synced": False}, "our clock not synchronised, not stepped"),
        ({"own_clock_synced": None}, "our clock synchronised or not, which is not known, not stepped"),
        ({"own_clock_step_s": -120.0}, "synchronised, stepped by -120 s during the fill"),
    ],
)
def test_each_clock_in_words(changes: dict[str, float | None], words: str) -> None:
    assert words in clock_text(replace(USUAL, **changes))  # type: ignore[arg-type]


def test_what_was_asked_for_by_a_dead_worker_is_not_known() -> None:
    assert clock_text(replace(USUAL, shift_s=None)).startswith("the camera's clock agreed")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"own_clock_synced": None}, ""),
        ({"own_clock_synced": False}, "our clock was not synchronised"),
        ({"own_clock_step_s": -120.0, "own_clock_synced": False}, "our clock was stepped by -120 s"),
        ({"own_clock_step_s": 0.4}, ""),
    ],
)
def test_a_warning_where_our_own_clock_is_in_doubt(changes: dict[str, float | None], words: str) -> None:
    assert clock_warning(replace(USUAL, **changes)) == words  # type: ignore[arg-type]
    assert clock_warning(NO_CLOCKS) == ""
