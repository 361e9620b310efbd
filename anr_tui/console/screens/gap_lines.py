"""The details of one gap as lines of text."""

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.cells import cell_len

from anr_tui.console.drawing.format import (
    RenderContext,
    count,
    percent,
    size,
    span,
    speed,
    stamp,
    window,
    without_fill,
    zone_name,
)
from anr_tui.console.drawing.sanitize import clean
from anr_tui.console.drawing.styled_text import Span, Spans, Tone, styled
from anr_tui.console.tables.camera_and_gap_columns import asked_words, bar, outcome_tone, stuck_words
from anr_tui.console.tables.columns import Column
from anr_tui.console.tables.event_columns import kind_words
from anr_tui.console.tables.row_summary import INTERRUPTED
from anr_tui.domain.evidence.picture_verdict import PictureVerdict
from anr_tui.domain.gap import FillState
from anr_tui.domain.request import Request
from anr_tui.domain.window import Window, total_s
from anr_tui.journal.tables.rows import LandedRecord
from anr_tui.view.gap.clock_text import clock_text
from anr_tui.view.gap.detail import GapDetail, Piece
from anr_tui.view.snapshot.snapshot import FillRow, GapRow

LABEL = 12
"""The width of the labels before the facts, in cells."""
_NARROWEST = 20
_BAR = 24


@dataclass(frozen=True, slots=True)
class DetailLine:
    """A line of the details; `key` stays the same for the same line in a later reading.

    `file` is the landed file that it is about, if any.
    """

    key: tuple[str, str, int]
    spans: Spans
    file: LandedRecord | None = None


LINE_COLUMN: Column[DetailLine] = Column("", lambda line, context, width: line.spans, 10, 10_000)


def detail_lines(detail: GapDetail, context: RenderContext, width: int) -> list[DetailLine]:
    """The lines of the details; text wider than `width` cells continues in the next line."""
    return [
        *_head(detail.row, context, width),
        *_pieces(detail, context, width),
        *_attempts(detail, context, width),
        *_files(detail, context, width),
        *_parts(detail, context, width),
        *_requests(detail, context, width),
        *_events(detail, context, width),
        *_by_hand(detail, width),
    ]


def text_of(lines: Iterable[DetailLine]) -> str:
    """The lines as plain text."""
    return "\n".join("".join(part.text for part in line.spans).rstrip() for line in lines)


def _title(key: str, words: str, more: str = "") -> Iterator[DetailLine]:
    yield DetailLine((key, "", 0), ())
    yield DetailLine((key, "", 1), (Span(words, Tone.ACCENT), Span(f"  {clean(more)}" if more else "", Tone.DIM)))


def _fact(
    key: tuple[str, str], label: str, value: str, width: int, tone: Tone = Tone.PLAIN, file: LandedRecord | None = None
) -> Iterator[DetailLine]:
    """A fact with its label; no line where the value is empty."""
    value = clean(value)
    if not value.strip():
        return
    room = max(_NARROWEST, width - LABEL)
    # Characters may take two cells each: half as many fit.
    room = room // 2 if cell_len(value) > len(value) else room
    for number, text in enumerate(textwrap.wrap(value, room, break_on_hyphens=False)):
        head = Span(f"{label if number == 0 else '':<{LABEL}}", Tone.DIM)
        yield DetailLine((*key, number), (head, Span(text, tone)), file)


def utc(what: Window, context: RenderContext) -> str:
    """A window in UTC, as in all lists."""
    return f"{what.start:%Y-%m-%d %H:%M:%SZ}{context.glyphs.dash}{what.end:%Y-%m-%d %H:%M:%SZ}"


def _head(row: GapRow, context: RenderContext, width: int) -> Iterator[DetailLine]:
    here = (
        f"{stamp(row.window.start, context)}{context.glyphs.dash}{stamp(row.window.end, context)} {zone_name(context)}"
    )
    yield from _fact(("head", "state"), "state", state_words(row), width, Tone.STRONG)
    yield from _fact(("head", "window"), "window", f"{here}, {span(row.window.seconds)}", width)
    yield from _fact(("head", "utc"), "UTC", utc(row.window, context), width)
    yield from _fact(("head", "gap"), "gap", f"{row.id} of camera {row.gap.camera_id}", width)


