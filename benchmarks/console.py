"""The cost of the console: time from start and from key press to paint, bytes to the terminal, CPU and memory.

`python -m benchmarks.console [--quick]`. A real console runs in a real pseudo-terminal of 120 columns by 32 rows, on a
site of 500 cameras; `benchmarks.played_worker` simulates the fills, since the console does not depend on the footage.
"""

import contextlib
import math
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from anr_tui.domain.timestamps import floor_second, now_utc
from benchmarks.figures import Figure, main, pace_ms
from benchmarks.large_site import add_a_day_of_segments, make_large_site
from benchmarks.terminal import Terminal

CAMERAS = 500
GAP_S = 60.0
MOST_GAPS = 100_000
MOST_FIRST_PAINT_MS, MOST_KEY_MS = 800.0, 50.0
MOST_IDLE_B_PER_MIN, MOST_IDLE_CPU, MOST_SLOW_B_PER_S = 1024.0, 1.0, 2048.0
MOST_MB = 150 * 1.048576
FIRST, FULL = b"anr-tui", b" pending"
# The keys of an operator: move, look, select, sort, go to another pane and back. Not `esc`: Textual waits a tenth of a
# # second after it, since every escape sequence of a terminal begins with it.
# sends begins with it, so Textual waits a tenth of a second for more.
KEYS = ("j", "j", "j", "k", "G", "g", " ", "j", " ", "n", "\t", "j", "\x1b[Z", "o", "O", "o")


@dataclass(frozen=True, slots=True)
class Form:
    """The size of a run: numbers of gaps, running fills, starts and keys, and the length of its phases in seconds.

    `settle_s` comes before a measurement, `phase_s` is its length, `idle_s` its length where nothing happens; `others`
    are the programs to compare with.
    """

    gaps: tuple[int, ...]
    fills: tuple[int, ...]
    starts: int
    keys: int
    settle_s: float
    phase_s: float
    idle_s: float
    others: tuple[str, ...]


WHOLE = Form(
    (100, 1000, 10_000, MOST_GAPS),
    (1, 16, 64),
    3,
    keys=160,
    settle_s=12,
    phase_s=20,
    idle_s=60,
    others=("htop", "btop"),
)
QUICK = Form((MOST_GAPS,), (16,), 1, keys=48, settle_s=6, phase_s=5, idle_s=0, others=())


def run(is_quick: bool) -> list[Figure]:
    """Measure the console, and, where they are installed, the bytes that htop and btop send in the same terminal."""
    form = QUICK if is_quick else WHOLE
    key_figures, watch_figures = [], []
    with tempfile.TemporaryDirectory(prefix="console-") as root:
        for gaps in form.gaps:
            database = Path(root, f"{gaps}.db")
            make_large_site(database, floor_second(now_utc()), cameras=CAMERAS, gaps=gaps, gap_s=GAP_S)
            add_a_day_of_segments(database, floor_second(now_utc()))
            for fills in form.fills:
                with played(database, fills):
                    key_figures += _hands(database, gaps, fills, form)
                    watch_figures += _looks(database, gaps, fills, form, form.phase_s)
            if gaps == MOST_GAPS and form.idle_s:
                with played(database, 0):
                    watch_figures += _looks(database, gaps, 0, form, form.idle_s)
    return [*key_figures, *watch_figures, *_others(form)]


def _case(gaps: int, fills: int) -> str:
    many = f"{gaps:,} gaps".replace(",", " ")
    return f"{many}, {'nothing happens' if fills == 0 else '1 fill' if fills == 1 else f'{fills} fills'}"


