"""The keys that work in a table: filter, order, marks, faults. Each acts on the table that has the focus."""

from collections.abc import Callable, Mapping
from typing import Any

from anr_tui.console.drawing.status_message import Said
from anr_tui.console.drawing.styled_text import Role
from anr_tui.console.keys.actions import Place
from anr_tui.console.tables.table_state import Desk

Say = Callable[[Said], None]


def desk_actions(desks: Mapping[Place, Desk[Any]], place: Place | None, say: Say) -> dict[str, Callable[[], object]]:
    """What the keys do in this place, by the ids of their actions; nothing where no table has the focus."""
    desk = desks.get(place) if place else None
    if desk is None:
        return {}
    here: Desk[Any] = desk

    def turn_faults() -> None:
        only_faults = not here.order.only_faults
        for each in desks.values():
            each.set_only_faults(only_faults)

    def go_to_fault(step: int) -> None:
        if not here.go_to_fault(step):
            say(Said("Nothing in this table needs anybody.", Role.OK))

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
