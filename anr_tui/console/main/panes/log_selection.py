"""The choice of the log that is shown (of the chosen fill, the newest, or all running ones), and the pane's title."""

from collections.abc import Sequence
from dataclasses import dataclass

from anr_tui.console.drawing.format import RenderContext, zone_name
from anr_tui.console.drawing.styled_text import Span, Tone, styled
from anr_tui.console.interfaces import View
from anr_tui.console.logs.log_files import MergedLog
from anr_tui.console.logs.log_pane import LogPane
from anr_tui.console.main.panes.pane import Pane
from anr_tui.console.tables.row_summary import name_of
from anr_tui.domain.fill import Fill
from anr_tui.view.snapshot.snapshot import FillRow, GapRow


@dataclass(frozen=True, slots=True)
class ChosenLog:
    """The fill whose log is shown, and whether a person chose it."""

    fill: Fill
    words: str
    is_by_hand: bool


class LogSelection:
    """Chooses which log the log pane shows."""

    def __init__(self, view: View, body: LogPane, pane: Pane) -> None:
        self._view = view
        self._body = body
        self._pane = pane
        self._logged: ChosenLog | None = None
        self._merged: MergedLog | None = None

    @property
    def is_by_hand(self) -> bool:
        """Whether a person chose the fill, so that a newer one does not replace it."""
        return self._logged is not None and self._logged.is_by_hand

    def show(self, row: GapRow | FillRow | None, context: RenderContext, *, by_hand: bool) -> None:
        """Show the log of this row's fill, if it has one; only a person's choice ends the view of all running fills."""
        if row is None or row.fill is None or (self._merged is not None and not by_hand):
            return
        self._merged = None
        self._logged = ChosenLog(row.fill, name_of(row.camera_name, row.fill.window, context), by_hand)
        self._body.show_file(self._view.lookups.log_path(row.fill), "no line yet")
        self.show_title(context)
        self._body.read_soon()

    def follow(self, fills: Sequence[FillRow]) -> None:
        """Add fills that have begun to the view of all running fills."""
        if self._merged is not None:
            running = {self._view.lookups.log_path(row.fill): row.camera_name for row in fills if row.is_running}
            self._merged.set_files(running)

    def toggle_merged(self, fills: Sequence[FillRow], context: RenderContext) -> None:
        """Switch between the logs of all running fills as one and the log of one fill."""
        if self._merged is None:
            self._merged = MergedLog()
            self.follow(fills)
            self._body.show_merged(self._merged, "no fill runs")
        else:
            self._merged = None
            path = self._view.lookups.log_path(self._logged.fill) if self._logged else None
            self._body.show_file(path, "no line yet")
        self._body.read_soon()
        self.show_title(context)

    def show_title(self, context: RenderContext) -> None:
        """Show the title: the fill of the log, the options in force, and the zone of the times."""
        whose = (
            "of all running fills, times in UTC" if self._merged else f"of {self._logged.words}" if self._logged else ""
        )
        if not whose:
            self._pane.set_title("Log")
            return
        held = f"paused: {context.keys.first('move.last')} follows"
        follow = Span("FOLLOW", Tone.OK) if self._body.is_following else Span(held, Tone.WARN)
        modes = styled(f"{self._body.modes} ", Tone.WARN) if self._body.modes else ()
        self._pane.set_title("Log", whose, (*modes, *styled(f"{zone_name(context)} ", Tone.DIM), follow))
