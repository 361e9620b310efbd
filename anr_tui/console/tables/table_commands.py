"""The keys that work in a table: filter, order, marks, faults. Each acts on the table that has the focus."""

from collections.abc import Callable, Mapping
from typing import Any

from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.keys.actions import Place
from anr_tui.console.tables.table_state import TableState

Say = Callable[[StatusMessage], None]


def table_actions(
    table_states: Mapping[Place, TableState[Any]], place: Place | None, say: Say
) -> dict[str, Callable[[], object]]:
    """What the keys do in this place, by the ids of their actions; nothing where no table has the focus."""
    table_state = table_states.get(place) if place else None
    if table_state is None:
        return {}
    here: TableState[Any] = table_state

    def turn_faults() -> None:
        only_faults = not here.order.only_faults
        for each in table_states.values():
            each.set_only_faults(only_faults)

    def go_to_fault(step: int) -> None:
        if not here.go_to_fault(step):
            say(StatusMessage("Nothing in this table needs anybody.", Tone.OK))

    return {
        "table.sort": here.sort_by_next,
        "table.turn": here.turn,
        "table.clear": here.clear,
        "faults.only": turn_faults,
        "faults.next": lambda: go_to_fault(1),
        "faults.previous": lambda: go_to_fault(-1),
        "mark.turn": here.mark,
        "mark.range": here.mark_range,
        "mark.down": lambda: here.extend(1),
        "mark.up": lambda: here.extend(-1),
        "mark.all": here.mark_all,
        "mark.invert": here.invert,
    }
