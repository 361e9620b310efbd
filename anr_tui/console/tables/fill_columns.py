"""The columns of the work on gaps: running fills, waiting gaps, ended fills.

In a narrow table, columns are left out in this order: the graph of the rate, the reason of a fill, its bytes, its
start, its speed, the time left, the state, the bar; the camera always stays. The reason why a gap waits takes all the
room after its camera.
"""

from collections.abc import Callable, Hashable

from anr_tui.console.drawing.format import RenderContext, age, clock_time, count, left, size, span, speed, stamp
from anr_tui.console.drawing.styled_text import Spans, Tone, styled
from anr_tui.console.tables.camera_and_gap_columns import bar, outcome_tone
from anr_tui.console.tables.columns import Column
from anr_tui.console.tables.plots import sparkline
from anr_tui.console.tables.rate_history import CELLS, RateHistory
from anr_tui.domain.fill import Phase
from anr_tui.domain.policy.fill_policy import WaitReason
from anr_tui.view.queue.activity import Work, work_window
from anr_tui.view.queue.text import why_words
from anr_tui.view.snapshot.snapshot import FillRow, QueuedRow, Snapshot

_WARNS = {
    WaitReason.NO_WORKER,
    WaitReason.HALTED,
    WaitReason.BANDWIDTH,
    WaitReason.PAUSED,
    WaitReason.DISK,
    WaitReason.SET_ASIDE,
    WaitReason.ENDING,
}


def work_key(row: Work) -> Hashable:
    """The key of a row of the fills pane: the id of a fill, or of a waiting gap."""
    return row.fill.id if isinstance(row, FillRow) else ("queued", row.gap.id)


def queue_title(snapshot: Snapshot) -> str:
    """The numbers of running fills and of waiting gaps, and how many of these are shown, for the title of the pane."""
    running = count(sum(row.is_running for row in snapshot.fills), "running", "running")
    queue = snapshot.queue
    queued = f", {queue.total} queued" if queue.total else ""
    return running + queued + (f": the first {len(queue.rows)} and {queue.more} more" if queue.more else "")


def queued_reason(row: QueuedRow, context: RenderContext) -> str:
    """The reason why a gap waits, and who requested its fill, in words."""
    why = why_words(row, lambda moment: clock_time(moment, context))
    return f"{why}; asked by {row.asked_by}" if row.asked_by else why


def _queued(row: QueuedRow, context: RenderContext, width: int) -> Spans:
    tone = Tone.WARN if row.why in _WARNS else Tone.BUSY if row.requests else Tone.DIM
    return (*styled(f"{row.place:>3}. ", Tone.DIM), *styled(queued_reason(row, context), tone))


def _fill_state(row: FillRow, context: RenderContext, width: int) -> Spans:
    if row.is_lost:
        return styled("lost", Tone.BAD)
    if row.fill.outcome is None:
        return styled(row.fill.phase.value, Tone.DIM if row.fill.phase is Phase.RESTING else Tone.BUSY)
    return styled(row.fill.outcome.words, outcome_tone(row.fill.outcome))


def _fill_progress(row: FillRow, context: RenderContext, width: int) -> Spans:
    if row.is_running:
        return bar(row.share, width, context)
    return styled(f"{span(row.fill.got_s)} of {span(row.fill.wanted_s)}", Tone.DIM)


def _fill_left(row: FillRow, context: RenderContext, width: int) -> Spans:
    if row.is_running:
        return styled(left(row.left_s, context)) if row.left_s is not None else ()
    if row.fill.ended_at is None:
        return ()
    return styled(f"{age((context.now - row.fill.ended_at).total_seconds())} ago", Tone.DIM)


def _fill_more(row: FillRow, context: RenderContext, width: int) -> Spans:
    fill = row.fill
    if row.is_lost:
        return styled("interrupted; the next worker continues after what has landed", Tone.DIM)
    if not row.is_running:
        return styled(fill.reason, Tone.DIM)
    landed = f"{fill.pieces_landed} of {count(fill.pieces, 'piece')} landed" if fill.pieces > 1 else ""
    by = "" if fill.asked_by in ("", "sweep") else f"asked by {fill.asked_by}"
    return styled(f" {context.glyphs.dot} ".join(part for part in (landed, by) if part), Tone.DIM)


def _start(row: Work, context: RenderContext, width: int) -> Spans:
    return styled(stamp(work_window(row).start, context, width))


def work_columns(rates: RateHistory) -> tuple[Column[Work], ...]:
    """The columns of the fills pane; `rates` gives the bytes a second of each fill."""

    def graph(row: FillRow, context: RenderContext, width: int) -> Spans:
        if not row.is_running:
            return ()
        return sparkline(rates.of(row.fill.id, context.now, is_slow=context.is_slow), width, context.glyphs)

    return (
        Column("camera", lambda row, context, width: styled(row.camera_name, Tone.STRONG), 15, 22, rank=0),
        Column("from", _start, 8, 14, rank=5, is_time=True),
        Column("progress", _progress, 13, 32, rank=1, spans=lambda row: isinstance(row, QueuedRow)),
        Column("state", _of_fill(_fill_state), 10, 24, rank=2),
        Column(
            "speed",
            _of_fill(lambda row, context, width: styled(speed(row.fill.speed, context))),
            6,
            rank=4,
            to_right=True,
        ),
        Column("last 2 min", _of_fill(graph), CELLS, rank=8),
        Column(
            "bytes", _of_fill(lambda row, context, width: styled(size(row.fill.size_bytes))), 9, rank=6, to_right=True
        ),
        Column("left", _of_fill(_fill_left), 8, rank=3, to_right=True),
        Column("reason", _of_fill(_fill_more), 16, 40, rank=7),
    )


def _progress(row: Work, context: RenderContext, width: int) -> Spans:
    return _queued(row, context, width) if isinstance(row, QueuedRow) else _fill_progress(row, context, width)


def _of_fill(cell: Callable[[FillRow, RenderContext, int], Spans]) -> Callable[[Work, RenderContext, int], Spans]:
    return lambda row, context, width: cell(row, context, width) if isinstance(row, FillRow) else ()
