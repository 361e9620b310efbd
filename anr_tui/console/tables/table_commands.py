"""The commands for tables: filter, order, marks, faults. Each acts on the table with the focus."""

from collections.abc import Callable, Mapping
from typing import Any

from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.keys.actions import Place
from anr_tui.console.keys.handlers import handles
from anr_tui.console.tables.table_state import TableState


class TableCommands:
    """Carries out the commands on the table in the focused pane; nothing happens where there is none."""

    def __init__(
        self,
        table_states: Mapping[Place, TableState[Any]],
        place: Callable[[], Place | None],
        show_message: Callable[[StatusMessage], None],
    ) -> None:
        """`place` is called for each key; `show_message` puts a sentence on the status line."""
        self._table_states = table_states
        self._place = place
        self._show_message = show_message

    @property
    def _focused(self) -> list[TableState[Any]]:
        """The table with the focus, in a list that is empty where there is none."""
        place = self._place()
        return [self._table_states[place]] if place is not None and place in self._table_states else []

    @handles("table.sort")
    def _sort(self) -> None:
        for table in self._focused:
            table.sort_by_next()

    @handles("table.turn")
    def _turn_order(self) -> None:
        for table in self._focused:
            table.turn_order()

    @handles("table.clear")
    def _clear(self) -> None:
        for table in self._focused:
            table.clear()

    @handles("faults.only")
    def _toggle_faults_only(self) -> None:
        """Show only faults, or all rows, in all tables, toggled by the state of the focused one."""
        for focused in self._focused:
            only_faults = not focused.order.only_faults
            for table in self._table_states.values():
                table.set_only_faults(only_faults)

    @handles("faults.next")
    def _next_fault(self) -> None:
        self._go_to_fault(1)

    @handles("faults.previous")
    def _previous_fault(self) -> None:
        self._go_to_fault(-1)

    @handles("mark.turn")
    def _mark(self) -> None:
        for table in self._focused:
            table.mark()

    @handles("mark.range")
    def _mark_range(self) -> None:
        for table in self._focused:
            table.mark_range()

    @handles("mark.down")
    def _mark_down(self) -> None:
        for table in self._focused:
            table.extend(1)

    @handles("mark.up")
    def _mark_up(self) -> None:
        for table in self._focused:
            table.extend(-1)

    @handles("mark.all")
    def _mark_all(self) -> None:
        for table in self._focused:
            table.mark_all()

    @handles("mark.invert")
    def _invert(self) -> None:
        for table in self._focused:
            table.invert()

    def _go_to_fault(self, step: int) -> None:
        for table in self._focused:
            if not table.go_to_fault(step):
                self._show_message(StatusMessage("No row in this table needs a person.", Tone.OK))
