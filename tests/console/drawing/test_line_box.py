"""Lines of two parts, and a message that is wrapped and never cut before its fourth line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.console.drawing.line_box import Line, message_lines
from anr_tui.console.drawing.styled_text import Span, Spans, Tone, styled, width_of
from anr_tui.platform.glyphs import ASCII, UNICODE
from tests.console.drawing.spans import text

parts = st.lists(st.builds(Span, st.text("ab 日é", max_size=12), st.sampled_from(Tone)), max_size=3).map(tuple)


@given(parts, parts, st.integers(1, 60))
def test_a_line_fills_its_width_exactly(left: Spans, right: Spans, width: int) -> None:
    assert width_of(Line(left, right).spans(width, UNICODE)) == width


def test_the_right_part_leaves_before_the_left_one_is_cut() -> None:
    line = Line(styled("worker runs"), styled("14:30"))

    assert text(line.spans(20, ASCII)) == "worker runs    14:30"
    assert text(line.spans(16, ASCII)) == "worker runs     "
    assert text(line.spans(6, ASCII)) == "worke~"


words = st.lists(st.text("abcdefgh", min_size=1, max_size=12), min_size=1, max_size=60)


@given(words, st.integers(30, 120))
def test_of_a_message_no_word_is_lost_within_four_lines(message: list[str], width: int) -> None:
    sentence = " ".join(message)
    lines = message_lines(styled(sentence, Tone.BAD), width, ASCII)
    shown = " ".join(text(line.left).strip() for line in lines)

    assert 1 <= len(lines) <= 4
    assert all(width_of(line.left) <= width for line in lines)
    assert shown == sentence or (len(lines) == 4 and shown.endswith(ASCII.cut))


@pytest.mark.parametrize("sentence", ["short", "long " * 30])
def test_a_message_keeps_its_tone_on_every_line(sentence: str) -> None:
    lines = message_lines(styled(sentence, Tone.BAD), 40, ASCII)

    assert {part.tone for line in lines for part in line.left if part.text.strip()} == {Tone.BAD}
