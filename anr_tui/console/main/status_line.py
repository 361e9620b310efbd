"""The line above the keys: a message for a while, or else the chosen row as text."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from anr_tui.console.drawing.line_box import Line, LineBox, message_lines
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Span, Spans, Tone, styled

MESSAGE_LASTS = timedelta(seconds=20)


class StatusLine(LineBox):
    """Shows the last message for MESSAGE_LASTS, in as many lines as it needs, at most four."""

    _message: tuple[datetime, StatusMessage] | None = None

    def set_message(self, message: StatusMessage, now: datetime) -> None:
        """Show this message, from the next call of `show` until MESSAGE_LASTS after `now`."""
        self._message = (now, message)

    def drop_message(self) -> None:
        """Stop showing the message."""
        self._message = None

    def show(self, row: Spans, leaving: str, now: datetime, width: int, below: Sequence[Line] = ()) -> None:
        """Show `leaving`, else the message, else the chosen row, in `width` cells, and then the lines `below`."""
        lines = [Line((Span(" "), *row))]
        if leaving:
            lines = [Line((Span(" "), *styled(leaving, Tone.WARN)))]
        elif self._message is not None and now - self._message[0] < MESSAGE_LASTS:
            message = self._message[1]
            lines = message_lines(styled(message.text, message.tone), width, self.glyphs)
        self.set_lines([*lines, *below])