def state_words(row: GapRow) -> str:
    """The state of a gap in words, with what is known of its fills and requests."""
    if row.is_filling:
        return "filling"
    tries = count(row.gap.fill_attempts, "attempt") if row.gap.fill_attempts else ""
    past = "" if row.fill or not row.is_missing else without_fill(row)
    lost = INTERRUPTED if row.is_lost else ""
    parts = (row.gap.fill_state.value, asked_words(row), lost, stuck_words(row), past or tries)
    return "; ".join(part for part in parts if part)


def _pieces(detail: GapDetail, context: RenderContext, width: int) -> Iterator[DetailLine]:
    held = sum(piece.held_s for piece in detail.pieces)
    wanted = total_s(piece.window for piece in detail.pieces)
    yield from _title("pieces", "On disk", f"{span(held)} of {span(wanted)}" if detail.pieces else "")
    yield from _fact(("pieces", "problem"), "", detail.pieces_problem, width, Tone.WARN)
    for piece in detail.pieces:
        yield DetailLine(("pieces", piece.window.start.isoformat(), 0), _piece(piece, context))


def _piece(piece: Piece, context: RenderContext) -> Spans:
    share = min(1.0, piece.held_s / piece.window.seconds)
    words = f"  {span(piece.held_s)} of {span(piece.window.seconds)}"
    return (Span(f"{'':<{LABEL}}{window(piece.window, context)}  "), *bar(share, _BAR, context), Span(words, Tone.DIM))


def _attempts(detail: GapDetail, context: RenderContext, width: int) -> Iterator[DetailLine]:
    many = len(detail.fills)
    more = f"{many}, newest first" if many > 1 else "" if many else without_fill(detail.row)
    yield from _title("attempts", "Attempts", more)
    for number, row in enumerate(detail.fills):
        yield from _attempt(row, context, width)
        # Only the newest attempt has an outlook: that of the others has come about.
        yield from _outlook(detail.row, row, width) if number == 0 else ()


def _attempt(row: FillRow, context: RenderContext, width: int) -> Iterator[DetailLine]:
    fill, key = row.fill, f"fill {row.fill.id}"
    outcome = fill.outcome
    state = (
        f"{fill.phase.value} {percent(row.share).strip()}" if row.is_running else outcome.words if outcome else "lost"
    )
    tone = Tone.BUSY if row.is_running else outcome_tone(outcome)
    took = f" in {span((fill.ended_at - fill.started_at).total_seconds())}" if fill.ended_at else ""
    counted = "counts as an attempt" if outcome and outcome.counts_as_attempt else ""
    parts = (
        f"{stamp(fill.started_at, context)}",
        f"{span(fill.got_s)} of {span(fill.wanted_s)}{took}",
        size(fill.size_bytes) if fill.size_bytes else "",
        speed(fill.speed, context),
        f"{fill.pieces_landed} of {count(fill.pieces, 'piece')} landed" if fill.pieces > 1 else "",
        f"by {fill.asked_by}",
        counted,
    )
    yield from _fact(("attempts", f"{key} state"), key, state, width, tone)
    yield from _fact(("attempts", f"{key} facts"), "", ", ".join(part for part in parts if part), width)
    yield from _fact(("attempts", f"{key} why"), "  why", fill.reason, width)


def _outlook(gap: GapRow, row: FillRow, width: int) -> Iterator[DetailLine]:
    """What follows by itself after a fill, and what a person can do."""
    outcome, key = row.fill.outcome, f"fill {row.fill.id}"
    if row.is_lost:
        yield from _fact(("attempts", f"{key} next"), "  next", INTERRUPTED, width, Tone.DIM)
    if outcome is None:
        return
    traits = outcome.traits
    is_said = any(each and each in row.fill.reason for each in (traits.sentence, traits.sentence_unproven))
    following = traits.next_step
    if gap.gap.fill_state is FillState.FAILED:
        following = "nothing happens automatically: no attempts are left; a retry resets them"
    elif gap.is_missing and gap.stuck:
        following = f"nothing happens automatically: {gap.stuck}"
    yield from _fact(("attempts", f"{key} next"), "  next", following, width, Tone.DIM)
    yield from _fact(("attempts", f"{key} do"), "  you can", "" if is_said else traits.remedy, width, Tone.DIM)


