"""The two lines on top of the screen, one more while there is an alarm, and up to four for a problem.

What leaves first where there is no room. On the first line: the worker's version, how long it stays, since when, its
process, whose it is, the database, the free disk, the clock, and never the worker's state. On the second: the cap on
bandwidth, the rate, what was asked, and never the totals and what comes next (the sweep, or who lets it go on).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from anr_tui.console.drawing.format import Look, bits, brief, count, countdown, silence, size, span, zone_name
from anr_tui.console.drawing.line_box import Line, said_lines
from anr_tui.console.drawing.styled_text import Ink, Inks, Role, ink, width_of
from anr_tui.console.drawing.worker_text import (
    LIFETIME_WORDS,
    WORKER_WORDS,
    last_seen_words,
    since_words,
    version_words,
)
from anr_tui.journal.tables.rows import Event
from anr_tui.view.snapshot.snapshot import Cap, Snapshot, WorkerRow, WorkerState

LATE_S = 5.0
"""A site that answered within this many seconds needs no remark."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What the header says besides the snapshot.

    `seen_at` is when the site was last read, `trouble` why it cannot be read now, `alarms` those not seen yet, newest
    first. `rate` is what all fills together get, in bytes a second.
    """

    width: int
    seen_at: datetime | None = None
    trouble: str = ""
    is_read_only: bool = False
    alarms: Sequence[Event] = ()
    rate: float = 0.0


Part = tuple[int, Inks]
"""A part of a line, and when it leaves: the higher, the sooner."""


def header_lines(snapshot: Snapshot | None, look: Look, sight: Sight) -> list[Line]:
    """The header, in so many cells."""
    if snapshot is None:
        waiting = sight.trouble or "reading the site"
        return [Line((*_brand(), *ink(waiting, Role.BAD if sight.trouble else Role.DIM))), Line(())]
    total = (Ink(" "), *_totals(snapshot, look, sight))
    lines = [
        _fitting(_site_parts(snapshot, look, sight), _moment_parts(snapshot, look), sight.width),
        _fitting([(0, total)], _work_parts(snapshot, look, sight), sight.width),
    ]
    if sight.alarms:
        lines.append(Line((Ink(" "), *_alarm(sight.alarms, look))))
    problem = problem_words(snapshot, look, sight)
    if problem:
        lines += _problem_lines(problem, look, sight)
    return lines


def _problem_lines(problem: str, look: Look, sight: Sight) -> list[Line]:
    """In four lines at most: what to do stands at its end."""
    name = "problem"
    first, *more = said_lines(ink(f"{name} {problem}", Role.WARN), sight.width, look.glyphs)
    rest = "".join(part.text for part in first.left).strip().removeprefix(name)
    return [Line((Ink(" "), Ink(name, Role.BAD), Ink(rest, Role.WARN))), *more]


def problem_words(snapshot: Snapshot, look: Look, sight: Sight) -> str:
    """What is wrong with what is shown, in a sentence, or ""."""
    quiet_s = (look.now - sight.seen_at).total_seconds() if sight.seen_at else 0.0
    late = f"The site was last seen {silence(quiet_s, is_slow=look.is_slow)}." if quiet_s >= LATE_S else ""
    parts = (late, version_words(snapshot.worker), sight.trouble or snapshot.problem)
    return " ".join(part for part in parts if part)


def _fitting(left: Sequence[Part], right: Sequence[Part], width: int) -> Line:
    """Those of both sides that fit, in this order; the ones with the highest number leave first."""
    parts = [*left, *right]
    room, chosen = width - 1, set[int]()
    for at, (_, inks) in sorted(enumerate(parts), key=lambda each: each[1][0]):
        if chosen and width_of(inks) > room:
            break
        room -= width_of(inks)
        chosen.add(at)
    kept = [inks if at in chosen else () for at, (_, inks) in enumerate(parts)]
    lefts, rights = kept[: len(left)], kept[len(left) :]
    return Line(tuple(part for inks in lefts for part in inks), tuple(part for inks in rights for part in inks))


def _brand() -> Inks:
    return (Ink(" anr-tui", Role.ACCENT), Ink("  "))


def _site_parts(snapshot: Snapshot, look: Look, sight: Sight) -> list[Part]:
    """What this is, and who works on it since when."""
    worker = snapshot.worker
    words, role = WORKER_WORDS[worker.state]
    late = last_seen_words(worker, look)
    parts = [
        (0, _brand()),
        (1, ink("read-only  ", Role.WARN) if sight.is_read_only else ()),
        (5, ink(f"{snapshot.database.name}   ", Role.STRONG)),
        (2, ink(words, role) if snapshot.has_journal else ink("no journal yet", Role.WARN)),
        (2, ink(f"  {late}", Role.BAD) if late else ()),
    ]
    if worker.state is WorkerState.NONE:
        return parts
    return [
        *parts,
        (6, ink(f"  {worker.user}@{worker.host}", Role.DIM)),
        (7, ink(f" pid {worker.pid}", Role.DIM)),
        (8, ink(f"  {since_words(worker, look)}", Role.DIM)),
        (9, ink(f"  {LIFETIME_WORDS[worker.lifetime]}", Role.DIM) if worker.lifetime else ()),
        (10, ink(f"  {worker.version}", Role.DIM)),
    ]


def _work_parts(snapshot: Snapshot, look: Look, sight: Sight) -> list[Part]:
    """What was asked and not taken, and when the next sweep is due."""
    waiting: Inks = ()
    if snapshot.waiting and snapshot.worker.state.is_alive:
        waiting = ink(f"{len(snapshot.waiting)} asked  ", Role.BUSY)
    elif snapshot.waiting:
        waiting = ink(f"{count(len(snapshot.waiting), 'request waits', 'requests wait')} for a worker", Role.WARN)
    rate = ink(f"{bits(sight.rate * 8)}  ", Role.BUSY) if sight.rate else ()
    return [(3, _cap(snapshot.cap, look)), (2, rate), (1, waiting), (0, (*_next(snapshot, look, sight), Ink(" ")))]


def _moment_parts(snapshot: Snapshot, look: Look) -> list[Part]:
    """The free disk, and the clock, to the minute: each move of it is sent."""
    local = look.now.astimezone(look.zone)
    zone = local.tzname() or ""
    zone = zone if zone[:1] not in ("", "+", "-") else zone_name(look)
    clock = (*ink(brief(look.now, look, with_date=False), Role.STRONG), *ink(f" {zone} ", Role.DIM))
    return [(4, (*_disk(snapshot), Ink(" "))), (3, clock)]


def _cap(cap: Cap, look: Look) -> Inks:
    """What the worker may use of the line now; a halt is said where the sweep stands."""
    if cap.is_closed or (cap.rate is None and cap.camera_rate is None):
        return ()
    site = f"{bits(cap.rate)}{_until(cap.until, look)}" if cap.rate is not None else ""
    camera = f"{bits(cap.camera_rate)} a camera{_until(cap.camera_until, look)}" if cap.camera_rate is not None else ""
    return ink(f"cap {', '.join(filter(None, (site, camera)))}  ", Role.DIM)


def _until(moment: datetime | None, look: Look) -> str:
    if moment is None:
        return ""
    is_today = moment.astimezone(look.zone).date() == look.now.astimezone(look.zone).date()
    return f" until {brief(moment, look, with_date=not is_today)}"


def _next(snapshot: Snapshot, look: Look, sight: Sight) -> Inks:
    """What comes next: fetching, once a timetable lets it go on, or a sweep."""
    cap = snapshot.cap
    if cap.is_closed and snapshot.worker.state in (WorkerState.RUNNING, WorkerState.PAUSED):
        return ink(f"timetable: halted{_until(cap.until if cap.rate == 0 else cap.camera_until, look)}", Role.WARN)
    return _sweep(snapshot.worker, look, sight)


def _alarm(alarms: Sequence[Event], look: Look) -> Inks:
    newest = alarms[0]
    hint = f"{look.keys.first('events.zoom')} shows {'it' if len(alarms) == 1 else 'them'}"
    return (
        *ink(f"{count(len(alarms), 'alarm')} ", Role.BAD),
        *ink(f"({hint}) ", Role.DIM),
        *ink(f"{brief(newest.at, look, with_date=True)} {newest.words}", Role.WARN),
    )


def _sweep(worker: WorkerRow, look: Look, sight: Sight) -> Inks:
    if sight.is_read_only and worker.state in (WorkerState.PAUSED, WorkerState.HALTED):
        return ()  # the state stands above, and the key is not for guests
    if worker.state is WorkerState.PAUSED:
        return (*ink("paused: ", Role.WARN), *ink(f"{look.keys.first('worker.pause')} goes on", Role.DIM))
    if worker.state is WorkerState.HALTED:
        return (*ink("halted: ", Role.BAD), *ink(f"{look.keys.first('worker.halt')} goes on", Role.DIM))
    if worker.state is not WorkerState.RUNNING or worker.next_sweep_at is None:
        return ()
    return (
        *ink("next sweep ", Role.DIM),
        *ink(countdown((worker.next_sweep_at - look.now).total_seconds(), is_slow=look.is_slow)),
    )


def _disk(snapshot: Snapshot) -> Inks:
    if snapshot.disk_free_bytes is None:
        return (*ink("disk unknown", Role.WARN), Ink(" "))
    return (*ink(size(snapshot.disk_free_bytes)), *ink(" free ", Role.DIM))


def _totals(snapshot: Snapshot, look: Look, sight: Sight) -> Inks:
    totals = snapshot.totals
    if not snapshot.cameras and not totals.gaps and not snapshot.problem:
        how = "" if sight.is_read_only else f": shift-tab goes there, {look.keys.first('camera.add')} adds one"
        return ink(f"no cameras yet{how}", Role.WARN)
    if not totals.gaps:
        return ink("no gaps: nothing is missing", Role.OK)
    return (
        *ink(totals.pending, Role.WARN if totals.pending else Role.DIM),
        *ink(" pending  ", Role.DIM),
        *ink(totals.failed, Role.BAD if totals.failed else Role.DIM),
        *ink(" failed  ", Role.DIM),
        *ink(totals.filled, Role.OK if totals.filled else Role.DIM),
        *ink(" filled  ", Role.DIM),
        *ink("missing ", Role.DIM),
        *ink(f"{span(totals.missing_s)}  ", Role.STRONG),
    )
