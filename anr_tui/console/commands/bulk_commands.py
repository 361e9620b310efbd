"""Fill, retry and cancel for all marked gaps: confirmed where costly, with one batch of requests and one message."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from anr_tui.console.commands.selection import MarkedGaps
from anr_tui.console.drawing.format import count, size, span
from anr_tui.domain.request import NewRequest, RequestKind
from anr_tui.view.gap.estimate import Estimate, estimate
from anr_tui.view.snapshot.snapshot import GapRow
from anr_tui.view.tables.table_fields import can_be_filled, can_be_retried

ASKS_ABOVE = 10
"""Up to this many gaps are filled or retried without a question."""

Confirm = Callable[[str, str], Awaitable[bool]]
"""Asks the person a question, given with a second line of detail; True means yes."""


@dataclass(frozen=True, slots=True)
class BulkCommand:
    """A command on many gaps: what is requested, of which gaps, and what is shown where it applies to none."""

    kind: RequestKind
    applies: Callable[[GapRow], bool]
    if_none: str


FILL_MARKED = BulkCommand(RequestKind.FILL, can_be_filled, "all of them are filled, being filled, or requested")
RETRY_MARKED = BulkCommand(RequestKind.RETRY, can_be_retried, "each of them is filled or was never tried")
CANCEL_MARKED = BulkCommand(
    RequestKind.CANCEL, lambda row: row.is_filling or bool(row.asked_by), "none of them is being filled or requested"
)


def new_requests(command: BulkCommand, marked: MarkedGaps) -> list[NewRequest]:
    """The requests of a command for those of the marked gaps to which it applies, in their order."""
    return [_new_request(command.kind, row) for row in marked.gaps if command.applies(row)]


def _new_request(kind: RequestKind, row: GapRow) -> NewRequest:
    if kind is RequestKind.CANCEL and row.is_filling and row.fill is not None:
        return NewRequest(kind, fill_id=row.fill.id)
    return NewRequest(kind, row.id, camera_id=row.gap.camera_id)


def gaps_of(command: BulkCommand, marked: MarkedGaps) -> list[tuple[str, str | None]]:
    """The ids of the gaps to which the command applies, each with the id of its camera."""
    return [(row.id, row.gap.camera_id) for row in marked.gaps if command.applies(row)]


def gap_of(request: NewRequest, marked: MarkedGaps | None) -> str | None:
    """The id of the gap of a request, even where the request names only a fill of it; None where it is not known."""
    if request.gap_id is not None or marked is None:
        return request.gap_id
    return next((row.id for row in marked.gaps if row.fill is not None and row.fill.id == request.fill_id), None)


def bulk_words(command: BulkCommand, number: int, marked: MarkedGaps) -> str:
    """The command in words, about `number` of the marked gaps: `fill 12 gaps of 15`."""
    among = len(marked.gaps)
    of = f" of {among}" if among != number else ""
    return f"{command.kind} {count(number, 'gap')}{of}"


async def confirm_bulk(command: BulkCommand, marked: MarkedGaps, confirm: Confirm) -> bool:
    """Whether to go on: asks the person before many gaps, and before running fills are cancelled."""
    rows = [row for row in marked.gaps if command.applies(row)]
    if command.kind is RequestKind.CANCEL:
        running = sum(row.is_filling for row in rows)
        return not running or await confirm(f"Cancel {count(running, 'fill')}?", "What arrived so far is kept.")
    if len(rows) <= ASKS_ABOVE:
        return True
    question = f"{'Fill' if command.kind is RequestKind.FILL else 'Retry'} {count(len(rows), 'gap')}?"
    return await confirm(question, cost_words(estimate(rows, marked.fills)))


def cost_words(cost: Estimate) -> str:
    """What a bulk fill would cost in bytes and time, as far as anything was measured."""
    size_words = f"about {size(cost.size_bytes)}" if cost.size_bytes is not None else "size not known yet"
    if cost.takes_s is None:
        return f"{span(cost.seconds)} of footage: {size_words}; no speed was measured yet."
    minutes = cost.takes_s // 60
    takes = f"about {span(minutes * 60)}" if minutes else "less than a minute"
    takes += " one after the other at the speeds measured so far"
    return f"{span(cost.seconds)} of footage: {size_words}, {takes}; less where cameras fill side by side."
