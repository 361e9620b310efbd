"""The kinds of events, and what each kind means: a table with one row for each, from which everything else reads.

docs/events.md shows the same table; a test keeps the two the same.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from anr_tui.domain.severity import Severity
from anr_tui.domain.total_table import total_table


class EventKind(StrEnum):
    """The kind of an event, with the same name in the journal, in JSON, for the hook and on the screen."""

    WORKER_STARTED = "worker_started"
    WORKER_TOOK_OVER = "worker_took_over"
    WORKER_ENDED = "worker_ended"
    PAUSED = "paused"
    RESUMED = "resumed"
    HALTED = "halted"
    WENT_ON = "went_on"
    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    FILL_STARTED = "fill_started"
    FILL_ENDED = "fill_ended"
    GAP_FILLED = "gap_filled"
    GAP_FAILED = "gap_failed"
    CAMERA_SET_ASIDE = "camera_set_aside"
    CAMERA_BACK = "camera_back"
    ALARM = "alarm"
    ALARM_OVER = "alarm_over"
    PART_EXPIRES = "part_expires"
    PART_DROPPED = "part_dropped"
    CAMERA_ADDED = "camera_added"
    CAMERA_CHANGED = "camera_changed"
    URL_REVEALED = "url_revealed"
    JOURNAL_SET_ASIDE = "journal_set_aside"


@dataclass(frozen=True, slots=True)
class EventTraits:
    """The meaning of a kind of event.

    `words` name it for people, `cause` says what happened, both as in docs/events.md. An alarm (`is_alarm`) is marked
    by more than a colour, and is shown until somebody has seen it.
    """

    words: str
    cause: str
    severity: Severity
    is_alarm: bool = False


EVENT_TRAITS: Mapping[EventKind, EventTraits] = total_table(
    EventKind,
    {
        EventKind.WORKER_STARTED: EventTraits(
            "worker started", "a worker took the site; the sentence says whether it starts paused", Severity.CALM
        ),
        EventKind.WORKER_TOOK_OVER: EventTraits(
            "worker took over",
            "a worker took the site from one that died or could not keep the site",
            Severity.WARNING,
        ),
        EventKind.WORKER_ENDED: EventTraits(
            "worker ended", "a worker ended normally, or gave up; the sentence says why", Severity.CALM
        ),
        EventKind.PAUSED: EventTraits("paused", "somebody paused the sweep", Severity.WARNING),
        EventKind.RESUMED: EventTraits("resumed", "somebody let the sweep continue", Severity.CALM),
        EventKind.HALTED: EventTraits("halted", "somebody halted all fetching", Severity.WARNING),
        EventKind.WENT_ON: EventTraits("went on", "somebody let fetching continue", Severity.CALM),
        EventKind.ASKED: EventTraits(
            "asked",
            "somebody asked for something; if somebody else has asked for the same already, both share one request",
            Severity.CALM,
        ),
        EventKind.DONE: EventTraits("done", "a request was carried out", Severity.CALM),
        EventKind.REFUSED: EventTraits(
            "refused", "a request was not carried out; the sentence says why", Severity.WARNING
        ),
        EventKind.WITHDRAWN: EventTraits(
            "withdrawn", "somebody withdrew a request before a worker took it", Severity.CALM
        ),
        EventKind.FILL_STARTED: EventTraits("fill started", "a fill began", Severity.CALM),
        EventKind.FILL_ENDED: EventTraits(
            "fill ended", "a fill ended; the sentence says with which outcome", Severity.CALM
        ),
        EventKind.GAP_FILLED: EventTraits("gap filled", "a gap's seconds are on disk", Severity.GOOD),
        EventKind.GAP_FAILED: EventTraits(
            "gap failed", "a gap's attempts are used up: it waits for a person", Severity.BAD
        ),
        EventKind.CAMERA_SET_ASIDE: EventTraits(
            "camera set aside",
            "the sweep does not contact a camera for a while, or until a person acts",
            Severity.WARNING,
        ),
        EventKind.CAMERA_BACK: EventTraits("camera back", "the sweep contacts the camera again", Severity.CALM),
        EventKind.ALARM: EventTraits(
            "ALARM",
            "something needs a person: the disk is full, a camera's files cannot be used, or sweeping fails",
            Severity.BAD,
            is_alarm=True,
        ),
        EventKind.ALARM_OVER: EventTraits(
            "alarm over", "an alarm is over; when the worker ends, its alarms end too", Severity.GOOD
        ),
        EventKind.PART_EXPIRES: EventTraits(
            "part expires",
            "footage that arrived and found no place is soon dropped; the sentence says when, and why",
            Severity.WARNING,
        ),
        EventKind.PART_DROPPED: EventTraits(
            "part dropped",
            "footage that arrived and found no place was deleted; the sentence says why",
            Severity.WARNING,
        ),
        EventKind.CAMERA_ADDED: EventTraits("camera added", "somebody added a camera", Severity.CALM),
        EventKind.CAMERA_CHANGED: EventTraits(
            "camera changed",
            "somebody changed a camera; the sentence says which fields, and never a password",
            Severity.CALM,
        ),
        EventKind.URL_REVEALED: EventTraits(
            "url revealed", "somebody revealed the password in a replay URL", Severity.WARNING
        ),
        EventKind.JOURNAL_SET_ASIDE: EventTraits(
            "journal set aside", "the journal was damaged or removed, and a new one replaced it", Severity.WARNING
        ),
    },
)
"""What each kind of event means."""


def event_traits(kind: str) -> EventTraits:
    """The traits of an event in the journal. A kind that only a newer version knows is named as it is written."""
    try:
        return EVENT_TRAITS[EventKind(kind)]
    except ValueError:
        return EventTraits(kind.replace("_", " "), "", Severity.CALM)


def parse_event_kinds(text: str) -> frozenset[EventKind]:
    """Read kinds of events, separated by commas.

    Raises ValueError for an unknown kind, in a sentence that names the nearest one.
    """
    words = [word.strip() for word in text.split(",")]
    for word in filter(None, words):
        if word not in set(EventKind):
            near = difflib.get_close_matches(word, list(EventKind), n=1, cutoff=0.5)
            guess = f"did you mean {near[0]}" if near else f"there are {', '.join(EventKind)}"
            raise ValueError(f"there is no kind of event {word[:40]!r} ({guess})")
    return frozenset(EventKind(word) for word in words if word)
