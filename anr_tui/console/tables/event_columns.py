"""The columns of the events, and which alarms have not been seen yet."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from anr_tui.console.drawing.format import RenderContext, stamp
from anr_tui.console.drawing.styled_text import Spans, Tone, styled
from anr_tui.console.tables.columns import Column
from anr_tui.domain.event import EventKind
from anr_tui.journal.tables.rows import Event

ALARM_LASTS = timedelta(days=1)
"""An alarm from before this is history to somebody who opens a console now."""

_TONES = {
    EventKind.ALARM: Tone.BAD,
    EventKind.ALARM_OVER: Tone.OK,
    EventKind.GAP_FAILED: Tone.BAD,
    EventKind.GAP_FILLED: Tone.OK,
    EventKind.REFUSED: Tone.WARN,
    EventKind.CAMERA_SET_ASIDE: Tone.WARN,
    EventKind.JOURNAL_SET_ASIDE: Tone.WARN,
    EventKind.URL_REVEALED: Tone.WARN,
    EventKind.HALTED: Tone.WARN,
    EventKind.PAUSED: Tone.WARN,
    EventKind.WORKER_TOOK_OVER: Tone.WARN,
}
_TONE_OF_KIND: dict[str, Tone] = {kind.value: tone for kind, tone in _TONES.items()}


def kind_words(event: Event) -> str:
    """The kind of an event as text; an alarm is in capitals, so that it stands out without a colour."""
    return "ALARM" if event.kind == EventKind.ALARM else event.kind.replace("_", " ")


def _tone(event: Event) -> Tone:
    return _TONE_OF_KIND.get(event.kind, Tone.DIM)


def _words(event: Event, context: RenderContext, width: int) -> Spans:
    return styled(event.words, Tone.BAD if event.kind == EventKind.ALARM else Tone.PLAIN)


EVENT_COLUMNS: tuple[Column[Event], ...] = (
    Column(
        "time",
        lambda event, context, width: styled(stamp(event.at, context, width), Tone.DIM),
        14,
        rank=0,
        is_time=True,
    ),
    Column("what", lambda event, context, width: styled(kind_words(event), _tone(event)), 16, rank=1),
    Column("who", lambda event, context, width: styled(event.who, Tone.DIM), 12, 18, rank=3),
    Column("camera", lambda event, context, width: styled(event.camera_id or "", Tone.STRONG), 12, 20, rank=4),
    Column("in words", _words, 30, 400, rank=2),
)


def event_words(event: Event, context: RenderContext) -> Spans:
    """The whole event as text, for the status line."""
    return (
        *styled(f"{stamp(event.at, context)} {kind_words(event)}: ", Tone.STRONG),
        *styled(f"{event.words} ({event.who})", Tone.DIM),
    )


class Alarms:
    """Which alarms came since the person at this console last opened the events."""

    def __init__(self) -> None:
        self._seen_id = 0

    def unseen(self, events: Sequence[Event], now: datetime) -> tuple[Event, ...]:
        """The alarms among these events that are not seen yet and younger than ALARM_LASTS, newest first."""
        alarms = (event for event in events if event.kind == EventKind.ALARM and event.id > self._seen_id)
        return tuple(event for event in alarms if now - event.at < ALARM_LASTS)

    def see(self, events: Sequence[Event]) -> None:
        """Note that these events have been seen."""
        self._seen_id = max([self._seen_id, *(event.id for event in events)])
