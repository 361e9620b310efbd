"""The header: two lines at the top of the screen, one more during an alarm, and up to four more for a problem.

In a narrow terminal, parts are left out in this order. First line: the worker's version, how long it stays, since when
it runs, its process, its user, the database, the free disk, the clock; the worker's state always stays. Second line:
the bandwidth cap, the rate, the waiting requests; the totals and the next event (a sweep, or who ends a halt) always
stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from anr_tui.console.drawing.format import RenderContext, bits, brief, count, countdown, silence, size, span, zone_name
from anr_tui.console.drawing.line_box import Line, message_lines
from anr_tui.console.drawing.styled_text import Span, Spans, Tone, styled, width_of
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
"""The number of seconds after which a site that does not answer is remarked upon."""


@dataclass(frozen=True, slots=True)
class HeaderState:
    """What the header shows besides the snapshot.

    `width` is in cells. `seen_at` is when the site was last read, `trouble` the reason why it cannot be read now,
    `alarms` are those not seen yet, newest first. `rate` is the rate of all fills together, in bytes a second.
    """

    width: int
    seen_at: datetime | None = None
    trouble: str = ""
    is_read_only: bool = False
    alarms: Sequence[Event] = ()
    rate: float = 0.0


Part = tuple[int, Spans]
"""The rank of a part of a line, and its spans: the higher the rank, the sooner it is left out."""


def header_lines(snapshot: Snapshot | None, context: RenderContext, state: HeaderState) -> list[Line]:
    """The lines of the header, `state.width` cells wide; `snapshot` is None before the first read."""
    if snapshot is None:
        waiting = state.trouble or "reading the site"
        return [Line((*_brand(), *styled(waiting, Tone.BAD if state.trouble else Tone.DIM))), Line(())]
    total = (Span(" "), *_totals(snapshot, context, state))
    lines = [
        _fitting(_site_parts(snapshot, context, state), _moment_parts(snapshot, context), state.width),
        _fitting([(0, total)], _work_parts(snapshot, context, state), state.width),
    ]
    if state.alarms:
        lines.append(Line((Span(" "), *_alarm(state.alarms, context))))
    problem = problem_words(snapshot, context, state)
    if problem:
        lines += _problem_lines(problem, context, state)
    return lines


def _problem_lines(problem: str, context: RenderContext, state: HeaderState) -> list[Line]:
    """The problem in at most four lines: its remedy stands at the end."""
    name = "problem"
    first, *more = message_lines(styled(f"{name} {problem}", Tone.WARN), state.width, context.glyphs)
    rest = "".join(part.text for part in first.left).strip().removeprefix(name)
    return [Line((Span(" "), Span(name, Tone.BAD), Span(rest, Tone.WARN))), *more]


def problem_words(snapshot: Snapshot, context: RenderContext, state: HeaderState) -> str:
    """The problem with the site, its reading or the worker, in a sentence; "" where there is none."""
    quiet_s = (context.now - state.seen_at).total_seconds() if state.seen_at else 0.0
    late = f"The site was last seen {silence(quiet_s, is_slow=context.is_slow)}." if quiet_s >= LATE_S else ""
    parts = (late, version_words(snapshot.worker), state.trouble or snapshot.problem)
    return " ".join(part for part in parts if part)


def _fitting(left: Sequence[Part], right: Sequence[Part], width: int) -> Line:
    """The parts of both sides that fit, in this order; those with the highest rank are left out first."""
    parts = [*left, *right]
    room, chosen = width - 1, set[int]()
    for at, (_, spans) in sorted(enumerate(parts), key=lambda each: each[1][0]):
        if chosen and width_of(spans) > room:
            break
        room -= width_of(spans)
        chosen.add(at)
    kept = [spans if at in chosen else () for at, (_, spans) in enumerate(parts)]
    lefts, rights = kept[: len(left)], kept[len(left) :]
    return Line(tuple(part for spans in lefts for part in spans), tuple(part for spans in rights for part in spans))


def _brand() -> Spans:
    return (Span(" anr-tui", Tone.ACCENT), Span("  "))


def _site_parts(snapshot: Snapshot, context: RenderContext, state: HeaderState) -> list[Part]:
    """The parts about the program and the worker."""
    worker = snapshot.worker
    words, tone = WORKER_WORDS[worker.state]
    late = last_seen_words(worker, context)
    parts = [
        (0, _brand()),
        (1, styled("read-only  ", Tone.WARN) if state.is_read_only else ()),
        (5, styled(f"{snapshot.database.name}   ", Tone.STRONG)),
        (2, styled(words, tone) if snapshot.has_journal else styled("no journal yet", Tone.WARN)),
        (2, styled(f"  {late}", Tone.BAD) if late else ()),
    ]
    if worker.state is WorkerState.NONE:
        return parts
    return [
        *parts,
        (6, styled(f"  {worker.user}@{worker.host}", Tone.DIM)),
        (7, styled(f" pid {worker.pid}", Tone.DIM)),
        (8, styled(f"  {since_words(worker, context)}", Tone.DIM)),
        (9, styled(f"  {LIFETIME_WORDS[worker.lifetime]}", Tone.DIM) if worker.lifetime else ()),
        (10, styled(f"  {worker.version}", Tone.DIM)),
    ]


def _work_parts(snapshot: Snapshot, context: RenderContext, state: HeaderState) -> list[Part]:
    """The parts about waiting requests, the rate, the cap, and the next sweep."""
    waiting: Spans = ()
    if snapshot.waiting and snapshot.worker.state.is_alive:
        waiting = styled(f"{len(snapshot.waiting)} asked  ", Tone.BUSY)
    elif snapshot.waiting:
        waiting = styled(f"{count(len(snapshot.waiting), 'request waits', 'requests wait')} for a worker", Tone.WARN)
    rate = styled(f"{bits(state.rate * 8)}  ", Tone.BUSY) if state.rate else ()
    return [
        (3, _cap(snapshot.cap, context)),
        (2, rate),
        (1, waiting),
        (0, (*_next(snapshot, context, state), Span(" "))),
    ]


def _moment_parts(snapshot: Snapshot, context: RenderContext) -> list[Part]:
    """The free disk, and the clock in minutes, since each change of it is sent to the terminal."""
    local = context.now.astimezone(context.zone)
    zone = local.tzname() or ""
    zone = zone if zone[:1] not in ("", "+", "-") else zone_name(context)
    clock = (*styled(brief(context.now, context, with_date=False), Tone.STRONG), *styled(f" {zone} ", Tone.DIM))
    return [(4, (*_disk(snapshot), Span(" "))), (3, clock)]


def _cap(cap: Cap, context: RenderContext) -> Spans:
    """The bandwidth cap now; a halt is shown in place of the next sweep."""
    if cap.is_closed or (cap.rate is None and cap.camera_rate is None):
        return ()
    site = f"{bits(cap.rate)}{_until(cap.until, context)}" if cap.rate is not None else ""
    camera = (
        f"{bits(cap.camera_rate)} a camera{_until(cap.camera_until, context)}" if cap.camera_rate is not None else ""
    )
    return styled(f"cap {', '.join(filter(None, (site, camera)))}  ", Tone.DIM)


def _until(moment: datetime | None, context: RenderContext) -> str:
    if moment is None:
        return ""
    is_today = moment.astimezone(context.zone).date() == context.now.astimezone(context.zone).date()
    return f" until {brief(moment, context, with_date=not is_today)}"


def _next(snapshot: Snapshot, context: RenderContext, state: HeaderState) -> Spans:
    """What comes next: the end of a halt by schedule, or a sweep."""
    cap = snapshot.cap
    if cap.is_closed and snapshot.worker.state in (WorkerState.RUNNING, WorkerState.PAUSED):
        return styled(
            f"timetable: halted{_until(cap.until if cap.rate == 0 else cap.camera_until, context)}", Tone.WARN
        )
    return _sweep(snapshot.worker, context, state)


def _alarm(alarms: Sequence[Event], context: RenderContext) -> Spans:
    newest = alarms[0]
    hint = f"{context.keys.first('events.zoom')} shows {'it' if len(alarms) == 1 else 'them'}"
    return (
        *styled(f"{count(len(alarms), 'alarm')} ", Tone.BAD),
        *styled(f"({hint}) ", Tone.DIM),
        *styled(f"{brief(newest.at, context, with_date=True)} {newest.words}", Tone.WARN),
    )


def _sweep(worker: WorkerRow, context: RenderContext, state: HeaderState) -> Spans:
    if state.is_read_only and worker.state in (WorkerState.PAUSED, WorkerState.HALTED):
        return ()  # the first line shows the state, and guests cannot use the key
    if worker.state is WorkerState.PAUSED:
        return (*styled("paused: ", Tone.WARN), *styled(f"{context.keys.first('worker.pause')} goes on", Tone.DIM))
    if worker.state is WorkerState.HALTED:
        return (*styled("halted: ", Tone.BAD), *styled(f"{context.keys.first('worker.halt')} goes on", Tone.DIM))
    if worker.state is not WorkerState.RUNNING or worker.next_sweep_at is None:
        return ()
    return (
        *styled("next sweep ", Tone.DIM),
        *styled(countdown((worker.next_sweep_at - context.now).total_seconds(), is_slow=context.is_slow)),
    )


def _disk(snapshot: Snapshot) -> Spans:
    if snapshot.disk_free_bytes is None:
        return (*styled("disk unknown", Tone.WARN), Span(" "))
    return (*styled(size(snapshot.disk_free_bytes)), *styled(" free ", Tone.DIM))


def _totals(snapshot: Snapshot, context: RenderContext, state: HeaderState) -> Spans:
    totals = snapshot.totals
    if not snapshot.cameras and not totals.gaps and not snapshot.problem:
        how = "" if state.is_read_only else f": shift-tab goes there, {context.keys.first('camera.add')} adds one"
        return styled(f"no cameras yet{how}", Tone.WARN)
    if not totals.gaps:
        return styled("no gaps: nothing is missing", Tone.OK)
    return (
        *styled(totals.pending, Tone.WARN if totals.pending else Tone.DIM),
        *styled(" pending  ", Tone.DIM),
        *styled(totals.failed, Tone.BAD if totals.failed else Tone.DIM),
        *styled(" failed  ", Tone.DIM),
        *styled(totals.filled, Tone.OK if totals.filled else Tone.DIM),
        *styled(" filled  ", Tone.DIM),
        *styled("missing ", Tone.DIM),
        *styled(f"{span(totals.missing_s)}  ", Tone.STRONG),
    )
