"""The header as a widget: the newest snapshot, what hinders reading it, and the alarms that nobody has seen yet."""

from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.line_box import LineBox
from anr_tui.console.main.header import HeaderState, header_lines
from anr_tui.console.main.snapshot_poller import SnapshotPoller
from anr_tui.console.tables.event_columns import Alarms
from anr_tui.platform.glyphs import Glyphs


class SiteHeader(LineBox):
    """Shows what `site` has read; an alarm stays until the events have been on the screen after it."""

    def __init__(self, site: SnapshotPoller, glyphs: Glyphs, *, is_read_only: bool, place: str) -> None:
        super().__init__(glyphs, place=place)
        self._site = site
        self._is_read_only = is_read_only
        self._alarms = Alarms()

    def show(self, context: RenderContext, width: int, *, rate: float, has_events_open: bool) -> None:
        """Bring the lines up to now, `width` cells wide; `rate` is what all fills get, in bytes a second."""
        events = self._site.snapshot.events if self._site.snapshot else ()
        if has_events_open:
            self._alarms.see(events)
        state = HeaderState(
            width=width,
            seen_at=self._site.seen_at,
            trouble=self._site.trouble,
            is_read_only=self._is_read_only,
            alarms=self._alarms.unseen(events, context.now),
            rate=rate,
        )
        self.set_lines(header_lines(self._site.snapshot, context, state))
