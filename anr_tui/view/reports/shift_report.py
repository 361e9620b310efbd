"""The shift report: the footage missing in a span of time, what was recovered, and why the rest was not. Pure."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

import humanize

from anr_tui.domain.evidence.evidence_chain import ChainHead
from anr_tui.domain.evidence.time_proof import TimeProof
from anr_tui.domain.fill import Fill
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.timestamps import format_stamp
from anr_tui.domain.window import Window, merged, subtract, total_s
from anr_tui.journal.tables.rows import LandedRecord
from anr_tui.platform.spoken_time import span_words
from anr_tui.platform.text import csv_cell, duration
from anr_tui.view.reports.status import SCHEMA
from anr_tui.view.snapshot.snapshot import GapRow
from anr_tui.view.tables.chain_text import head_fields, head_text
from anr_tui.view.tables.text_tables import Fields, table

NOT_TRIED, FILLING = "not_tried", "filling"
REASONS = (*(outcome.value for outcome in Outcome), NOT_TRIED, FILLING)
"""The reasons for which a gap is not filled: the outcome of its last fill, or that there was none or it still runs."""

_FIGURES = (
    "gaps",
    "filled",
    "partly_filled",
    "not_filled",
    "wanted_s",
    "recovered_s",
    "missing_s",
    "size_bytes",
    "speed",
    "proven_files",
    "proven_s",
    "consistent_files",
    "consistent_s",
    "by_hand_files",
    "by_hand_s",
    "time_not_kept_files",
    "time_not_kept_s",
)
HEADS = [
    "camera",
    "gaps",
    "filled",
    "partly",
    "not",
    "wanted",
    "recovered",
    "missing",
    "size",
    "speed",
    "time",
    "why not",
]


@dataclass(frozen=True, slots=True)
class Tally:
    """The gaps of one camera, or of all: their parts within the span, in seconds of footage.

    `reasons` counts the gaps that are not wholly filled by their last outcome. `recovered_s` has landed, `missing_s` is
    still missing; footage that the recorder had all along is in neither. `size_bytes` counts files that begin in the
    span; `arrived_s` of footage arrived in `filling_s` seconds of fills.

    How well the time of what landed is known: files that begin in the span, and seconds, which add up to `recovered_s`.
    A second of which several files hold footage counts by the best proof.
    """

    camera_id: str = ""
    camera_name: str = ""
    gaps: int = 0
    filled: int = 0
    partly_filled: int = 0
    not_filled: int = 0
    wanted_s: float = 0.0
    recovered_s: float = 0.0
    missing_s: float = 0.0
    size_bytes: int = 0
    arrived_s: float = 0.0
    filling_s: float = 0.0
    proven_files: int = 0
    proven_s: float = 0.0
    consistent_files: int = 0
    consistent_s: float = 0.0
    by_hand_files: int = 0
    by_hand_s: float = 0.0
    time_not_kept_files: int = 0
    time_not_kept_s: float = 0.0
    reasons: Mapping[str, int] = field(default_factory=dict)

    @property
    def speed(self) -> float | None:
        """Seconds of footage that arrived for each second of filling; None where there was no filling."""
        return self.arrived_s / self.filling_s if self.filling_s > 0 else None


@dataclass(frozen=True, slots=True)
class Report:
    """The report on a span: one tally for each camera that had a gap in it, and one for all.

    `chain` is the head of the chain of evidence as the report was made; None where there is no journal.
    """

    span: Window
    cameras: tuple[Tally, ...]
    total: Tally
    chain: ChainHead | None = None


def make_report(
    gaps: Iterable[GapRow],
    fills: Iterable[Fill],
    landed: Iterable[LandedRecord],
    over: Window,
    *,
    chain: ChainHead | None = None,
) -> Report:
    """Tally the gaps whose windows overlap `over`, cut to it.

    `landed` are the files of their cameras in and around it.
    """
    gaps_of: defaultdict[str, list[GapRow]] = defaultdict(list)
    for row in gaps:
        if row.window.overlaps(over):
            gaps_of[row.gap.camera_id].append(row)
    fills_of: defaultdict[str, list[Fill]] = defaultdict(list)
    for fill in fills:
        fills_of[fill.gap_id].append(fill)
    files_of: defaultdict[str, list[LandedRecord]] = defaultdict(list)
    for file in landed:
        files_of[file.camera_id].append(file)
    cameras = [
        _tally(rows, [fill for row in rows for fill in fills_of[row.id]], files_of[camera], over)
        for camera, rows in gaps_of.items()
    ]
    cameras.sort(key=lambda tally: (tally.camera_name, tally.camera_id))
    return Report(over, tuple(cameras), _sum(cameras), chain)


def _tally(rows: Sequence[GapRow], fills: Sequence[Fill], files: Sequence[LandedRecord], over: Window) -> Tally:
    """The tally of one camera. A second that two gaps share counts once."""
    wanted = _parts(rows, over)
    held = merged(file.window for file in files)
    missing = _parts([row for row in rows if row.is_missing], over)
    partly = [row for row in rows if row.is_missing and any(_share(row, window, over) for window in held)]
    arrived = [fill for fill in fills if fill.got_s > 0 and fill.ended_at is not None]
    begun = [file for file in files if any(part.start <= file.window.start < part.end for part in wanted)]
    begun_by = Counter(file.proof for file in begun)
    proven_s = _held_s(wanted, files, TimeProof.PROVEN)
    witnessed_s = _held_s(wanted, files, TimeProof.PROVEN, TimeProof.CONSISTENT)
    known_s = _held_s(wanted, files, TimeProof.PROVEN, TimeProof.CONSISTENT, TimeProof.BY_HAND)
    recovered_s = _held_s(wanted, files, *TimeProof)
    return Tally(
        camera_id=rows[0].gap.camera_id,
        camera_name=rows[0].camera_name,
        gaps=len(rows),
        filled=sum(not row.is_missing for row in rows),
        partly_filled=len(partly),
        not_filled=sum(row.is_missing for row in rows) - len(partly),
        wanted_s=total_s(wanted),
        recovered_s=recovered_s,
        missing_s=total_s(rest for part in missing for rest in subtract(part, held)),
        size_bytes=sum(file.size_bytes for file in begun),
        arrived_s=sum(fill.got_s for fill in arrived),
        filling_s=sum((fill.ended_at - fill.started_at).total_seconds() for fill in arrived if fill.ended_at),
        proven_files=begun_by[TimeProof.PROVEN],
        proven_s=proven_s,
        consistent_files=begun_by[TimeProof.CONSISTENT],
        consistent_s=witnessed_s - proven_s,
        by_hand_files=begun_by[TimeProof.BY_HAND],
        by_hand_s=known_s - witnessed_s,
        time_not_kept_files=begun_by[TimeProof.UNKNOWN],
        time_not_kept_s=recovered_s - known_s,
        reasons=Counter(_reason(row) for row in rows if row.is_missing),
    )


def _held_s(wanted: Sequence[Window], files: Sequence[LandedRecord], *proofs: TimeProof) -> float:
    """How many seconds of what is wanted the files with one of these proofs hold."""
    held = merged(file.window for file in files if file.proof in proofs)
    return total_s(both for part in wanted for window in held if (both := part.intersection(window)))


def _parts(rows: Iterable[GapRow], over: Window) -> list[Window]:
    return merged(part for row in rows if (part := row.window.intersection(over)))


def _share(row: GapRow, window: Window, over: Window) -> bool:
    part = row.window.intersection(over)
    return part is not None and part.overlaps(window)


def _reason(row: GapRow) -> str:
    if row.fill is None:
        return NOT_TRIED
    if row.fill.outcome is not None:
        return row.fill.outcome.value
    return FILLING if row.is_filling else Outcome.INTERRUPTED.value


def _sum(tallies: Sequence[Tally]) -> Tally:
    reasons: Counter[str] = Counter()
    for tally in tallies:
        reasons.update(tally.reasons)
    return Tally(
        camera_name="all",
        gaps=sum(tally.gaps for tally in tallies),
        filled=sum(tally.filled for tally in tallies),
        partly_filled=sum(tally.partly_filled for tally in tallies),
        not_filled=sum(tally.not_filled for tally in tallies),
        wanted_s=sum(tally.wanted_s for tally in tallies),
        recovered_s=sum(tally.recovered_s for tally in tallies),
        missing_s=sum(tally.missing_s for tally in tallies),
        size_bytes=sum(tally.size_bytes for tally in tallies),
        arrived_s=sum(tally.arrived_s for tally in tallies),
        filling_s=sum(tally.filling_s for tally in tallies),
        proven_files=sum(tally.proven_files for tally in tallies),
        proven_s=sum(tally.proven_s for tally in tallies),
        consistent_files=sum(tally.consistent_files for tally in tallies),
        consistent_s=sum(tally.consistent_s for tally in tallies),
        by_hand_files=sum(tally.by_hand_files for tally in tallies),
        by_hand_s=sum(tally.by_hand_s for tally in tallies),
        time_not_kept_files=sum(tally.time_not_kept_files for tally in tallies),
        time_not_kept_s=sum(tally.time_not_kept_s for tally in tallies),
        reasons=reasons,
    )


def report_fields(report: Report) -> Fields:
    """The fields of the report for JSON."""
    return {
        "schema": SCHEMA,
        "since": format_stamp(report.span.start),
        "until": format_stamp(report.span.end),
        "evidence": head_fields(report.chain) if report.chain else None,
        "total": _tally_fields(report.total),
        "cameras": [
            {"camera_id": tally.camera_id, "camera_name": tally.camera_name, **_tally_fields(tally)}
            for tally in report.cameras
        ],
    }


def _tally_fields(tally: Tally) -> Fields:
    figures = {name: _rounded(getattr(tally, name)) for name in _FIGURES}
    return figures | {"reasons": {reason: tally.reasons.get(reason, 0) for reason in REASONS}}


def _rounded(figure: float | None) -> float | None:
    return round(figure, 3) if isinstance(figure, float) else figure


def report_csv(report: Report) -> str:
    """The report as CSV (RFC 4180): a line for each camera, and one with `all` in the first column for the site."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(["row", "since", "until", "camera_id", "camera_name", *_FIGURES, *REASONS])
    span_cells = [format_stamp(report.span.start), format_stamp(report.span.end)]
    for row, tally in [*(("camera", each) for each in report.cameras), ("all", report.total)]:
        figures = [_rounded(getattr(tally, name)) for name in _FIGURES]
        reasons = [tally.reasons.get(reason, 0) for reason in REASONS]
        names = [csv_cell(tally.camera_id), csv_cell(tally.camera_name)]
        writer.writerow([row, *span_cells, *names, *figures, *reasons])
    return lines.getvalue()


