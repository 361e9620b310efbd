"""The columns of the work on gaps: fills that run, gaps that wait, fills that ended.

What leaves first where there is no room: the graph of the rate, then the reason of a fill, its bytes, where it begins,
its speed, the time left, the state, the bar, and never the camera. Why a gap waits has all the room behind its camera.
"""

from collections.abc import Callable, Hashable

from anr_tui.console.drawing.format import Look, age, clock_time, count, left, size, span, speed, stamp
from anr_tui.console.drawing.styled_text import Inks, Role, ink
from anr_tui.console.tables.camera_and_gap_columns import bar, outcome_role
from anr_tui.console.tables.columns import Column
from anr_tui.console.tables.plots import sparkline
from anr_tui.console.tables.rate_history import CELLS, Rates
from anr_tui.domain.fill import Phase
from anr_tui.domain.fill_policy import Why
from anr_tui.view.queue.activity import Work, work_window
from anr_tui.view.queue.text import why_words
from anr_tui.view.snapshot.snapshot import FillRow, QueuedRow, Snapshot

_WARNS = {Why.NO_WORKER, Why.HALTED, Why.BANDWIDTH, Why.PAUSED, Why.DISK, Why.SET_ASIDE, Why.ENDING}


def work_key(row: Work) -> Hashable:
    """A fill's number, or the gap that waits."""
    return row.fill.id if isinstance(row, FillRow) else ("queued", row.gap.id)


def queue_title(snapshot: Snapshot) -> str:
    """How many run, and how many wait, all of them or only the first of which are shown."""
    running = count(sum(row.is_running for row in snapshot.fills), "running", "running")
    queue = snapshot.queue
    queued = f", {queue.total} queued" if queue.total else ""
    return running + queued + (f": the first {len(queue.rows)} and {queue.more} more" if queue.more else "")


def queued_reason(row: QueuedRow, look: Look) -> str:
    """Why a gap waits, and who asked for it."""
    why = why_words(row, lambda moment: clock_time(moment, look))
    return f"{why}; asked by {row.asked_by}" if row.asked_by else why


def _queued(row: QueuedRow, look: Look, width: int) -> Inks:
    role = Role.WARN if row.why in _WARNS else Role.BUSY if row.requests else Role.DIM
    return (*ink(f"{row.place:>3}. ", Role.DIM), *ink(queued_reason(row, look), role))


def _fill_state(row: FillRow, look: Look, width: int) -> Inks:
    if row.is_lost:
        return ink("lost", Role.BAD)
    if row.fill.outcome is None:
        return ink(row.fill.phase.value, Role.DIM if row.fill.phase is Phase.RESTING else Role.BUSY)
    return ink(row.fill.outcome.words, outcome_role(row.fill.outcome))


def _fill_progress(row: FillRow, look: Look, width: int) -> Inks:
    if row.is_running:
        return bar(row.share, width, look)
    return ink(f"{span(row.fill.got_s)} of {span(row.fill.wanted_s)}", Role.DIM)


def _fill_left(row: FillRow, look: Look, width: int) -> Inks:
    if row.is_running:
        return ink(left(row.left_s, look)) if row.left_s is not None else ()
    if row.fill.ended_at is None:
        return ()
    return ink(f"{age((look.now - row.fill.ended_at).total_seconds())} ago", Role.DIM)


def _fill_more(row: FillRow, look: Look, width: int) -> Inks:
    fill = row.fill
    if row.is_lost:
        return ink("interrupted; the next worker goes on with what has landed", Role.DIM)
    if not row.is_running:
        return ink(fill.reason, Role.DIM)
    landed = f"{fill.pieces_landed} of {count(fill.pieces, 'piece')} landed" if fill.pieces > 1 else ""
    by = "" if fill.asked_by in ("", "sweep") else f"asked by {fill.asked_by}"
    return ink(f" {look.glyphs.dot} ".join(part for part in (landed, by) if part), Role.DIM)


def _start(row: Work, look: Look, width: int) -> Inks:
    return ink(stamp(work_window(row).start, look, width))


def work_columns(rates: Rates) -> tuple[Column[Work], ...]:
    """The columns; `rates` knows how much of each fill came in the last minutes."""

    def graph(row: FillRow, look: Look, width: int) -> Inks:
        if not row.is_running:
            return ()
        return sparkline(rates.of(row.fill.id, look.now, is_slow=look.is_slow), width, look.glyphs)

    return (
        Column("camera", lambda row, look, width: ink(row.camera_name, Role.STRONG), 15, 22, rank=0),
        Column("from", _start, 8, 14, rank=5, is_time=True),
        Column("progress", _progress, 13, 32, rank=1, spans=lambda row: isinstance(row, QueuedRow)),
        Column("state", _of_fill(_fill_state), 10, 24, rank=2),
        Column("speed", _of_fill(lambda row, look, width: ink(speed(row.fill.speed, look))), 6, rank=4, to_right=True),
        Column("last 2 min", _of_fill(graph), CELLS, rank=8),
        Column("bytes", _of_fill(lambda row, look, width: ink(size(row.fill.size_bytes))), 9, rank=6, to_right=True),
        Column("left", _of_fill(_fill_left), 8, rank=3, to_right=True),
        Column("reason", _of_fill(_fill_more), 16, 40, rank=7),
    )


def _progress(row: Work, look: Look, width: int) -> Inks:
    return _queued(row, look, width) if isinstance(row, QueuedRow) else _fill_progress(row, look, width)


def _of_fill(cell: Callable[[FillRow, Look, int], Inks]) -> Callable[[Work, Look, int], Inks]:
    return lambda row, look, width: cell(row, look, width) if isinstance(row, FillRow) else ()
