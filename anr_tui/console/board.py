"""Cameras, gaps, fills and the log of one fill: what is shown of a snapshot, and what is chosen in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message

from anr_tui.console.actions import Place
from anr_tui.console.deeds import Chosen
from anr_tui.console.details import camera_words, fill_words, gap_words, name_of
from anr_tui.console.events import EVENT_COLUMNS, event_words
from anr_tui.console.ink import Ink, Inks, Role, ink
from anr_tui.console.log_pane import LogPane
from anr_tui.console.pane import Pane
from anr_tui.console.ports import View
from anr_tui.console.rows import CAMERA_COLUMNS, FILL_COLUMNS, GAP_COLUMNS
from anr_tui.console.table import LineTable
from anr_tui.console.words import Look, count, zone_name
from anr_tui.journal.rows import Event
from anr_tui.model import Fill
from anr_tui.view.snapshot import CameraRow, FillRow, GapRow, Snapshot, WorkerRow, WorkerState


@dataclass(frozen=True, slots=True)
class Logged:
    """The fill whose log is shown, and whether a person chose it."""

    fill: Fill
    words: str
    is_by_hand: bool


@dataclass(frozen=True, slots=True)
class Scoped:
    """The gaps of one camera, or of all where `camera_id` is None, out of those a snapshot has."""

    source: tuple[GapRow, ...]
    camera_id: str | None
    rows: tuple[GapRow, ...]


class Board(Container):
    """The five panes; the events have their place only on the whole screen."""

    @dataclass
    class ChoiceChanged(Message):
        """A person chose another row."""

    @dataclass
    class PlaceChanged(Message):
        """The focus went to another pane."""

        place: Place | None

    @dataclass
    class CameraOpened(Message):
        """A camera was double-clicked."""

    @dataclass
    class LogOpened(Message):
        """A gap or a fill was double-clicked."""

    @dataclass
    class EventOpened(Message):
        """An event was double-clicked."""

    def __init__(self, view: View, look: Look) -> None:
        super().__init__(id="board")
        self._view = view
        self._look = look
        self._snapshot: Snapshot | None = None
        self._scoped: Scoped | None = None
        self._logged: Logged | None = None
        self.is_one_camera = False
        self.cameras = LineTable(CAMERA_COLUMNS, _camera_key, look, if_empty="no cameras", place=Place.CAMERAS)
        self.gaps = LineTable(GAP_COLUMNS, _gap_key, look, if_empty="no gaps", place=Place.GAPS)
        self.fills = LineTable(FILL_COLUMNS, _fill_key, look, if_empty="no fills yet", place=Place.FILLS)
        self.events = LineTable(EVENT_COLUMNS, _event_key, look, if_empty="nothing happened yet", place=Place.EVENTS)
        self.log_pane = LogPane(look.glyphs, place=Place.LOG)
        self.panes = {
            Place.CAMERAS: Pane(Place.CAMERAS, self.cameras, look.glyphs),
            Place.GAPS: Pane(Place.GAPS, self.gaps, look.glyphs),
            Place.FILLS: Pane(Place.FILLS, self.fills, look.glyphs),
            Place.LOG: Pane(Place.LOG, self.log_pane, look.glyphs),
            Place.EVENTS: Pane(Place.EVENTS, self.events, look.glyphs),
        }

    def compose(self) -> ComposeResult:
        with Container(id="tables"):
            yield self.panes[Place.CAMERAS]
            yield self.panes[Place.GAPS]
        yield self.panes[Place.FILLS]
        yield self.panes[Place.LOG]
        yield self.panes[Place.EVENTS]

    @property
    def place(self) -> Place | None:
        """Where the focus is."""
        focused = self.screen.focused if self.is_attached else None
        return Place(focused.id) if focused is not None and focused.id in set(Place) else None

    def show(self, snapshot: Snapshot, look: Look) -> None:
        """Bring everything up to this snapshot and moment; what reads the same is not painted again."""
        self._snapshot, self._look = snapshot, look
        self.cameras.set_rows(snapshot.cameras, look)
        self.gaps.set_rows(self._gaps_in_scope(snapshot), look)
        by_hand = self._logged is not None and self._logged.is_by_hand
        self.fills.set_rows(snapshot.fills, look, stay_on_top=not by_hand)
        self.events.set_rows(snapshot.events[::-1], look, stay_at_end=True)
        if not by_hand:
            self._show_log(self.fills.row, by_hand=False)
        self._show_titles(snapshot, look)

    def toggle_scope(self) -> None:
        """Gaps of all cameras, or of the chosen one."""
        self._set_scope(not self.is_one_camera)

    def open_camera(self) -> None:
        """Only the chosen camera's gaps, and to them."""
        self._set_scope(True)
        self.gaps.focus()

    def chosen(self) -> Chosen:
        """What the keys act on here."""
        worker = self._snapshot.worker if self._snapshot else WorkerRow(WorkerState.NONE)
        gap, fill = self.gaps.row, self.fills.row
        if self.place is Place.GAPS and gap is not None:
            running = gap.fill if gap.is_filling else None
            return Chosen(worker, gap.id, name_of(gap.camera_name, gap.window, self._look), running)
        if self.place is Place.FILLS and fill is not None:
            words = name_of(fill.camera_name, fill.fill.window, self._look)
            return Chosen(worker, fill.fill.gap_id, words, fill.fill if fill.is_running else None)
        return Chosen(worker)

    def detail(self) -> Inks:
        """The chosen row of the focused pane, in a sentence."""
        if self.place is Place.CAMERAS and self.cameras.row is not None:
            return camera_words(self.cameras.row, self._look)
        if self.place is Place.GAPS and self.gaps.row is not None:
            return gap_words(self.gaps.row, self._look)
        if self.place is Place.FILLS and self.fills.row is not None:
            return fill_words(self.fills.row, self._look)
        if self.place is Place.EVENTS and self.events.row is not None:
            return event_words(self.events.row, self._look)
        return ()

    def choose_event(self) -> LineTable[Any] | None:
        """Choose the fill, gap or camera that the chosen event is about; the answer is the table that has it."""
        event = self.events.row
        if event is None:
            return None
        if event.gap_id is not None and self.is_one_camera:
            self.toggle_scope()
        if event.fill_id is not None and self.fills.choose(event.fill_id):
            self._show_log(self.fills.row, by_hand=True)
            return self.fills
        if event.gap_id is not None and self.gaps.choose(event.gap_id):
            self._show_log(self.gaps.row, by_hand=True)
            return self.gaps
        if event.camera_id is not None and self.cameras.choose(event.camera_id):
            return self.cameras
        return None

    def choose_log(self) -> None:
        """Show the log of what is chosen, if it has one."""
        if self.place is Place.FILLS:
            self._show_log(self.fills.row, by_hand=True)
        elif self.place is Place.GAPS:
            self._show_log(self.gaps.row, by_hand=True)

    @on(LineTable.RowChosen)
    def _follow_cursor(self, event: LineTable.RowChosen) -> None:
        event.stop()
        if event.table is self.cameras and self.is_one_camera and self._snapshot:
            self.show(self._snapshot, self._look)
        self.choose_log()
        self.post_message(self.ChoiceChanged())

    @on(LineTable.RowOpened)
    def _open_row(self, event: LineTable.RowOpened) -> None:
        event.stop()
        if event.table is self.cameras:
            self.post_message(self.CameraOpened())
        else:
            self.post_message(self.EventOpened() if event.table is self.events else self.LogOpened())

    @on(LogPane.FollowChanged)
    def _say_follow(self, event: LogPane.FollowChanged) -> None:
        event.stop()
        self._show_log_title()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self.post_message(self.PlaceChanged(self.place))

    def _set_scope(self, is_one_camera: bool) -> None:
        self.is_one_camera = is_one_camera
        if self._snapshot:
            self.show(self._snapshot, self._look)

    def _gaps_in_scope(self, snapshot: Snapshot) -> Sequence[GapRow]:
        """The very same rows as before while neither the gaps nor the scope changed: 100,000 are not sifted idly."""
        camera = self.cameras.row if self.is_one_camera else None
        camera_id = camera.id if camera else None
        scoped = self._scoped
        if scoped is None or scoped.source is not snapshot.gaps or scoped.camera_id != camera_id:
            rows = snapshot.gaps
            if camera_id is not None:
                rows = tuple(row for row in rows if row.gap.camera_id == camera_id)
            self._scoped = scoped = Scoped(snapshot.gaps, camera_id, rows)
        return scoped.rows

    def _show_log(self, row: GapRow | FillRow | None, *, by_hand: bool) -> None:
        if row is None or row.fill is None:
            return
        words = name_of(row.camera_name, row.fill.window, self._look)
        self._logged = Logged(row.fill, words, by_hand)
        self.log_pane.show_file(self._view.log_path(row.fill), "no line yet")
        self._show_log_title()
        self.log_pane.read_soon()

    def _show_titles(self, snapshot: Snapshot, look: Look) -> None:
        camera = self.cameras.row
        scope = f"of {camera.name}" if self.is_one_camera and camera else "of all cameras"
        self.panes[Place.CAMERAS].set_title("Cameras", str(len(snapshot.cameras)))
        self.panes[Place.GAPS].set_title("Gaps", f"{len(self.gaps.rows)} {scope}", ink(zone_name(look), Role.DIM))
        running = sum(row.is_running for row in snapshot.fills)
        self.panes[Place.FILLS].set_title("Fills", count(running, "running", "running"))
        self.panes[Place.EVENTS].set_title("Events", f"the newest {len(snapshot.events)}, the last at the bottom")
        self._show_log_title()

    def _show_log_title(self) -> None:
        if self._logged is None:
            self.panes[Place.LOG].set_title("Log")
            return
        follow = Ink("FOLLOW", Role.OK) if self.log_pane.is_following else Ink("paused: G follows", Role.WARN)
        self.panes[Place.LOG].set_title("Log", f"of {self._logged.words}", (follow,))


def _camera_key(row: CameraRow) -> str:
    return row.id


def _gap_key(row: GapRow) -> str:
    return row.id


def _event_key(row: Event) -> int:
    return row.id


def _fill_key(row: FillRow) -> int:
    return row.fill.id
