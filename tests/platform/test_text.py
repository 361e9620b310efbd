"""Text for terminals, logs and tables."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.platform.text import cell_line, csv_cell, duration, duration_words, plain_line, plain_lines


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (59.4, "59s"),
        (59.6, "1m 00s"),
        (725, "12m 05s"),
        (3599.6, "1h 00m"),
        (12_000, "3h 20m"),
        (90_000, "25h 00m"),
    ],
)
def test_lengths_read_as_people_say_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@given(st.text())
def test_plain_text_keeps_its_lines_and_loses_its_control_characters(text: str) -> None:
    lines = plain_lines(text).split("\n")
    assert len(lines) == text.count("\n") + 1
    assert all(line.isprintable() for line in lines)


@given(st.text())
def test_a_line_keeps_what_is_printable_and_nothing_else(text: str) -> None:
    assert plain_line(text).isprintable()
    assert len(plain_line(text)) == len(text)
    assert plain_line(text, instead="") == "".join(filter(str.isprintable, text))


def test_a_screen_keeps_blanks_that_take_room_and_loses_what_turns_the_writing() -> None:
    assert cell_line("gate\u00a0one\u3000two\u202e\x1b[2J\nthree") == "gate\u00a0one\u3000two[2J three"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "0s"), (59.6, "1m"), (250, "4m 10s"), (7200, "2h"), (7500, "2h 05m"), (90_000, "1d 01h"), (172_800, "2d")],
)
def test_a_brief_length_leaves_out_a_second_unit_of_zero(seconds: float, text: str) -> None:
    assert duration(seconds, is_brief=True) == text


@pytest.mark.parametrize(("seconds", "text"), [(119, "119 s"), (120, "2 min"), (7200, "2.0 h"), (172_800, "2.0 days")])
def test_a_length_in_a_sentence_has_one_unit(seconds: float, text: str) -> None:
    assert duration_words(seconds) == text


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        (" @SUM(A1)", "' @SUM(A1)"),
        ("gate;=HYPERLINK(1)", "gate;'=HYPERLINK(1)"),
        ('gate; "+1', "gate;' \"+1"),
        ("a|-1;;=2", "a|'-1;;'=2"),
        ("gate;\t=1", "gate;' =1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("Gate 2 - yard; north", "Gate 2 - yard; north"),
    ],
)
def test_no_spreadsheet_takes_a_cell_for_a_formula_whatever_separates_them(text: str, cell: str) -> None:
    assert csv_cell(text) == cell


@given(st.text("=+-@;| \t\n\"'a"))
def test_no_part_of_a_cell_begins_a_formula(text: str) -> None:
    for part in re.split(r"[;|]", csv_cell(text)):
        assert not part.strip().strip('"').strip().startswith(("=", "+", "-", "@"))
