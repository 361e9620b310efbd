"""What it costs to prove of what time footage is, by the recordings beside a gap: time, bytes, sessions and CPU.

`python -m benchmarks.proof [--quick]`. The same cameras and gaps are filled with and without recordings beside the
gaps, and by the worker of another checkout of this repository, where the environment variable BEFORE names one.
"""

import asyncio
import os
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from anr_tui.fill.ffmpeg.program import Ffmpeg, find_ffmpeg, probe_ffmpeg
from benchmarks.figures import Figure, main
from benchmarks.fill import SETTINGS
from benchmarks.fill_site import Finds, Footage, Sent, Size, context, film, playing
from benchmarks.fill_ways import Spent, fill_as_we_do

# At 1x, the proof may take this much longer for a piece.
MOST_BEYOND_S = 2.0
FULL, QUICK = Size(4, 4, 60), Size(2, 2, 20)
GOPS_S = (1.0, 4.0)


@dataclass(frozen=True, slots=True)
class Case:
    """A row of a table; `checkout` as for `fill_as_we_do`."""

    name: str
    has_recordings: bool = True
    checkout: Path | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """The cost of filling all gaps of a site, and what was on disk afterwards; `fill_s` are the times of its fills."""

    spent: Spent
    finds: Finds
    sent: tuple[Sent, ...]
    fill_s: tuple[float, ...]
    footage_bytes: int


def run(is_quick: bool) -> list[Figure]:
    """Measure every case, one after another."""
    size = QUICK if is_quick else FULL
    ffmpeg = asyncio.run(probe_ffmpeg(find_ffmpeg("ffmpeg")))
    figures = []
    with tempfile.TemporaryDirectory(prefix="proof-") as name:
        for gop_s in GOPS_S[:1] if is_quick else GOPS_S:
            root = Path(name) / f"gop{gop_s:.0f}"
            root.mkdir()
            footage = film(root, ffmpeg.path, size, gop_s=gop_s)
            for has_replay in (False, True):
                pace = "with rate control" if has_replay else "at 1x"
                table = (
                    f"{size.gaps} gaps of {size.gap_s} s, {size.cameras} cameras {pace}, key frames {gop_s:.0f} s apart"
                )
                measured = {
                    case.name: measure(Path(tempfile.mkdtemp(dir=root)), case, footage, ffmpeg, has_replay=has_replay)
                    for case in _cases()
                }
                figures += _figures(table, measured, size, is_limited=not has_replay)
    return figures


def _cases() -> list[Case]:
    before = os.environ.get("BEFORE")
    return [
        *([Case(BEFORE, checkout=Path(before))] if before else []),
        Case("nothing recorded beside", has_recordings=False),
        Case(PROVEN),
    ]


BEFORE, PROVEN = "the worker of another checkout", "recorded beside, and proven"


def measure(root: Path, case: Case, footage: Footage, ffmpeg: Ffmpeg, *, has_replay: bool) -> Measured:
    """Fill a new site in the directory `root`."""
    way = fill_as_we_do(SETTINGS, checkout=case.checkout)
    with playing(
        root / "site",
        ffmpeg.path,
        footage,
        has_faults=False,
        has_replay=has_replay,
        has_recordings=case.has_recordings,
    ) as filled:
        spent = way(filled, ffmpeg)
        fills = filled.site.fills()
        finds = context(filled)
    fill_s = tuple(
        (datetime.fromisoformat(fill["ended_at"]) - datetime.fromisoformat(fill["started_at"])).total_seconds()
        for fill in fills
    )
    return Measured(spent, finds, tuple(filled.sent), fill_s, sum(fill["size_bytes"] for fill in fills))


def _figures(table: str, measured: dict[str, Measured], size: Size, *, is_limited: bool) -> list[Figure]:
    """The figures of one table, each for one gap, which is one piece and one fill."""
    before = measured.get(BEFORE)
    made = []
    for name, each in measured.items():
        piece_s = sum(each.fill_s) / len(each.fill_s)

        def add(what: str, value: float, unit: str, at_most: float | None = None, case: str = name) -> None:
            made.append(Figure(table, case, what, value, unit, at_most))

        add("a piece", piece_s, "s")
        if before is not None:
            beyond_s = piece_s - sum(before.fill_s) / len(before.fill_s)
            add("beyond the first", beyond_s, "s", MOST_BEYOND_S if is_limited and name == PROVEN else None)
        add("sent by the camera", sum(sent.bytes for sent in each.sent) / size.gaps / 1000, "kB a piece")
        add("of it on disk", each.footage_bytes / size.gaps / 1000, "kB a piece")
        add("replay sessions", sum(sent.sessions for sent in each.sent) / size.gaps, "a piece")
        add("CPU", each.spent.cpu_s / size.gaps, "s a piece")
        add("with its own pictures in place", each.finds.in_place_s, "s")
        add("wrongly called filled", each.finds.wrong_s, "s", 0.0)
    return made


def notes(is_quick: bool) -> list[str]:
    """The sentences that a reader of the figures must know."""
    settings = " ".join(f"{name}={value}" for name, value in SETTINGS.items())
    return [
        f"The worker has {settings}. CPU is that of the worker's whole life and its ffmpegs, divided by the gaps.",
        "The other checkout is that of the last commit before footage was held against the recordings beside it.",
        "A gap ends with a key frame, as a recorder's files begin with one, and may be a little longer for that.",
    ]


if __name__ == "__main__":
    sys.exit(main("proof", run, notes))
