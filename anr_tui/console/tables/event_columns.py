"""The columns of the events, and the alarms that have not been seen yet."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from anr_tui.console.drawing.format import RenderContext, stamp
from anr_tui.console.drawing.styled_text import SEVERITY_TONES, Spans, Tone, styled
from anr_tui.console.tables.columns import Column
from anr_tui.domain.event import event_traits
from anr_tui.journal.tables.rows import Event

ALARM_LASTS = timedelta(days=1)
"""The age after which an alarm no longer concerns a person who opens a console."""


def kind_words(event: Event) -> str:
    """The kind of an event in words."""
    return event_traits(event.kind).words


def _kind(event: Event, context: RenderContext, width: int) -> Spans:
    traits = event_traits(event.kind)
    return styled(traits.words, SEVERITY_TONES[traits.severity])


def _words(event: Event, context: RenderContext, width: int) -> Spans:
    return styled(event.words, Tone.BAD if event_traits(event.kind).is_alarm else Tone.PLAIN)


EVENT_COLUMNS: tuple[Column[Event], ...] = (
    Column(
        "time",
        lambda event, context, width: styled(stamp(event.at, context, width), Tone.DIM),
        14,
        rank=0,
        is_time=True,
    ),
    Column("what", _kind, 16, rank=1),
    Column("who", lambda event, context, width: styled(event.who, Tone.DIM), 12, 18, rank=3),
    Column("camera", lambda event, context, width: styled(event.camera_id or "", Tone.STRONG), 12, 20, rank=4),
    Column("in words", _words, 30, 400, rank=2),
)


def event_words(event: Event, context: RenderContext) -> Spans:
    """A whole event as text, for the status line."""
    return (
        *styled(f"{stamp(event.at, context)} {kind_words(event)}: ", Tone.STRONG),
        *styled(f"{event.words} ({event.who})", Tone.DIM),
    )


class Alarms:
    """Tracks which alarms came since the person at this console last opened the events."""

    def __init__(self) -> None:
        self._seen_id = 0

    def unseen(self, events: Sequence[Event], now: datetime) -> tuple[Event, ...]:
        """The unseen alarms among these events, newest first as the events are."""
        alarms = (event for event in events if event_traits(event.kind).is_alarm and event.id > self._seen_id)
        return tuple(event for event in alarms if now - event.at < ALARM_LASTS)

    def see(self, events: Sequence[Event]) -> None:
        """Note that these events have been seen."""
        self._seen_id = max([self._seen_id, *(event.id for event in events)])
