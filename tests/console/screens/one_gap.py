"""One gap of the tests' site with all its past, and frames that any machine draws alike."""

from dataclasses import replace
from datetime import timedelta

from anr_tui.domain.evidence.time_proof import TimeProof
from anr_tui.domain.gap import FillState
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.request import Request, RequestKind, RequestState
from anr_tui.domain.timestamps import format_file_stem
from anr_tui.domain.window import Window
from anr_tui.journal.tables.rows import LandedRecord
from anr_tui.view.gap.detail import GapDetail, Replay, pieces_held
from anr_tui.view.gap.frames import Frame
from anr_tui.view.snapshot.snapshot import FillRow, GapRow, Snapshot, UrlPreview

URL = "rtsp://operator:***@192.0.2.11:554/Streaming/tracks/101?starttime=20260613T120000Z&endtime=20260613T121000Z"

_PROOFS = (
    (TimeProof.PROVEN, "Its pictures are those of the recordings before it."),
    (TimeProof.CONSISTENT, "Its time is the camera's word: its pictures are in no recording beside it."),
)


def gap_detail(snapshot: Snapshot, gap_id: str, preview: UrlPreview) -> GapDetail:
    """What a view would say of a gap of this snapshot: of a filled or filling one, files that landed too."""
    row = next(row for row in snapshot.gaps if row.id == gap_id)
    has_landed = row.is_filling or row.gap.fill_state is FillState.FILLED
    files = _files(row) if has_landed else ()
    return GapDetail(
        row=row,
        fills=tuple(_fills(row)),
        files=files,
        requests=(_request(row, snapshot),) if row.fill else (),
        events=tuple(event for event in snapshot.events if event.gap_id == gap_id),
        pieces=pieces_held(row.window, [file.window for file in files], 300),
        replay=Replay(preview),
    )


def _fills(row: GapRow) -> list[FillRow]:
    """Its fill, and one before it that found the camera busy."""
    if row.fill is None:
        return []
    before = replace(
        row.fill,
        id=row.fill.id - 20,
        outcome=Outcome.CAMERA_BUSY,
        reason="The camera answered DESCRIBE with 453 Not Enough Bandwidth. It is asked again soon.",
        started_at=row.fill.started_at - timedelta(minutes=20),
        ended_at=row.fill.started_at - timedelta(minutes=19),
        got_s=0.0,
        size_bytes=0,
        speed=0.0,
        pieces_landed=0,
    )
    return [FillRow(row.fill, row.camera_name, None, row.is_lost), FillRow(before, row.camera_name, None)]


def _files(row: GapRow) -> tuple[LandedRecord, ...]:
    """Its first five minutes, in two files."""
    assert row.fill is not None
    half = min(row.window.seconds / 2, 150)
    windows = [
        Window(row.window.start + timedelta(seconds=at * half), row.window.start + timedelta(seconds=(at + 1) * half))
        for at in range(2)
    ]
    return tuple(
        LandedRecord(
            name=f"{format_file_stem(window.start)}.mp4",
            window=window,
            asked=window,
            size_bytes=int(window.seconds * 125_000),
            sha256=f"{number:x}" * 64,
            source_url=URL,
            ffmpeg_version="9.0.2",
            fill_id=row.fill.id,
            gap_id=row.id,
            camera_id=row.gap.camera_id,
            landed_at=row.fill.started_at,
            proof=proof,
            shown_by=shown_by,
        )
        for number, (window, (proof, shown_by)) in enumerate(zip(windows, _PROOFS, strict=True), 10)
    )


def _request(row: GapRow, snapshot: Snapshot) -> Request:
    at = snapshot.read_at - timedelta(minutes=5)
    return Request(7, RequestKind.FILL, row.id, None, "ana@desk", at, RequestState.DONE, "", row.gap.camera_id)


def frames(file: LandedRecord) -> tuple[Frame, ...]:
    """A yard in the morning, at noon and in the evening: sky, ground, and a sun that wanders."""
    ends = (0.0, file.window.seconds / 2, file.window.seconds - 0.2)
    return tuple(
        Frame(96, 54, _yard(96, 54, 16 + 32 * number), file.window.start + timedelta(seconds=at))
        for number, at in enumerate(ends)
    )


def _yard(width: int, height: int, sun: int) -> bytes:
    pixels = bytearray()
    for y in range(height):
        for x in range(width):
            is_sun = (x - sun) ** 2 + (y - 12) ** 2 < 49
            sky, ground = (70, 110 + 2 * y, 200), (90, 80 + y, 50 + x % 8)
            pixels += bytes((250, 230, 120) if is_sun else sky if y < height // 2 else ground)
    return bytes(pixels)
