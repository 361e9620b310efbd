"""Fill, retry and cancel for all marked gaps: one question before what costs, one go, one sentence."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from anr_tui.console.drawing.format import count, size, span
from anr_tui.domain.fill import Fill
from anr_tui.domain.request import NewRequest, RequestKind
from anr_tui.view.gap.estimate import Estimate, estimate
from anr_tui.view.snapshot.snapshot import GapRow
from anr_tui.view.tables.table_fields import can_be_filled, can_be_retried

ASKS_ABOVE = 10
"""So many gaps are fetched without a question."""

Confirm = Callable[[str, str], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class MarkedGaps:
    """The marked gaps, in the order in which they are shown; `fills` are those whose cost is known."""

    gaps: Sequence[GapRow]
    fills: Sequence[Fill] = ()
    drop: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Kind:
    """What a key does to many: to which gaps it applies, and what is said where it applies to none."""

    kind: RequestKind
    applies: Callable[[GapRow], bool]
    if_none: str


KINDS = {
    "gap.fill": Kind(RequestKind.FILL, can_be_filled, "all of them are filled, being filled, or asked for"),
    "gap.retry": Kind(RequestKind.RETRY, can_be_retried, "nothing was tried of any of them, or they are filled"),
    "fill.cancel": Kind(
        RequestKind.CANCEL, lambda row: row.is_filling or bool(row.asked_by), "no fill of them runs, nor was asked for"
    ),
}


def wishes_for(action_id: str, picked: MarkedGaps) -> list[NewRequest]:
    """What to ask: of those gaps to which the key applies."""
    what = KINDS[action_id]
    return [_wish(what.kind, row) for row in picked.gaps if what.applies(row)]


def _wish(kind: RequestKind, row: GapRow) -> NewRequest:
    if kind is RequestKind.CANCEL and row.is_filling and row.fill is not None:
        return NewRequest(kind, fill_id=row.fill.id)
    return NewRequest(kind, row.id, camera_id=row.gap.camera_id)


def gaps_of(action_id: str, picked: MarkedGaps) -> list[tuple[str, str | None]]:
    """The gaps to which the key applies, each with its camera."""
    return [(row.id, row.gap.camera_id) for row in picked.gaps if KINDS[action_id].applies(row)]


def gap_of(wish: NewRequest, picked: MarkedGaps | None) -> str | None:
    """The gap that a wish is about, also where it names only a fill of it."""
    if wish.gap_id is not None or picked is None:
        return wish.gap_id
    return next((row.id for row in picked.gaps if row.fill is not None and row.fill.id == wish.fill_id), None)


def words_for(action_id: str, number: int, picked: MarkedGaps) -> str:
    """The deed in words: `fill 12 gaps`; of an outage nobody marked any."""
    among = len(picked.gaps)
    of = f" of {among}" if among != number else ""
    return f"{KINDS[action_id].kind} {count(number, 'gap')}{of}"


async def confirm_bulk(action_id: str, picked: MarkedGaps, confirm: Confirm) -> bool:
    """Ask a person where it costs; a cancel is asked about as it is for one."""
    rows = [row for row in picked.gaps if KINDS[action_id].applies(row)]
    if action_id == "fill.cancel":
        running = sum(row.is_filling for row in rows)
        return not running or await confirm(f"Cancel {count(running, 'fill')}?", "What arrived so far is kept.")
    if len(rows) <= ASKS_ABOVE:
        return True
    question = f"{'Fill' if action_id == 'gap.fill' else 'Retry'} {count(len(rows), 'gap')}?"
    return await confirm(question, cost_words(estimate(rows, picked.fills)))


def cost_words(cost: Estimate) -> str:
    """What it would cost, as far as anything was measured."""
    size_words = f"about {size(cost.size_bytes)}" if cost.size_bytes is not None else "nobody knows how many bytes yet"
    if cost.takes_s is None:
        return f"{span(cost.seconds)} of footage: {size_words}; no speed was measured yet."
    minutes = cost.takes_s // 60
    takes = f"about {span(minutes * 60)}" if minutes else "less than a minute"
    takes += " one after the other at the speeds measured so far"
    return f"{span(cost.seconds)} of footage: {size_words}, {takes}; less where cameras fill side by side."
