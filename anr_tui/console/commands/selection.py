"""What the keys act on, made of the chosen row: a gap, a fill, or a gap that waits."""

from dataclasses import replace

from anr_tui.console.commands.worker_commands import Selection
from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.tables.row_summary import name_of
from anr_tui.view.queue.activity import Work, work_gap_id, work_window
from anr_tui.view.snapshot.snapshot import GapRow, QueuedRow


def gap_selection(base: Selection, row: GapRow, context: RenderContext) -> Selection:
    """A gap, with its fill while that runs."""
    return replace(
        base,
        gap_id=row.id,
        words=name_of(row.camera_name, row.window, context),
        running=row.fill if row.is_filling else None,
        camera_id=row.gap.camera_id,
        is_asked_for=bool(row.asked_by),
    )


def work_selection(base: Selection, row: Work, context: RenderContext) -> Selection:
    """A fill, or a gap that waits."""
    chosen = replace(base, gap_id=work_gap_id(row), words=name_of(row.camera_name, work_window(row), context))
    if isinstance(row, QueuedRow):
        return replace(chosen, camera_id=row.gap.camera_id, queued=row, is_asked_for=bool(row.requests))
    return replace(chosen, camera_id=row.fill.camera_id, running=row.fill if row.is_running else None)
