"""Several ways of filling a site compared: how fast they are, how much they recover, how much they wrongly call filled.

`python -m benchmarks.fill [--quick]`. Each way gets an identical new site: simulated cameras at real time in processes
of their own, with one or two gaps each, once without faults and once with one fault for each camera.
"""

import asyncio
import importlib.util
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from anr_tui.fill.ffmpeg.program import Ffmpeg, find_ffmpeg, probe_ffmpeg
from benchmarks.figures import Figure, main
from benchmarks.fill_faults import FAULTS
from benchmarks.fill_site import Finds, Footage, Size, context, film, playing
from benchmarks.fill_ways import HELDAR_LOOPS, Spent, Way, fill_as_heldar, fill_as_we_do, fill_by_hand

MOST_WORKER_MIB, MOST_FILL_MIB = 100, 2
MOST_TIMES_THE_BOUND, MOST_TIMES_THE_BOUND_IN_PIECES = 1.10, 1.15
LEAST_TIMES_HELDAR, LEAST_TIMES_HELDAR_AT_FULL_SPEED = 10.0, 100.0
FULL, QUICK = Size(16, 20, 60), Size(4, 5, 5)
# The settings that an operator of such a site would choose; the others keep their defaults.
SETTINGS = {
    "ANR_MAX_FILLS": "16",
    "ANR_REST_S": "0.2",
    "HELDAR_ANR_INTERVAL_S": "10",
    "HELDAR_MIN_FREE_DISK_GB": "0",
}
_TWO_SESSIONS = {"ANR_SESSIONS_PER_DEVICE": "2"}


@dataclass(frozen=True, slots=True)
class Case:
    """A way of filling, as the tables name it.

    With `has_replay` the cameras know ONVIF replay and play as fast as they are read; `sessions` is the number of
    sessions used on one camera at once; `times_heldar` is how many times as fast as Heldar's loop it must be.
    """

    name: str
    way: Way
    has_replay: bool = False
    sessions: int = 1
    is_ours: bool = False
    times_heldar: float | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """One way of filling: what it used, and what was on disk afterwards."""

    case: Case
    spent: Spent
    finds: Finds


HELDAR = Case("Heldar's loop, with `-f mp4`", fill_as_heldar)
BY_HAND = Case("plain ffmpeg, one at a time per camera", fill_by_hand)
# No limit against Heldar's loop: at the limit for its time, this way is ten times as fast already.
OURS = Case("ours", fill_as_we_do(SETTINGS), is_ours=True)
OURS_FAST = Case(
    "ours, cameras with rate control",
    fill_as_we_do(SETTINGS),
    has_replay=True,
    is_ours=True,
    times_heldar=LEAST_TIMES_HELDAR_AT_FULL_SPEED,
)