def _hands(database: Path, gaps: int, fills: int, form: Form) -> list[Figure]:
    """Measure starts and key presses."""
    table, case = f"hands on: {CAMERAS} cameras", _case(gaps, fills)
    limit = {"at_most": MOST_FIRST_PAINT_MS} if gaps == MOST_GAPS else {}
    _start(database)  # from here on the files are in the page cache, as they are on a machine that records
    starts = [_start(database) for _ in range(form.starts)]
    first_ms, full_ms = (median(each) * 1000 for each in zip(*starts, strict=True))
    with console(database) as terminal:
        terminal.shows(FULL)
        terminal.pass_time(form.settle_s)
        took_ms = []
        for key in islice(cycle(KEYS), form.keys):
            # A paint caused by news of the site just before would be taken for that of the key.
            terminal.wait_for_quiet(0.05)
            took_ms.append(terminal.press(key) * 1000)
        mb = terminal.resident_mb
    took_ms.sort()
    return [
        Figure(table, case, "start to first paint", first_ms, "ms", **limit),
        Figure(table, case, "start to all rows", full_ms, "ms"),
        Figure(table, case, "key to paint, median", median(took_ms), "ms"),
        Figure(table, case, "key to paint, 95 of 100", took_ms[math.ceil(len(took_ms) * 0.95) - 1], "ms", MOST_KEY_MS),
        Figure(table, case, "key to paint, worst", took_ms[-1], "ms"),
        Figure(table, case, "memory", mb, "MB", MOST_MB),
        Figure(table, case, "a million additions", pace_ms(), "ms"),
    ]


def _looks(database: Path, gaps: int, fills: int, form: Form, phase_s: float) -> list[Figure]:
    """Measure a console that nobody touches for `phase_s` seconds, on a fast line and on a slow one."""
    table, case, figures = f"looking on: {CAMERAS} cameras", _case(gaps, fills), []
    for line in ("fast", "slow"):
        with console(database, line) as terminal:
            terminal.shows(FULL)
            terminal.pass_time(form.settle_s)
            sent, cpu_s = terminal.sent, terminal.cpu_s
            terminal.pass_time(phase_s)
            sent, cpu_s = terminal.sent - sent, terminal.cpu_s - cpu_s
        at_most = MOST_IDLE_B_PER_MIN if fills == 0 else MOST_SLOW_B_PER_S * 60 if line == "slow" else None
        most_cpu = MOST_IDLE_CPU if fills == 0 else None
        figures += [
            Figure(table, case, f"{line} line", sent / phase_s * 60, "B/min", at_most),
            Figure(table, case, f"CPU on a {line} line", 100 * cpu_s / phase_s, "%", most_cpu),
        ]
    return figures


def _others(form: Form) -> list[Figure]:
    table, figures = "others in the same terminal, as they come", []
    for name in form.others:
        path = shutil.which(name)
        if path is None:
            print(f"{name} is not installed: left out")
            continue
        with Terminal(path) as terminal:
            terminal.pass_time(form.settle_s)
            sent, cpu_s = terminal.sent, terminal.cpu_s
            terminal.pass_time(form.phase_s)
            figures += [
                Figure(table, name, "sent", (terminal.sent - sent) / form.phase_s * 60, "B/min"),
                Figure(table, name, "CPU", 100 * (terminal.cpu_s - cpu_s) / form.phase_s, "%"),
            ]
    return figures


def _start(database: Path) -> tuple[float, float]:
    with console(database) as terminal:
        first_s, full_s = terminal.shows(FIRST, FULL)
    return first_s, full_s


def console(database: Path, line: str = "fast") -> Terminal:
    """The console on this site in a terminal, to be entered with `with`."""
    site = ("--database", str(database), "--recordings", str(database.parent))
    return Terminal(sys.executable, "-m", "anr_tui", *site, ANR_LINE=line, HELDAR_MIN_FREE_DISK_GB="0")


@contextlib.contextmanager
def played(database: Path, fills: int) -> Iterator[None]:
    """Run a worker that simulates this many fills; the journal starts empty."""
    for path in database.parent.glob(f"{database.stem}.anr.*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    command = [sys.executable, "-m", "benchmarks.played_worker", str(database), str(fills)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        if worker.stdout.readline() != b"ready\n":
            raise RuntimeError("the played worker did not begin")
        try:
            yield
        finally:
            worker.communicate()


if __name__ == "__main__":
    sys.exit(main("console", run))
