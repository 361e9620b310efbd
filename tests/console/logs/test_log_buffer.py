"""The lines of a log that are kept, and the rows that they make."""

from anr_tui.console.logs.log_buffer import LINES_KEPT, LogBuffer


def test_rows_are_dropped_with_their_lines() -> None:
    lines = LogBuffer()
    lines.reshape(only_warnings=False, wrap_width=10)
    lines.add(["0123456789abc"] * LINES_KEPT)

    assert lines.add(["x"] * 3) == 6
    assert len(lines.lines) == LINES_KEPT
    assert lines.rows[-4:] == ["abc", "x", "x", "x"]
    assert len(lines.rows) == len(lines.tones) == 2 * (LINES_KEPT - 3) + 3