def ours_in_two_sessions(size: Size) -> Case:
    """Our worker fetching each gap as two halves at once, where the camera allows two sessions."""
    settings = SETTINGS | _TWO_SESSIONS | {"ANR_PIECE_S": str(size.gap_s // 2)}
    return Case(
        "ours, two sessions per camera",
        fill_as_we_do(settings),
        sessions=2,
        is_ours=True,
        times_heldar=LEAST_TIMES_HELDAR,
    )


def run(is_quick: bool) -> list[Figure]:
    """Measure every way, without faults and with them.

    Heldar's loop runs beside the others; the ways at full speed run alone, except in the quick form, where all run at
    once.
    """
    size = QUICK if is_quick else FULL
    ffmpeg = asyncio.run(probe_ffmpeg(find_ffmpeg("ffmpeg")))
    paced = [BY_HAND, OURS, OURS_FAST] if is_quick else [BY_HAND, OURS, ours_in_two_sessions(size)]
    with (
        tempfile.TemporaryDirectory(prefix="fill-") as name,
        ThreadPoolExecutor(2) as beside,
        ThreadPoolExecutor(2 * len(paced) if is_quick else 1) as others,
    ):
        bench = Bench(Path(name), ffmpeg, film(Path(name), ffmpeg.path, size))
        running = {
            has_faults: [
                beside.submit(bench.measure, HELDAR, has_faults=has_faults),
                *(others.submit(bench.measure, case, has_faults=has_faults) for case in paced),
            ]
            for has_faults in (False, True)
        }
        measured = {has_faults: [each.result() for each in futures] for has_faults, futures in running.items()}
        for has_faults, results in measured.items():
            if not is_quick:
                results.append(bench.measure(OURS_FAST, has_faults=has_faults))
    return [
        figure
        for has_faults, results in measured.items()
        for figure in figures(results, size, has_faults=has_faults, has_limits=not is_quick)
    ]


class Bench:
    """Makes a new site for each way below `root`, and measures the way there."""

    def __init__(self, root: Path, ffmpeg: Ffmpeg, footage: Footage) -> None:
        self._root = root
        self._ffmpeg = ffmpeg
        self._footage = footage

    def measure(self, case: Case, *, has_faults: bool) -> Measured:
        """Let a way of filling run to its end, then check what is on disk."""
        root = Path(tempfile.mkdtemp(dir=self._root)) / "site"
        has_replay = case.has_replay
        with playing(root, self._ffmpeg.path, self._footage, has_faults=has_faults, has_replay=has_replay) as filled:
            spent = case.way(filled, self._ffmpeg)
            print(f"{case.name}, {'faults' if has_faults else 'no faults'}: took {spent.wall_s:.1f} s", flush=True)
            return Measured(case, spent, context(filled))


def figures(measured: list[Measured], size: Size, *, has_faults: bool, has_limits: bool) -> list[Figure]:
    """The table of one site; the ways are compared with the first, Heldar's. Times have limits only without faults."""
    table = f"{size.words}, {'a fault in each camera' if has_faults else 'no faults'}"
    heldar_s = measured[0].spent.wall_s
    made = []
    for each in measured:
        case, spent, finds = each.case, each.spent, each.finds
        bound_s = size.most_per_camera * size.gap_s / case.sessions

        def add(
            what: str,
            value: float,
            unit: str,
            *,
            at_most: float | None = None,
            at_least: float | None = None,
            name: str = case.name,
        ) -> None:
            made.append(Figure(table, name, what, value, unit, at_most, at_least))

        is_limited = case.is_ours and has_limits and not has_faults
        add("took", spent.wall_s, "s")
        if not case.has_replay:
            add("lower bound", bound_s, "s")
            limit = MOST_TIMES_THE_BOUND if case.sessions == 1 else MOST_TIMES_THE_BOUND_IN_PIECES
            add("took", spent.wall_s / bound_s, "times the bound", at_most=limit if is_limited else None)
        add("as fast", heldar_s / spent.wall_s, "times Heldar's", at_least=case.times_heldar if is_limited else None)
        add("on disk by packets", finds.by_packets_s, "s")
        add("with its own pictures in place", finds.in_place_s, "s")
        add("called filled", finds.called_filled_s, "s")
        add("wrongly called filled", finds.wrong_s, "s", at_most=0.0 if case.is_ours else None)
        add("CPU", spent.cpu_s, "s")
        add("peak memory", spent.peak_mb, "MB")
        if spent.worker_mb is not None:
            most_mib = MOST_WORKER_MIB + MOST_FILL_MIB * size.cameras
            add("worker without its ffmpegs", spent.worker_mb, "MB", at_most=most_mib * 1.048576)
    return made


def notes(is_quick: bool) -> list[str]:
    """The sentences that a reader of the figures must know."""
    size = QUICK if is_quick else FULL
    settings = " ".join(f"{name}={value}" for name, value in SETTINGS.items())
    faults = "; ".join(fault.name for fault in FAULTS[: size.cameras])
    return [
        f"Ours has {settings}; in two sessions also ANR_SESSIONS_PER_DEVICE=2 ANR_PIECE_S={size.gap_s // 2}.",
        f"What Heldar's one loop would take was done by {HELDAR_LOOPS} loops side by side, each with a share of the "
        "cameras, and added up; so were the waits between its passes (one every 300 s, at once where a pass takes "
        "longer), which were not waited for.",
        f"Faults, a camera each: {faults}.",
        f"hikload: {_hikload_words()}",
    ]


def _hikload_words() -> str:
    state = "installed" if importlib.util.find_spec("hikload") else "not installed"
    return f"not measured ({state}): it asks over HTTP (ISAPI) first, and gives up: these cameras speak RTSP only."


if __name__ == "__main__":
    sys.exit(main("fill", run, notes))
