"""What the keys act on, made of the chosen row: a gap, a fill, or a gap that waits."""

from dataclasses import replace

from anr_tui.console.commands.worker_commands import Chosen
from anr_tui.console.drawing.format import Look
from anr_tui.console.tables.row_summary import name_of
from anr_tui.view.queue.activity import Work, work_gap_id, work_window
from anr_tui.view.snapshot.snapshot import GapRow, QueuedRow


def chosen_gap(base: Chosen, row: GapRow, look: Look) -> Chosen:
    """A gap, with its fill while that runs."""
    return replace(
        base,
        gap_id=row.id,
        words=name_of(row.camera_name, row.window, look),
        running=row.fill if row.is_filling else None,
        camera_id=row.gap.camera_id,
        is_asked_for=bool(row.asked_by),
    )


def chosen_work(base: Chosen, row: Work, look: Look) -> Chosen:
    """A fill, or a gap that waits."""
    chosen = replace(base, gap_id=work_gap_id(row), words=name_of(row.camera_name, work_window(row), look))
    if isinstance(row, QueuedRow):
        return replace(chosen, camera_id=row.gap.camera_id, queued=row, is_asked_for=bool(row.requests))
    return replace(chosen, camera_id=row.fill.camera_id, running=row.fill if row.is_running else None)
