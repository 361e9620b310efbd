"""Lines as values: fitting them, and finding what changed."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from anr_tui.console.drawing.styled_text import Span, Spans, Tone, changed_span, fitted, styled, width_of
from anr_tui.platform.glyphs import UNICODE

words = st.text(alphabet="ab 日本é", max_size=12)
spans = st.lists(st.builds(Span, words, st.sampled_from(Tone)), max_size=4).map(tuple)


@given(spans, st.integers(min_value=1, max_value=40), st.booleans())
def test_fitted_is_exactly_as_wide_as_asked(line_of: Spans, width: int, to_right: bool) -> None:
    assert width_of(fitted(line_of, width, UNICODE, to_right=to_right)) == width


def test_what_is_cut_says_so() -> None:
    assert fitted(styled("warehouse aisle"), 10, UNICODE)[0].text == "warehouse…"


@given(spans, spans)
def test_nothing_differs_outside_the_changed_span(before: Spans, after: Spans) -> None:
    old, new = fitted(before, 20, UNICODE), fitted(after, 20, UNICODE)
    span = changed_span(old, new)

    if span is None:
        assert cells(old) == cells(new)
        return
    start, count = span
    assert cells(old)[:start] == cells(new)[:start]
    assert cells(old)[start + count :] == cells(new)[start + count :]


def cells(line_of: Spans) -> list[tuple[str, Tone]]:
    """One entry per cell; a wide character fills two."""
    return [(each, part.tone) for part in line_of for each in part.text for _ in range(cell_len(each))]


def test_a_changed_role_alone_is_a_change() -> None:
    assert changed_span((Span("ab"), Span("cd", Tone.OK)), (Span("ab"), Span("cd", Tone.BAD))) == (2, 2)
