"""The columns of cameras and gaps: what each says of a row."""

from anr_tui.console.drawing.format import Look, age, countdown, percent, span, speed, stamp, without_fill
from anr_tui.console.drawing.styled_text import Ink, Inks, Role, ink
from anr_tui.console.tables.columns import Column
from anr_tui.console.tables.coverage_strips import Strips
from anr_tui.domain.fill import Fill
from anr_tui.domain.gap import FillState
from anr_tui.domain.outcome import Outcome
from anr_tui.view.snapshot.snapshot import CameraRow, GapRow
from anr_tui.view.tables.table_fields import gap_state

_CAMERA_ROLES = {"recording": Role.OK, "connecting": Role.WARN, "offline": Role.BAD, "error": Role.BAD}
_GAP_ROLES = {FillState.PENDING: Role.WARN, FillState.FAILED: Role.BAD, FillState.FILLED: Role.OK}
LOST = "worker lost"
"""What a fill without an end is, whose worker is gone."""
_CALM_OUTCOMES = {Outcome.STOPPED, Outcome.TOO_OLD, Outcome.CAMERA_BUSY, Outcome.INTERRUPTED, Outcome.PARTLY_FILLED}


def outcome_role(outcome: Outcome | None) -> Role:
    """How an ending reads."""
    if outcome is Outcome.FILLED:
        return Role.OK
    return Role.WARN if outcome in _CALM_OUTCOMES else Role.BAD


def ending(fill: Fill) -> str:
    """An ended fill in words: outcome and reason."""
    words = fill.outcome.words if fill.outcome else fill.phase.value
    return f"{words}: {fill.reason}" if fill.reason else words


def bar(share: float, width: int, look: Look) -> Inks:
    """A bar with its percentage in text behind it; the text alone where there is no room."""
    text = percent(share)
    room = width - len(text) - 1
    if room < 4:
        return (Ink(text, Role.BUSY),)
    done = min(room, int(share * room + 0.5))
    return (
        Ink(look.glyphs.bar_done * done, Role.BUSY),
        Ink(look.glyphs.bar_left * (room - done), Role.RULE),
        Ink(f" {text}"),
    )


def asked_words(row: GapRow) -> str:
    """Who waits for a worker to take this gap, or ""."""
    return f"asked by {row.asked_by}" if row.asked_by else ""


def stuck_words(row: GapRow) -> str:
    """Why no sweep takes this gap as things are, or "" where that is said already."""
    is_known = not row.stuck or row.is_filling or row.gap.fill_state is FillState.FAILED
    return "" if is_known else f"no sweep takes it: {row.stuck}"


def _number(value: int, role: Role = Role.PLAIN) -> Inks:
    return ink(value, role if value else Role.DIM)


def _camera_next(row: CameraRow, look: Look, width: int) -> Inks:
    if row.set_aside_why:
        return ink(f"set aside: {row.set_aside_why}", Role.WARN)
    if row.filling:
        return ink("filling" if row.filling == 1 else f"{row.filling} filling", Role.BUSY)
    if row.next_try_at is not None:
        return ink(countdown((row.next_try_at - look.now).total_seconds(), is_slow=look.is_slow), Role.DIM)
    if not row.has_replay:
        return ink("no replay URL", Role.DIM)
    return ()


def camera_columns(strips: Strips) -> tuple[Column[CameraRow], ...]:
    """The columns of the cameras; the strips take all the room that is left."""
    return (
        Column("camera", lambda row, look, width: ink(row.name, Role.STRONG), 15, 22, rank=0),
        Column("state", lambda row, look, width: ink(row.state, _CAMERA_ROLES.get(row.state, Role.DIM)), 10, rank=2),
        Column("device", lambda row, look, width: ink(row.device, Role.DIM), 19, rank=6),
        Column("ANR", lambda row, look, width: ink("on") if row.anr_enabled else ink("off", Role.DIM), 3, rank=5),
        strips.column(rank=1),
        Column("missing", _camera_missing, 7, rank=3, to_right=True),
        Column("speed", lambda row, look, width: ink(speed(row.speed, look)), 6, rank=7, to_right=True),
        Column("next try", _camera_next, 13, 24, rank=4),
    )


def _camera_missing(row: CameraRow, look: Look, width: int) -> Inks:
    return ink(span(row.missing_s)) if row.missing_s else ink(look.glyphs.dash, Role.DIM)


def _gap_outcome(row: GapRow, look: Look, width: int) -> Inks:
    if row.asked_by and not row.is_filling:
        return ink(asked_words(row), Role.BUSY)
    if row.is_lost:
        return ink(LOST, Role.BAD)
    if row.fill is None:
        return ink(without_fill(row), Role.DIM) if row.is_missing else ()
    if row.is_filling:
        share = row.fill.got_s / row.fill.wanted_s if row.fill.wanted_s > 0 else 0.0
        return bar(min(1.0, share), min(width, 32), look)
    return ink(ending(row.fill), outcome_role(row.fill.outcome))


def _gap_state(row: GapRow, look: Look, width: int) -> Inks:
    if row.is_lost and not row.is_filling:
        return ink(gap_state(row), Role.BAD)
    return ink(gap_state(row), Role.BUSY if row.is_filling or row.asked_by else _GAP_ROLES[row.gap.fill_state])


def _gap_age(row: GapRow, look: Look, width: int) -> Inks:
    return ink(age((look.now - row.window.end).total_seconds()), Role.DIM)


GAP_COLUMNS: tuple[Column[GapRow], ...] = (
    Column("camera", lambda row, look, width: ink(row.camera_name, Role.STRONG), 15, 22, rank=1),
    Column("start", lambda row, look, width: ink(stamp(row.window.start, look, width)), 14, 19, rank=2, is_time=True),
    Column("end", lambda row, look, width: ink(stamp(row.window.end, look, width)), 8, 8, rank=6, is_time=True),
    Column("length", lambda row, look, width: ink(span(row.window.seconds)), 7, rank=3, to_right=True),
    Column("age", _gap_age, 3, rank=7, to_right=True),
    Column("state", _gap_state, 7, rank=0),
    Column("tries", lambda row, look, width: _number(row.gap.fill_attempts), 5, rank=8, to_right=True),
    Column("progress, outcome", _gap_outcome, 17, rank=4, is_elastic=True),
)