def report_text(report: Report, zone: tzinfo, now: datetime) -> str:
    """The report as text at `now`; the span in `zone` and in UTC."""
    head = f"Gaps of {span_words(report.span, zone, now)}"
    cells = table(HEADS, map(_cells, (*report.cameras, report.total))) if report.cameras else ""
    evidence = f"\n\n{head_text(report.chain)}" if report.chain else ""
    return f"{head}\n\n{cells or 'No recording has a gap in this span.'}{evidence}"


def _cells(tally: Tally) -> list[str]:
    return [
        tally.camera_name,
        str(tally.gaps),
        str(tally.filled),
        str(tally.partly_filled),
        str(tally.not_filled),
        duration(tally.wanted_s),
        duration(tally.recovered_s),
        duration(tally.missing_s),
        humanize.naturalsize(tally.size_bytes),
        f"{tally.speed:.1f}x" if tally.speed is not None else "",
        _time_words(tally),
        ", ".join(f"{count} {_words(reason)}" for reason, count in sorted(tally.reasons.items()) if count),
    ]


def _time_words(tally: Tally) -> str:
    """How well the times of what landed are known."""
    lengths = {
        TimeProof.PROVEN: tally.proven_s,
        TimeProof.CONSISTENT: tally.consistent_s,
        TimeProof.BY_HAND: tally.by_hand_s,
        TimeProof.UNKNOWN: tally.time_not_kept_s,
    }
    words = {proof: proof.words if proof is not TimeProof.UNKNOWN else "proof not kept" for proof in TimeProof}
    return ", ".join(f"{duration(length_s)} {words[proof]}" for proof, length_s in lengths.items() if length_s > 0)


def _words(reason: str) -> str:
    if reason in (NOT_TRIED, FILLING):
        return "not tried yet" if reason == NOT_TRIED else "being filled"
    return Outcome(reason).words