def _files(detail: GapDetail, context: RenderContext, width: int) -> Iterator[DetailLine]:
    yield from _title("files", "Files", "v shows what is in them" if detail.files else "none has landed")
    for file in detail.files:
        key, held = f"{file.fill_id} {file.name}", f"{window(file.window, context)}, {span(file.window.seconds)}"
        facts = f"{held}, {size(file.size_bytes)} ({file.size_bytes} bytes), fill {file.fill_id}"
        source = f" of {file.source_url}" if file.source_url else ""
        asked = f"{utc(file.asked, context)}{source}"
        by = f"ffmpeg {file.ffmpeg_version}" if file.ffmpeg_version else ""
        for label, value in (
            ("file", file.name),
            ("", facts),
            ("  time", _proof_words(file)),
            ("  pictures", _picture_words(file)),
            ("  clocks", clock_text(file.clocks)),
            ("  sha256", file.sha256),
            ("  asked for", asked),
            ("  with", by),
        ):
            yield from _fact(("files", f"{key} {label}"), label, value, width, file=file)


def _proof_words(file: LandedRecord) -> str:
    """How well the time of a file is known, and by what."""
    return f"{file.proof.words}: {file.shown_by}" if file.shown_by else file.proof.words


_PICTURES = {
    PictureVerdict.UNDECODABLE: "cannot be decoded: is stream encryption on? The gap does not count as filled by them",
    PictureVerdict.UNKNOWN: "not known whether they can be seen: some could not be decoded, or not in time",
}


def _picture_words(file: LandedRecord) -> str:
    """Whether the pictures of a file can be seen; "" where they can, or that was not looked at."""
    return _PICTURES.get(file.pictures, "") if file.pictures is not None else ""


def _parts(detail: GapDetail, context: RenderContext, width: int) -> Iterator[DetailLine]:
    if not detail.parts:
        return
    yield from _title("parts", "Kept parts", "footage without a place: anr-tui parts places, exports or drops it")
    for part in detail.parts:
        facts = part.facts
        held = f"{span(facts.media_s)} of video, asked for as {utc(facts.asked, context)}, {size(part.size_bytes)}"
        yield from _fact(("parts", f"{part.id} held"), part.id, held, width)
        yield from _fact(("parts", f"{part.id} why"), "  why", " ".join([facts.reason, *facts.known]), width)
    example = f"anr-tui parts place {detail.parts[0].id} --at TIME, with the time of its first picture"
    yield from _fact(("parts", "do"), "  you can", example, width, Tone.DIM)


def _requests(detail: GapDetail, context: RenderContext, width: int) -> Iterator[DetailLine]:
    if not detail.requests:
        return
    yield from _title("requests", "Requests")
    for request in detail.requests:
        yield from _fact(("requests", str(request.id)), f"{request.id}", _request(request, context), width)


def _request(request: Request, context: RenderContext) -> str:
    about = f" fill {request.fill_id}" if request.fill_id is not None else ""
    about = f" part {request.part_id}" if request.part_id is not None else about
    words = (
        f"{stamp(request.asked_at, context)} {request.kind.value}{about} by {request.asked_by}: {request.state.value}"
    )
    return f"{words}: {request.reason}" if request.reason else words


def _events(detail: GapDetail, context: RenderContext, width: int) -> Iterator[DetailLine]:
    if not detail.events:
        return
    yield from _title("events", "Events", "newest first")
    for event in detail.events:
        words = f"{stamp(event.at, context)} {kind_words(event)}: {event.words} ({event.who})"
        yield from _fact(("events", str(event.id)), "", words, width)


def _by_hand(detail: GapDetail, width: int) -> Iterator[DetailLine]:
    yield from _title("hand", "The same by hand", "passwords are masked: u reveals")
    yield from _fact(("hand", "problem"), "", detail.replay.problem, width, Tone.WARN)
    if detail.replay.preview is not None:
        yield from _fact(("hand", "note"), "", detail.replay.preview.note, width)
        yield from _fact(("hand", "url"), "URL", detail.replay.preview.url, width)
        yield from _fact(("hand", "command"), "command", detail.replay.preview.command, width)


def title_spans(row: GapRow | None, words: str) -> Spans:
    """The line above the details."""
    state = "reading" if row is None else state_words(row)
    return (Span(" Gap  ", Tone.ACCENT), *styled(words, Tone.STRONG), *styled(f"  {state}", Tone.DIM))
