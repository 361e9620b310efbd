"""Kinds of events."""

import difflib
from enum import StrEnum


class EventKind(StrEnum):
    """What happened, in a word: the same in the journal, in JSON, for the hook and on the screen (docs/events.md)."""

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
    CAMERA_ADDED = "camera_added"
    CAMERA_CHANGED = "camera_changed"
    URL_REVEALED = "url_revealed"
    JOURNAL_SET_ASIDE = "journal_set_aside"


def parse_event_kinds(text: str) -> frozenset[EventKind]:
    """Read kinds of events with commas between them. Raises ValueError, in a sentence with the nearest, for others."""
    words = [word.strip() for word in text.split(",")]
    for word in filter(None, words):
        if word not in set(EventKind):
            near = difflib.get_close_matches(word, list(EventKind), n=1, cutoff=0.5)
            guess = f"did you mean {near[0]}" if near else f"there are {', '.join(EventKind)}"
            raise ValueError(f"there is no kind of event {word[:40]!r} ({guess})")
    return frozenset(EventKind(word) for word in words if word)
