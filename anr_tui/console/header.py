"""The two lines on top of the screen, and a third while there is a problem."""

from datetime import datetime

from anr_tui.console.ink import Ink, Inks, Role, ink
from anr_tui.console.line_box import Line
from anr_tui.console.words import Look, countdown, silence, size, span
from anr_tui.view.snapshot import Snapshot, WorkerRow, WorkerState

LATE_S = 5.0
"""A site that answered within this many seconds needs no remark."""

_WORKER = {
    WorkerState.NONE: ("no worker runs", Role.WARN),
    WorkerState.RUNNING: ("worker runs", Role.OK),
    WorkerState.PAUSED: ("worker paused", Role.WARN),
    WorkerState.HALTED: ("all fetching halted", Role.BAD),
    WorkerState.LOST: ("worker lost", Role.BAD),
}


def header_lines(snapshot: Snapshot | None, look: Look, seen_at: datetime | None, trouble: str) -> list[Line]:
    """The header; `trouble` is why the last read failed, `seen_at` when the last one worked."""
    if snapshot is None:
        waiting = trouble or "reading the site"
        return [Line((*_brand(), *ink(waiting, Role.BAD if trouble else Role.DIM))), Line(())]
    lines = [
        Line(
            (*_brand(), *ink(f"{snapshot.database.name}   ", Role.STRONG), *_worker(snapshot.worker, look)),
            _disk(snapshot),
        ),
        Line((Ink(" "), *_totals(snapshot)), (*_sweep(snapshot.worker, look), Ink(" "))),
    ]
    problem = problem_words(snapshot, look, seen_at, trouble)
    if problem:
        lines.append(Line((Ink(" "), *ink("problem ", Role.BAD), *ink(problem, Role.WARN))))
    return lines


def problem_words(snapshot: Snapshot, look: Look, seen_at: datetime | None, trouble: str) -> str:
    """What is wrong with what is shown, in a sentence, or ""."""
    quiet_s = (look.now - seen_at).total_seconds() if seen_at else 0.0
    late = f"The site was last seen {silence(quiet_s)}." if quiet_s >= LATE_S else ""
    return " ".join(part for part in (late, trouble or snapshot.problem) if part)


def _brand() -> Inks:
    return (Ink(" anr-tui", Role.ACCENT), Ink("  "))


def _worker(worker: WorkerRow, look: Look) -> Inks:
    words, role = _WORKER[worker.state]
    if worker.state is WorkerState.NONE:
        return ink(words, role)
    who = f"  {worker.user}@{worker.host} pid {worker.pid}"
    if worker.state is WorkerState.LOST and worker.seen_at is not None:
        who += f"  last seen {silence((look.now - worker.seen_at).total_seconds())}"
    return (*ink(words, role), *ink(who, Role.DIM))


def _sweep(worker: WorkerRow, look: Look) -> Inks:
    if worker.state is WorkerState.PAUSED:
        return (*ink("paused: ", Role.WARN), *ink("p goes on", Role.DIM))
    if worker.state is WorkerState.HALTED:
        return (*ink("halted: ", Role.BAD), *ink("H goes on", Role.DIM))
    if worker.state is not WorkerState.RUNNING or worker.next_sweep_at is None:
        return ()
    return (
        *ink("next sweep ", Role.DIM),
        *ink(countdown((worker.next_sweep_at - look.now).total_seconds())),
    )


def _disk(snapshot: Snapshot) -> Inks:
    if snapshot.disk_free_bytes is None:
        return (*ink("disk unknown", Role.WARN), Ink(" "))
    return (*ink(size(snapshot.disk_free_bytes)), *ink(" free ", Role.DIM))


def _totals(snapshot: Snapshot) -> Inks:
    totals = snapshot.totals
    if not totals.gaps:
        return ink("no gaps: nothing is missing", Role.OK)
    return (
        *ink(totals.pending, Role.WARN if totals.pending else Role.DIM),
        *ink(" pending   ", Role.DIM),
        *ink(totals.failed, Role.BAD if totals.failed else Role.DIM),
        *ink(" failed   ", Role.DIM),
        *ink(totals.filled, Role.OK if totals.filled else Role.DIM),
        *ink(" filled   ", Role.DIM),
        *ink("missing ", Role.DIM),
        *ink(span(totals.missing_s), Role.STRONG),
    )
