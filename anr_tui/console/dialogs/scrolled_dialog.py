"""A dialog to read, of more lines than may fit: three keys scroll and close it."""

from textual.containers import VerticalScroll
from textual.screen import ModalScreen

from anr_tui.console.keys.handlers import handles

# Lines that one key scrolls by.
_STEP = 6


class ScrolledDialog(ModalScreen[None]):
    """Has one VerticalScroll; a subclass lays it out, and lists the keys."""

    VERTICAL_BREAKPOINTS = [(0, "-low"), (24, "-short"), (46, "-tall")]

    @handles("dialog.close")
    def _close(self) -> None:
        self.dismiss()

    @handles("dialog.down")
    def _scroll_down(self) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=_STEP, animate=False)

    @handles("dialog.up")
    def _scroll_up(self) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=-_STEP, animate=False)
