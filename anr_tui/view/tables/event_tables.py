"""Events and requests as lists: JSON with the journal's own field names, and text. Times in UTC."""

from anr_tui.domain.request import Request
from anr_tui.domain.timestamps import format_stamp
from anr_tui.journal.tables.rows import Event
from anr_tui.platform.text import plain_lines
from anr_tui.view.tables.text_tables import Fields


def event_fields(event: Event) -> Fields:
    """The fields of an event for JSON, named as in the journal."""
    return {
        "id": event.id,
        "at": format_stamp(event.at),
        "kind": event.kind,
        "who": event.who,
        "camera_id": event.camera_id,
        "gap_id": event.gap_id,
        "fill_id": event.fill_id,
        "words": event.words,
    }


def event_text(event: Event) -> str:
    """An event as one line of a log."""
    parts = [f"{event.at:%Y-%m-%d %H:%M:%SZ}", f"{event.kind:<17}", event.who, event.words]
    return plain_lines("  ".join(parts).replace("\n", " "))


def request_fields(request: Request) -> Fields:
    """The fields of a request for JSON, named as in the journal."""
    return {
        "id": request.id,
        "kind": request.kind,
        "camera_id": request.camera_id,
        "gap_id": request.gap_id,
        "fill_id": request.fill_id,
        "part_id": request.part_id,
        "moment": format_stamp(request.moment) if request.moment else None,
        "asked_by": request.asked_by,
        "asked_at": format_stamp(request.asked_at),
        "state": request.state,
        "reason": request.reason,
        "ended_at": format_stamp(request.ended_at) if request.ended_at else None,
    }


def request_cells(request: Request) -> list[str]:
    """The texts of a request for the columns of `REQUEST_HEADS`."""
    about = f"fill {request.fill_id}" if request.fill_id is not None else request.gap_id or ""
    about = f"part {request.part_id}" if request.part_id is not None else about
    asked_at = f"{request.asked_at:%Y-%m-%d %H:%M:%SZ}"
    return [str(request.id), asked_at, request.asked_by, request.kind, about, request.state, request.reason]


REQUEST_HEADS = ["request", "asked at", "asked by", "kind", "about", "state", "reason"]
