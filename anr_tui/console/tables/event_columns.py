"""What happened on the site, as a table that reads like a log; and which alarms nobody has seen yet."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from anr_tui.console.drawing.format import Look, stamp
from anr_tui.console.drawing.styled_text import Inks, Role, ink
from anr_tui.console.tables.columns import Column
from anr_tui.domain.event import EventKind
from anr_tui.journal.tables.rows import Event

ALARM_LASTS = timedelta(days=1)
"""An alarm from before this is history to somebody who opens a console now."""

_ROLES = {
    EventKind.ALARM: Role.BAD,
    EventKind.ALARM_OVER: Role.OK,
    EventKind.GAP_FAILED: Role.BAD,
    EventKind.GAP_FILLED: Role.OK,
    EventKind.REFUSED: Role.WARN,
    EventKind.CAMERA_SET_ASIDE: Role.WARN,
    EventKind.JOURNAL_SET_ASIDE: Role.WARN,
    EventKind.URL_REVEALED: Role.WARN,
    EventKind.HALTED: Role.WARN,
    EventKind.PAUSED: Role.WARN,
    EventKind.WORKER_TOOK_OVER: Role.WARN,
}
_ROLE_OF_KIND: dict[str, Role] = {kind.value: role for kind, role in _ROLES.items()}


def kind_words(event: Event) -> str:
    """A kind of event as people read it; an alarm stands out without a colour."""
    return "ALARM" if event.kind == EventKind.ALARM else event.kind.replace("_", " ")


def _role(event: Event) -> Role:
    return _ROLE_OF_KIND.get(event.kind, Role.DIM)


def _words(event: Event, look: Look, width: int) -> Inks:
    return ink(event.words, Role.BAD if event.kind == EventKind.ALARM else Role.PLAIN)


EVENT_COLUMNS: tuple[Column[Event], ...] = (
    Column("time", lambda event, look, width: ink(stamp(event.at, look, width), Role.DIM), 14, rank=0, is_time=True),
    Column("what", lambda event, look, width: ink(kind_words(event), _role(event)), 16, rank=1),
    Column("who", lambda event, look, width: ink(event.who, Role.DIM), 12, 18, rank=3),
    Column("camera", lambda event, look, width: ink(event.camera_id or "", Role.STRONG), 12, 20, rank=4),
    Column("in words", _words, 30, 400, rank=2),
)


def event_words(event: Event, look: Look) -> Inks:
    """An event written out, for the status line."""
    return (
        *ink(f"{stamp(event.at, look)} {kind_words(event)}: ", Role.STRONG),
        *ink(f"{event.words} ({event.who})", Role.DIM),
    )


class Alarms:
    """The alarms of this console's person: those that came since the events were last looked at."""

    def __init__(self) -> None:
        self._seen_id = 0

    def unseen(self, events: Sequence[Event], now: datetime) -> tuple[Event, ...]:
        """The newest first, out of the newest events."""
        alarms = (event for event in events if event.kind == EventKind.ALARM and event.id > self._seen_id)
        return tuple(event for event in alarms if now - event.at < ALARM_LASTS)

    def see(self, events: Sequence[Event]) -> None:
        """A person looks at them."""
        self._seen_id = max([self._seen_id, *(event.id for event in events)])
