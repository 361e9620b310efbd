"""The panes of the main screen (cameras, gaps, fills, log, events): their content, and the chosen rows."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message

from anr_tui.console.commands.selection import MarkedGaps, Selection, gap_selection, open_requests, work_selection
from anr_tui.console.drawing.format import RenderContext, zone_name
from anr_tui.console.drawing.styled_text import Spans, Tone, styled
from anr_tui.console.interfaces import View
from anr_tui.console.keys.actions import Place
from anr_tui.console.logs.log_pane import LogPane
from anr_tui.console.main.panes.camera_scope import CameraScope
from anr_tui.console.main.panes.log_selection import LogSelection
from anr_tui.console.main.panes.pane import Pane
from anr_tui.console.main.panes.pane_heights import PaneHeights, pane_heights
from anr_tui.console.tables.camera_and_gap_columns import camera_columns
from anr_tui.console.tables.coverage_strips import Strips
from anr_tui.console.tables.event_columns import EVENT_COLUMNS, event_words
from anr_tui.console.tables.fill_columns import queue_title, work_columns, work_key
from anr_tui.console.tables.line_table import HEADER_LINES, LineTable
from anr_tui.console.tables.outage_grouping import OutageGrouping, gap_columns, outage_name, outage_words
from anr_tui.console.tables.rate_history import RateHistory
from anr_tui.console.tables.row_summary import camera_words, gap_words, work_words
from anr_tui.console.tables.table_state import TableState
from anr_tui.domain.fill import Fill
from anr_tui.journal.tables.rows import Event
from anr_tui.view.queue.activity import Work, work_gap_id, work_rows, work_table_fields
from anr_tui.view.snapshot.outages import OutageRow, single
from anr_tui.view.snapshot.snapshot import CameraRow, FillRow, GapRow, QueuedRow, Snapshot, WorkerRow, WorkerState
from anr_tui.view.tables.export import Sheet, sheet
from anr_tui.view.tables.table_fields import camera_table_fields, gap_table_fields

# For a hundred thousand rows, attrgetter is faster than a function in Python.
_STATUS_AND_FOOTER = 2
_GAP_KEY: Callable[[GapRow], str] = attrgetter("id")


class Dashboard(Container):
    """The container of the five panes; that of the events is visible only on the whole screen."""

    @dataclass
    class ChoiceChanged(Message):
        """Posted when the person chose another row."""

    @dataclass
    class PlaceChanged(Message):
        """Posted when the focus went to another pane."""

        place: Place | None

    @dataclass
    class LogOpened(Message):
        """Posted when a gap or a fill was double-clicked."""

    @dataclass
    class EventOpened(Message):
        """Posted when an event was double-clicked."""

    def __init__(self, view: View, context: RenderContext) -> None:
        super().__init__(id="dashboard")
        self._view = view
        self._render_context = context
        self._snapshot: Snapshot | None = None
        self._scope = CameraScope()
        self._shown_work: tuple[Snapshot, Sequence[Work]] | None = None
        self._shared: tuple[PaneHeights, bool] | None = None
        self.is_one_camera = False
        self.strips = Strips()
        self.rates = RateHistory()
        view.look_back(self.strips.span)
        self.cameras = LineTable(
            camera_columns(self.strips), _camera_key, context, if_empty="no cameras", place=Place.CAMERAS
        )
        self.gaps = LineTable(gap_columns(), _GAP_KEY, context, if_empty="no gaps", place=Place.GAPS)
        self.outage_grouping = OutageGrouping(self.gaps, self._show_again)
        self.fills = LineTable(work_columns(self.rates), work_key, context, if_empty="no fills yet", place=Place.FILLS)
        self.events = LineTable(EVENT_COLUMNS, _event_key, context, if_empty="nothing happened yet", place=Place.EVENTS)
        again = self._show_again
        self.cameras_state = TableState(
            self.cameras, lambda _: camera_table_fields(), context, if_empty="no cameras", when_ready=again
        )
        gaps_again = self._show_gaps_again
        self.gaps_state = TableState(
            self.gaps,
            gap_table_fields,
            context,
            if_empty="no gaps",
            when_ready=gaps_again,
            gather=self.outage_grouping.rows,
        )
        self.fills_state = TableState(self.fills, work_table_fields, context, if_empty="no fills yet", when_ready=again)
        self.table_states: dict[Place, TableState[Any]] = {
            Place.CAMERAS: self.cameras_state,
            Place.GAPS: self.gaps_state,
            Place.FILLS: self.fills_state,
        }
        self.log_pane = LogPane(place=Place.LOG)
        self.panes = {
            Place.CAMERAS: Pane(Place.CAMERAS, self.cameras, context.glyphs),
            Place.GAPS: Pane(Place.GAPS, self.gaps, context.glyphs),
            Place.FILLS: Pane(Place.FILLS, self.fills, context.glyphs),
            Place.LOG: Pane(Place.LOG, self.log_pane, context.glyphs),
            Place.EVENTS: Pane(Place.EVENTS, self.events, context.glyphs),
        }
        self.log_selection = LogSelection(view, self.log_pane, self.panes[Place.LOG])

    def compose(self) -> ComposeResult:
        with Container(id="tables"):
            yield self.panes[Place.CAMERAS]
            yield self.panes[Place.GAPS]
        yield self.panes[Place.FILLS]
        yield self.panes[Place.LOG]
        yield self.panes[Place.EVENTS]

    @property
    def place(self) -> Place | None:
        """The pane with the focus; None where it is elsewhere."""
        focused = self.screen.focused if self.is_attached else None
        return Place(focused.id) if focused is not None and focused.id in set(Place) else None

    def show(self, snapshot: Snapshot, context: RenderContext) -> None:
        """Show this snapshot at the time of `context`; cells that stay the same are not painted again."""
        self._snapshot, self._render_context = snapshot, context
        if self.strips.show(snapshot.timeline):
            self.cameras.lines.forget()
        self.cameras_state.show(snapshot.cameras, context)
        self._show_gaps(snapshot)
        if self._shown_work is None or self._shown_work[0] is not snapshot:
            self._shown_work = snapshot, work_rows(snapshot)
            self.rates.note(snapshot.fills, snapshot.read_at)
            self.fills.lines.forget()
        self.fills_state.show(self._shown_work[1], context, stay_on_top=not self.log_selection.is_by_hand)
        self.events.set_rows(snapshot.events[::-1], context, stay_at_end=True)
        self.log_selection.follow(snapshot.fills)
        if not self.log_selection.is_by_hand:
            self.log_selection.show(
                next((row for row in self.fills.rows if isinstance(row, FillRow)), None), context, by_hand=False
            )
        self._show_titles(snapshot, context)
        self.share_lines()

    def share_lines(self) -> None:
        """Give each pane the lines that it is to have by what it holds, on a screen of this height."""
        if not self.is_attached:
            return
        around = self.screen.query_one("#header").size.height + _STATUS_AND_FOOTER
        heights = pane_heights(
            self.screen.size.height - around,
            cameras=len(self.cameras.rows),
            gaps=len(self.gaps.rows),
            fills=len(self.fills.rows),
        )
        is_zoomed = self.screen.has_class("-zoomed")
        if (heights, is_zoomed) == self._shared:
            return
        self._shared = heights, is_zoomed
        self._set_rows(Place.CAMERAS, self.cameras, heights.cameras)
        self._set_rows(Place.FILLS, self.fills, heights.fills)
        self.panes[Place.LOG].set_class(heights.log is None, "-left-out")
        self.panes[Place.LOG].styles.height = None if is_zoomed else heights.log

    def _set_rows(self, place: Place, table: LineTable[Any], rows: int | None) -> None:
        self.panes[place].set_class(rows is None, "-left-out")
        table.display = rows != 0
        table.styles.height = (rows or 0) + HEADER_LINES

    def _show_gaps(self, snapshot: Snapshot) -> None:
        camera = self.cameras.row if self.is_one_camera else None
        in_scope = self._scope.rows(snapshot.gaps, camera.id if camera else None)
        self.gaps_state.show(in_scope, self._render_context, whole=snapshot.gaps)

    @property
    def can_clear(self) -> bool:
        """Whether the focused table has marks or a filter to clear."""
        return self.place in self.table_states and not self.table_states[self.place].is_plain

    def change_span(self, step: int) -> None:
        """Show coverage strips of the next longer span, or with a `step` of -1 of the next shorter one."""
        if self.strips.change_span(step):
            self.cameras.lines.forget()
            self._view.look_back(self.strips.span)
            self._show_again()

    def toggle_scope(self) -> None:
        """Switch between the gaps of all cameras and those of the chosen one."""
        self._set_scope(not self.is_one_camera)

    def open_camera(self) -> None:
        """Show only the gaps of the chosen camera, and focus them."""
        self._set_scope(True)
        self.gaps.focus()

    def chosen(self) -> Selection:
        """The gaps that commands act on: those marked in the focused pane, or else that of its chosen row."""
        worker = self._snapshot.worker if self._snapshot else WorkerRow(WorkerState.NONE)
        open_now = open_requests(self._snapshot.waiting) if self._snapshot else {}
        base = Selection(worker, marked=self._marked_gaps(), open_requests=open_now)
        gap, work = self.gaps.row, self.fills.row
        if self.place is Place.GAPS and isinstance(gap, OutageRow):
            marked = base.marked or MarkedGaps(single([gap]), self._known_fills)
            return replace(base, words=outage_name(gap, self._render_context), marked=marked)
        if self.place is Place.GAPS and gap is not None:
            return gap_selection(base, gap, self._render_context)
        if self.place is Place.FILLS and work is not None:
            return work_selection(base, work, self._render_context)
        return base

    @property
    def camera(self) -> CameraRow | None:
        """The chosen camera, or the camera of the chosen gap or fill."""
        if self.place is Place.CAMERAS or self._snapshot is None:
            return self.cameras.row
        camera_id = self.chosen().camera_id
        return next((row for row in self._snapshot.cameras if row.id == camera_id), None)

    @property
    def _known_fills(self) -> list[Fill]:
        return [row.fill for row in self._snapshot.fills] if self._snapshot else []

    def _marked_gaps(self) -> MarkedGaps | None:
        """The gaps that are marked in the focused pane, or those of the marked fills."""
        keys: list[Hashable]
        if self.place is Place.GAPS and (rows := self.gaps_state.picked):
            keys = [row.id for row in rows]
            return MarkedGaps(single(rows), self._known_fills, lambda: self.gaps_state.drop_marks(keys))
        if self.place is Place.FILLS and self._snapshot and (marked := self.fills_state.picked):
            keys, wanted = [work_key(row) for row in marked], {work_gap_id(row) for row in marked}
            gaps = [row for row in self._snapshot.gaps if row.id in wanted]
            return MarkedGaps(gaps, self._known_fills, lambda: self.fills_state.drop_marks(keys))
        return None

    def sheet(self) -> Sheet | None:
        """The focused table as shown, for export; None where the focus is on no table."""
        focused = self.screen.focused
        if not isinstance(focused, LineTable) or not focused.id:
            return None
        rows = single(focused.rows) if focused is self.gaps else focused.rows
        return sheet(focused.id, [row for row in rows if not isinstance(row, QueuedRow)])

    def detail(self) -> Spans:
        """The chosen row of the focused pane in a sentence."""
        if self.place is Place.CAMERAS and self.cameras.row is not None:
            return camera_words(self.cameras.row, self._render_context)
        if self.place is Place.GAPS and isinstance(self.gaps.row, OutageRow):
            words = f"{outage_name(self.gaps.row, self._render_context)}: {outage_words(self.gaps.row)}"
            return styled(words, Tone.STRONG)
        if self.place is Place.GAPS and self.gaps.row is not None:
            return gap_words(self.gaps.row, self._render_context)
        if self.place is Place.FILLS and self.fills.row is not None:
            return work_words(self.fills.row, self._render_context)
        if self.place is Place.EVENTS and self.events.row is not None:
            return event_words(self.events.row, self._render_context)
        return ()

    def choose_event(self) -> LineTable[Any] | None:
        """Choose the fill, gap or camera of the chosen event; returns its table, or None."""
        event = self.events.row
        if event is None:
            return None
        if event.gap_id is not None and self.is_one_camera:
            self.toggle_scope()
        if event.fill_id is not None and self.fills.choose(event.fill_id):
            self._show_log_of(self.fills.row)
            return self.fills
        if event.gap_id is not None:
            self.outage_grouping.open_around(event.gap_id)
        if event.gap_id is not None and self.gaps.choose(event.gap_id):
            self.log_selection.show(self.gaps.row, self._render_context, by_hand=True)
            return self.gaps
        if event.camera_id is not None and self.cameras.choose(event.camera_id):
            return self.cameras
        return None

    def _show_log_of(self, row: Work | None) -> None:
        """Show the log of this row's fill; a waiting gap has none."""
        if isinstance(row, FillRow):
            self.log_selection.show(row, self._render_context, by_hand=True)

    def choose_log(self) -> None:
        """Show the log of the chosen fill or gap, if it has one."""
        if self.place is Place.FILLS:
            self._show_log_of(self.fills.row)
        elif self.place is Place.GAPS:
            self.log_selection.show(self.gaps.row, self._render_context, by_hand=True)

    @on(LineTable.RowChosen)
    def _follow_cursor(self, event: LineTable.RowChosen) -> None:
        event.stop()
        if event.table is self.cameras and self.is_one_camera and self._snapshot:
            self.show(self._snapshot, self._render_context)
        self.choose_log()
        self.post_message(self.ChoiceChanged())

    @on(LineTable.RowOpened)
    def _open_row(self, event: LineTable.RowOpened) -> None:
        event.stop()
        if event.table is self.cameras:
            self.open_camera()
        else:
            self.post_message(self.EventOpened() if event.table is self.events else self.LogOpened())

    @on(LineTable.HeadClicked)
    def _sort(self, event: LineTable.HeadClicked) -> None:
        event.stop()
        for table_state in self.table_states.values():
            if table_state.table is event.table:
                table_state.sort_by(event.title)

    @on(LogPane.MergeToggled)
    def _toggle_merged_log(self, event: LogPane.MergeToggled) -> None:
        """The logs of all running fills as one, or of one fill again."""
        event.stop()
        self.log_selection.toggle_merged(self._snapshot.fills if self._snapshot else (), self._render_context)

    @on(LogPane.FollowChanged)
    def _show_follow(self, event: LogPane.FollowChanged) -> None:
        event.stop()
        self.log_selection.show_title(self._render_context)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self.post_message(self.PlaceChanged(self.place))

    def _set_scope(self, is_one_camera: bool) -> None:
        self.is_one_camera = is_one_camera
        self._show_again()

    def _show_again(self) -> None:
        if self._snapshot:
            self.show(self._snapshot, self._render_context)

    def _show_gaps_again(self) -> None:
        """Show only the gaps anew: their marks, order and filter change no other table."""
        if self._snapshot:
            self._show_gaps(self._snapshot)
            self._show_titles(self._snapshot, self._render_context)

    def _show_titles(self, snapshot: Snapshot, context: RenderContext) -> None:
        camera = self.cameras.row
        scope = f"of {camera.name}" if self.is_one_camera and camera else "of all cameras"
        self.panes[Place.CAMERAS].set_title(
            "Cameras",
            self.cameras_state.count_words + self.cameras_state.notes,
            styled(f"coverage of the last {self.strips.words}", Tone.DIM),
        )
        self.panes[Place.GAPS].set_title(
            "Gaps",
            f"{self.gaps_state.count_words} {scope}{self.gaps_state.notes}",
            styled(zone_name(context), Tone.DIM),
        )
        self.panes[Place.FILLS].set_title("Fills", queue_title(snapshot) + self.fills_state.shown_words)
        self.panes[Place.EVENTS].set_title(
            "Events", f"the newest {len(snapshot.events)}, the last at the bottom", styled(zone_name(context), Tone.DIM)
        )
        self.log_selection.show_title(self._render_context)


def _camera_key(row: CameraRow) -> str:
    return row.id


def _event_key(row: Event) -> int:
    return row.id
