"""The signs that a terminal can show."""

import pytest

from anr_tui.platform.glyphs import ASCII, UNICODE, glyphs_for


@pytest.mark.parametrize(
    ("encoding", "glyphs"),
    [("utf-8", UNICODE), ("UTF8", UNICODE), ("ascii", ASCII), ("iso8859-1", ASCII), (None, ASCII), ("no such", ASCII)],
)
def test_glyphs_follow_the_terminals_encoding(encoding: str | None, glyphs: object) -> None:
    assert glyphs_for(encoding) is glyphs
