"""The chosen row as text, for the status line: what narrow columns cut off is complete here."""

from anr_tui.console.drawing.format import RenderContext, count, countdown, percent, span, window, without_fill
from anr_tui.console.drawing.styled_text import Spans, Tone, styled
from anr_tui.console.tables.camera_and_gap_columns import LOST, asked_words, ending, stuck_words
from anr_tui.console.tables.fill_columns import queued_reason
from anr_tui.domain.window import Window
from anr_tui.view.queue.activity import Work
from anr_tui.view.snapshot.snapshot import CameraRow, GapRow, QueuedRow

INTERRUPTED = f"{LOST}: its fill was interrupted; the next worker continues after what has landed"


def name_of(camera_name: str, what: Window, context: RenderContext) -> str:
    """A gap or a fill in words: its camera and its window."""
    return f"{camera_name} {window(what, context)}"


def _line(head: str, *tail: str) -> Spans:
    rest = "; ".join(part for part in tail if part)
    return (*styled(head, Tone.STRONG), *styled(f": {rest}" if rest else "", Tone.DIM))


def camera_words(row: CameraRow, context: RenderContext) -> Spans:
    """A camera in words: state, vendor, missing footage, why it is not tried, and what time it plays."""
    missing = f"{row.pending} pending, {row.failed} failed, {row.filled} filled"
    next_try = ""
    if row.set_aside_why:
        next_try = f"set aside: {row.set_aside_words}"
    elif row.next_try_at is not None:
        next_try = f"next try {countdown((row.next_try_at - context.now).total_seconds(), is_slow=context.is_slow)}"
    replay = "" if row.has_replay else "no replay URL: nothing can be fetched"
    anr = "" if row.anr_enabled else "ANR off: filled only when asked"
    return _line(row.name, row.state, row.vendor, row.device, next_try, replay, anr, row.shift_words, missing)


def gap_words(row: GapRow, context: RenderContext) -> Spans:
    """A gap in words: window, state, and the end of its last fill."""
    if row.is_filling and row.fill is not None:
        fill = row.fill
        share = fill.got_s / fill.wanted_s if fill.wanted_s > 0 else 0.0
        return _line(name_of(row.camera_name, row.window, context), f"{fill.phase.value} {percent(share).strip()}")
    name, state = name_of(row.camera_name, row.window, context), row.gap.fill_state.value
    asked, stuck = asked_words(row), stuck_words(row)
    if row.fill is None:
        return _line(name, asked, state, stuck, without_fill(row))
    if row.is_lost:
        return _line(name, asked, state, INTERRUPTED)
    last = ending(row.fill).rstrip(".")
    tries = count(row.gap.fill_attempts, "attempt") if row.gap.fill_attempts else ""
    words = last if last.startswith(state) else f"{state}; {last}"
    return _line(name, asked, stuck, words, tries)


def work_words(row: Work, context: RenderContext) -> Spans:
    """A fill in words (window, progress or outcome), or a waiting gap (place in the queue, reason)."""
    if isinstance(row, QueuedRow):
        name = name_of(row.camera_name, row.gap.window, context)
        return _line(name, f"{row.place} in the queue", queued_reason(row, context))
    fill = row.fill
    progress = f"{span(fill.got_s)} of {span(fill.wanted_s)}"
    state = f"{fill.phase.value} {percent(row.share).strip()}" if row.is_running else ending(fill)
    state = INTERRUPTED if row.is_lost else state
    by = f"asked by {fill.asked_by}" if fill.asked_by else ""
    return _line(name_of(row.camera_name, fill.window, context), f"{state} ({progress})", by)
