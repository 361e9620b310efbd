"""Text from outside becomes harmless."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.console.drawing.sanitize import LONGEST, clean, plain


@given(st.text(alphabet=st.characters(), max_size=200))
def test_no_text_keeps_a_control_character(text: str) -> None:
    cleaned = clean(text)

    assert not [each for each in cleaned if unicodedata.category(each) in ("Cc", "Cs", "Zl", "Zp")]
    cleaned.encode("utf-8")


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("\x1b]0;PWNED\x07gate", "]0;PWNEDgate"),
        ("\x9b31mred", "31mred"),
        ("a\x7fb\x00c", "abc"),
        ("left\u202eright\u2066x\u2069", "leftrightx"),
        ("two\r\nlines\tand tabs", "two  lines and tabs"),
        ("lone \udc80 surrogate", "lone  surrogate"),
        ("gate [/dev/video0]", "gate [/dev/video0]"),
    ],
)
def test_hostile_text_is_stripped(hostile: str, harmless: str) -> None:
    assert clean(hostile) == harmless


def test_a_text_is_bounded() -> None:
    assert len(clean("x" * 1_000_000)) == LONGEST


def test_plain_parses_no_markup() -> None:
    content = plain("rtsp://u:p@[fe80::1]/ch1 [red]x[/red] [/dev/video0]", "bold")

    assert content.plain == "rtsp://u:p@[fe80::1]/ch1 [red]x[/red] [/dev/video0]"
