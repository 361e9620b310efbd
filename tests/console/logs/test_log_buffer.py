"""The lines of a log that are kept, and the rows that they make."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.logs.log_buffer import LINES_KEPT, LogBuffer, tone_of


def test_rows_are_dropped_with_their_lines() -> None:
    lines = LogBuffer()
    lines.reshape(only_warnings=False, wrap_width=10)
    lines.add(["0123456789abc"] * LINES_KEPT)

    assert lines.add(["x"] * 3) == 6
    assert len(lines.lines) == LINES_KEPT
    assert lines.rows[-4:] == ["abc", "x", "x", "x"]
    assert len(lines.rows) == len(lines.tones) == 2 * (LINES_KEPT - 3) + 3


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("frame=  100 fps= 25", Tone.PLAIN),
        ("[warning] Non-monotonous DTS", Tone.WARN),
        ("Connection REFUSED", Tone.BAD),
        ("warning: the decoder failed", Tone.BAD),
        ("x" * 200 + " error", Tone.PLAIN),
    ],
)
def test_what_reads_like_trouble_stands_out_by_its_beginning(text: str, tone: Tone) -> None:
    assert tone_of(text) is tone


lines = st.lists(st.sampled_from(["one", "a warning", "日本" * 9, "an error " * 5, ""]), max_size=12)


@given(lines, st.booleans(), st.integers(0, 20))
def test_lines_look_the_same_whether_they_came_before_or_after_the_view_was_changed(
    texts: list[str], only_warnings: bool, wrap_width: int
) -> None:
    before, after = LogBuffer(), LogBuffer()
    after.reshape(only_warnings=only_warnings, wrap_width=wrap_width)
    after.add(texts)
    before.add(texts)
    before.reshape(only_warnings=only_warnings, wrap_width=wrap_width)

    assert (before.rows, before.tones, before.widest) == (after.rows, after.tones, after.widest)
    assert list(before.lines) == texts, "what is not shown is kept"


@given(lines, st.integers(2, 20))
def test_a_wrapped_line_loses_nothing_and_no_row_is_too_wide(texts: list[str], wrap_width: int) -> None:
    buffer = LogBuffer()
    buffer.reshape(only_warnings=False, wrap_width=wrap_width)
    buffer.add(texts)

    assert "".join(buffer.rows) == "".join(texts)
    assert all(cell_len(row) <= wrap_width for row in buffer.rows)
    assert len(buffer.tones) == len(buffer.rows)


@pytest.mark.parametrize(
    ("start", "step", "found"), [(0, 1, 2), (2, 1, 4), (4, 1, 2), (4, -1, 2), (2, -1, 4), (3, 1, 4)]
)
def test_a_search_goes_on_around_the_end_in_either_direction(start: int, step: int, found: int) -> None:
    buffer = LogBuffer()
    buffer.add(["one", "two", "A Match", "three", "match again"])

    assert buffer.find("MATCH", start, step) == found
    assert buffer.find("nowhere", start, step) is None


def test_a_row_that_alone_matches_is_found_again_from_itself() -> None:
    buffer = LogBuffer()
    assert buffer.find("one", 0, 1) is None
    buffer.add(["one", "two"])

    assert buffer.find("one", 0, 1) == 0
