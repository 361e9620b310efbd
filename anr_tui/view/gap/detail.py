"""The details of one gap: what is on disk, all fills, requests and events, and its replay URL."""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import SiteError
from anr_tui.domain.gap import RecordingGap
from anr_tui.domain.policy.fill_policy import FillPolicy
from anr_tui.domain.request import Request
from anr_tui.domain.timestamps import floor_second
from anr_tui.domain.window import Window, pieces, total_s
from anr_tui.journal.journal import Journal
from anr_tui.journal.tables.rows import Event, LandedRecord, set_aside
from anr_tui.sites.interface import RecordingArchive
from anr_tui.sites.recordings.kept_parts import KeptPart, kept_parts
from anr_tui.view.policy_in_force import policy_in_force
from anr_tui.view.snapshot.build import askers, fill_rows, stuck_cameras, worker_row
from anr_tui.view.snapshot.gap_rows import GapContext
from anr_tui.view.snapshot.snapshot import FillRow, GapRow, UrlPreview

MOST_PIECES = 300
"""The most pieces that are shown of a gap: a longer gap, whose window may have any length, has several in one line."""
MOST_NEWS = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a gap's window, and the number of seconds of it that are on disk."""

    window: Window
    held_s: float


@dataclass(frozen=True, slots=True)
class Replay:
    """The masked replay URL of a gap, or in `problem` a sentence why there is none."""

    preview: UrlPreview | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class GapDetail:
    """The details of one gap.

    `fills`, `requests` and `events` are newest first, `files` in the order of landing. `pieces_problem` is a sentence
    where the recordings cannot be read, and `pieces` is then empty. `parts` are the kept parts that came for this gap,
    or for its time.
    """

    row: GapRow
    fills: tuple[FillRow, ...]
    files: tuple[LandedRecord, ...]
    requests: tuple[Request, ...]
    events: tuple[Event, ...]
    pieces: tuple[Piece, ...]
    replay: Replay
    pieces_problem: str = ""
    parts: tuple[KeptPart, ...] = ()


async def read_detail(
    gap: RecordingGap,
    camera: Camera | None,
    journal: Journal,
    replay: Replay,
    coverage: "CoverageReader",
    now: datetime,
    own_policy: FillPolicy,
) -> GapDetail:
    """Read what the journal and the disk hold of a gap at the time `now`.

    `own_policy` is used where no worker has noted its policy. Raises JournalError.
    """
    name = camera.name if camera else gap.camera_id
    fills = await journal.fills.of_gap(gap.id)
    waiting, memories = await journal.requests.asked(), await journal.camera_memory.by_camera()
    worker = await journal.lease.last_worker()
    are_lost = not worker_row(worker, now).state.is_alive
    last = {gap.id: fills[0]} if fills else {}
    cameras = [camera] if camera else []
    stuck = stuck_cameras(cameras, set_aside(cameras, memories, now))
    policy = policy_in_force(worker, own_policy)
    oldest = now - timedelta(hours=policy.max_age_hours)
    context = GapContext({gap.camera_id: name}, last, {}, askers(waiting), are_lost, stuck, oldest)
    row = context.row(gap)
    held_pieces, problem = await coverage.pieces_of(gap, policy.piece_s)
    return GapDetail(
        row=row,
        fills=fill_rows(fills, {gap.camera_id: name}, memories, are_lost=are_lost),
        files=tuple(await journal.fills.landed(gap.id)),
        requests=tuple(await journal.requests.about_gap(gap.id, MOST_NEWS)),
        events=tuple(await journal.events.newest(MOST_NEWS, gap_id=gap.id)),
        pieces=held_pieces,
        replay=replay,
        pieces_problem=problem,
        parts=await coverage.parts_of(gap),
    )


class CoverageReader:
    """Reads which footage of a gap the recordings hold, and keeps the lengths of files from one gap to the next."""

    def __init__(self, archive: RecordingArchive) -> None:
        self._archive = archive
        self._reading = asyncio.Lock()

    async def pieces_of(self, gap: RecordingGap, piece_s: float) -> tuple[tuple[Piece, ...], str]:
        """The gap in pieces of `piece_s` seconds; or none, with a sentence why the recordings cannot be read."""
        async with self._reading:
            try:
                held = await asyncio.to_thread(self._archive.held, gap.camera_id, gap.window)
            except SiteError as error:
                return (), str(error)
        return pieces_held(gap.window, held, piece_s), ""

    async def parts_of(self, gap: RecordingGap) -> tuple[KeptPart, ...]:
        """The kept parts that came for a gap, or for its time; none where they cannot be read."""
        try:
            parts = await asyncio.to_thread(kept_parts, self._archive, gap.camera_id)
        except (SiteError, OSError):
            return ()
        return tuple(each for each in parts if each.facts.gap_id == gap.id or each.facts.asked.overlaps(gap.window))


def pieces_held(window: Window, held: Sequence[Window], piece_s: float) -> tuple[Piece, ...]:
    """The window in pieces as a fill cuts it, each with the seconds on disk; `held` is what is on disk, in order.

    If there are more than `MOST_PIECES`, several are joined into one.
    """
    whole = Window(floor_second(window.start), window.end)
    if piece_s > 0:
        piece_s *= max(1, math.ceil(whole.seconds / piece_s / MOST_PIECES))
    cut = [each.intersection(window) or each for each in pieces(whole, piece_s)]
    held_pieces, at = [], 0
    for piece in cut:
        while at < len(held) and held[at].end <= piece.start:
            at += 1
        parts = []
        for each in held[at:]:
            if each.start >= piece.end:
                break
            if shared := each.intersection(piece):
                parts.append(shared)
        held_pieces.append(Piece(piece, total_s(parts)))
    return tuple(held_pieces)
