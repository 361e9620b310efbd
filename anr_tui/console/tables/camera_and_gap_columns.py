"""The columns of the tables of cameras and of gaps."""

from anr_tui.console.drawing.format import RenderContext, age, countdown, percent, span, speed, stamp, without_fill
from anr_tui.console.drawing.styled_text import SEVERITY_TONES, Span, Spans, Tone, styled
from anr_tui.console.tables.columns import Column
from anr_tui.console.tables.coverage_strips import Strips
from anr_tui.domain.fill import Fill
from anr_tui.domain.gap import FillState
from anr_tui.domain.outcome import Outcome
from anr_tui.view.snapshot.snapshot import CameraRow, GapRow
from anr_tui.view.tables.table_fields import gap_state

_CAMERA_TONES = {"recording": Tone.OK, "connecting": Tone.WARN, "offline": Tone.BAD, "error": Tone.BAD}
_GAP_TONES = {FillState.PENDING: Tone.WARN, FillState.FAILED: Tone.BAD, FillState.FILLED: Tone.OK}
LOST = "worker lost"
"""The words for a fill that never ended and whose worker is gone."""


def outcome_tone(outcome: Outcome | None) -> Tone:
    """The tone of an ended fill; `outcome` is None for one that was lost."""
    return SEVERITY_TONES[outcome.traits.severity] if outcome else Tone.BAD


def ending(fill: Fill) -> str:
    """The end of a fill in words: its outcome and its reason."""
    words = fill.outcome.words if fill.outcome else fill.phase.value
    return f"{words}: {fill.reason}" if fill.reason else words


def bar(share: float, width: int, context: RenderContext) -> Spans:
    """A bar for a share from 0 to 1 in `width` cells, with its percentage; below 8 cells the percentage alone."""
    text = percent(share)
    room = width - len(text) - 1
    if room < 4:
        return (Span(text, Tone.BUSY),)
    done = min(room, int(share * room + 0.5))
    return (
        Span(context.glyphs.bar_done * done, Tone.BUSY),
        Span(context.glyphs.bar_left * (room - done), Tone.RULE),
        Span(f" {text}"),
    )


def asked_words(row: GapRow) -> str:
    """The user who requested a fill that no worker has taken yet, in words; "" where there is none."""
    return f"asked by {row.asked_by}" if row.asked_by else ""


def stuck_words(row: GapRow) -> str:
    """The reason why no sweep takes this gap; "" where there is none, or the gap's state shows it already."""
    is_known = not row.stuck or row.is_filling or row.gap.fill_state is FillState.FAILED
    return "" if is_known else f"not filled automatically: {row.stuck}"


def _number(value: int, tone: Tone = Tone.PLAIN) -> Spans:
    return styled(value, tone if value else Tone.DIM)


def _camera_next(row: CameraRow, context: RenderContext, width: int) -> Spans:
    if row.set_aside_why:
        return styled(f"set aside: {row.set_aside_words}", Tone.WARN)
    if row.filling:
        return styled("filling" if row.filling == 1 else f"{row.filling} filling", Tone.BUSY)
    if row.next_try_at is not None:
        return styled(countdown((row.next_try_at - context.now).total_seconds(), is_slow=context.is_slow), Tone.DIM)
    if not row.has_replay:
        return styled("no replay URL", Tone.DIM)
    return ()


def camera_columns(strips: Strips) -> tuple[Column[CameraRow], ...]:
    """The columns of the cameras; the coverage strips take all the width that remains."""
    return (
        Column("camera", lambda row, context, width: styled(row.name, Tone.STRONG), 15, 22, rank=0),
        Column(
            "state", lambda row, context, width: styled(row.state, _CAMERA_TONES.get(row.state, Tone.DIM)), 10, rank=2
        ),
        Column("device", lambda row, context, width: styled(row.device, Tone.DIM), 19, rank=6),
        Column(
            "ANR", lambda row, context, width: styled("on") if row.anr_enabled else styled("off", Tone.DIM), 3, rank=5
        ),
        strips.column(rank=1),
        Column("missing", _camera_missing, 7, rank=3, to_right=True),
        Column("speed", lambda row, context, width: styled(speed(row.speed, context)), 6, rank=7, to_right=True),
        Column("next try", _camera_next, 13, 24, rank=4),
    )


def _camera_missing(row: CameraRow, context: RenderContext, width: int) -> Spans:
    return styled(span(row.missing_s)) if row.missing_s else styled(context.glyphs.dash, Tone.DIM)


def _gap_outcome(row: GapRow, context: RenderContext, width: int) -> Spans:
    if row.asked_by and not row.is_filling:
        return styled(asked_words(row), Tone.BUSY)
    if row.is_lost:
        return styled(LOST, Tone.BAD)
    if row.fill is None:
        return styled(without_fill(row), Tone.DIM) if row.is_missing else ()
    if row.is_filling:
        share = row.fill.got_s / row.fill.wanted_s if row.fill.wanted_s > 0 else 0.0
        return bar(min(1.0, share), min(width, 32), context)
    return styled(ending(row.fill), outcome_tone(row.fill.outcome))


def _gap_state(row: GapRow, context: RenderContext, width: int) -> Spans:
    if row.is_lost and not row.is_filling:
        return styled(gap_state(row), Tone.BAD)
    return styled(gap_state(row), Tone.BUSY if row.is_filling or row.asked_by else _GAP_TONES[row.gap.fill_state])


def _gap_age(row: GapRow, context: RenderContext, width: int) -> Spans:
    return styled(age((context.now - row.window.end).total_seconds()), Tone.DIM)


GAP_COLUMNS: tuple[Column[GapRow], ...] = (
    Column("camera", lambda row, context, width: styled(row.camera_name, Tone.STRONG), 15, 22, rank=1),
    Column(
        "start",
        lambda row, context, width: styled(stamp(row.window.start, context, width)),
        14,
        19,
        rank=2,
        is_time=True,
    ),
    Column(
        "end", lambda row, context, width: styled(stamp(row.window.end, context, width)), 8, 8, rank=6, is_time=True
    ),
    Column("length", lambda row, context, width: styled(span(row.window.seconds)), 7, rank=3, to_right=True),
    Column("age", _gap_age, 3, rank=7, to_right=True),
    Column("state", _gap_state, 7, rank=0),
    Column("tries", lambda row, context, width: _number(row.gap.fill_attempts), 5, rank=8, to_right=True),
    Column("progress, outcome", _gap_outcome, 17, rank=4, is_elastic=True),
)
