"""The figures of a benchmark, with units and limits: printed as tables, and kept in `results.json`."""

import argparse
import contextlib
import json
import os
import platform
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from anr_tui.domain.timestamps import floor_second, format_stamp, now_utc
from anr_tui.fill.ffmpeg.program import find_ffmpeg

_PACES, _ADDITIONS = 21, 1_000_000
RESULTS = Path(__file__).with_name("results.json")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured `value` in `unit`; `at_most` and `at_least` are its limits in the same unit.

    `table` is the heading of its table, `case` its row, `what` its column.
    """

    table: str
    case: str
    what: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def is_kept(self) -> bool:
        """Whether the value is within its limits."""
        above = self.at_least is None or self.value >= self.at_least
        return above and (self.at_most is None or self.value <= self.at_most)

    @property
    def words(self) -> str:
        """The value to three digits, with its limits, and the word MISSED where one is missed."""
        bounds = (("≤", self.at_most), ("≥", self.at_least))
        limits = [f"{sign} {_digits(limit)}" for sign, limit in bounds if limit is not None]
        verdict = "" if self.is_kept else ", MISSED"
        return _digits(self.value) + (f" ({', '.join(limits)}{verdict})" if limits else "")


def _digits(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ") if abs(value) >= 100 else f"{value:.3g}"


def tables(figures: Iterable[Figure]) -> dict[str, list[list[str]]]:
    """The tables by heading: a row of column heads, then a row for each case; each measured quantity has a column."""
    made: dict[str, list[list[str]]] = {}
    figures = list(figures)
    for table in dict.fromkeys(figure.table for figure in figures):
        own = [figure for figure in figures if figure.table == table]
        columns = list(dict.fromkeys((figure.what, figure.unit) for figure in own))
        cells = {(figure.case, figure.what, figure.unit): figure.words for figure in own}
        rows = [[case, *(cells.get((case, *column), "") for column in columns)] for case in _cases(own)]
        made[table] = [[table, *(f"{what}, {unit}" for what, unit in columns)], *rows]
    return made


def _cases(figures: Iterable[Figure]) -> list[str]:
    return list(dict.fromkeys(figure.case for figure in figures))


def main(
    part: str, run: Callable[[bool], list[Figure]], notes: Callable[[bool], list[str]] = lambda is_quick: []
) -> int:
    """Run a benchmark from the command line; returns the exit status, 1 where a limit was missed.

    `--quick` asks for the short form. `notes` gives the sentences that a reader of its figures must know.
    """
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{part}")
    parser.add_argument("--quick", action="store_true", help="shorter windows, fewer and smaller cases")
    is_quick = parser.parse_args().quick
    load, pace = os.getloadavg()[0], pace_ms()
    figures = run(is_quick)
    for rows in tables(figures).values():
        _print(rows)
    sentences = notes(is_quick)
    print("\n".join(sentences))
    state = {"load_before": round(load, 2), "pace_before_ms": round(pace, 1), "pace_after_ms": round(pace_ms(), 1)}
    keep(part, figures, is_quick=is_quick, state=state, notes=sentences)
    missed = [figure for figure in figures if not figure.is_kept]
    for figure in missed:
        print(f"MISSED: {figure.table}: {figure.case}: {figure.what} {figure.words} {figure.unit}")
    return 1 if missed else 0


def pace_ms() -> float:
    """The time of a million additions in milliseconds, which other load on the machine changes."""
    took_ms = []
    for _ in range(_PACES):
        began = time.perf_counter()
        sum(range(_ADDITIONS))
        took_ms.append((time.perf_counter() - began) * 1000)
    return median(took_ms)


def keep(
    part: str, figures: list[Figure], *, is_quick: bool, state: Mapping[str, float], notes: Sequence[str] = ()
) -> None:
    """Replace the figures of a benchmark in `results.json`; `state` describes the machine during the run."""
    results = read_results()
    results[part] = {
        "measured_at": format_stamp(floor_second(now_utc())),
        "commit": _said_by("git", "describe", "--always", "--dirty"),
        "is_quick": is_quick,
        "machine": machine() | dict(state),
        "figures": [asdict(figure) for figure in figures],
    } | ({"notes": list(notes)} if notes else {})
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


def read_results() -> dict[str, Any]:
    """The stored results, by name of the benchmark."""
    return dict(json.loads(RESULTS.read_text(encoding="utf-8"))) if RESULTS.exists() else {}


def machine() -> dict[str, str | int | float]:
    """The machine that measures: hardware and versions, without any name."""
    memory_bytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": os.cpu_count() or 0,
        "memory_gb": round(memory_bytes / 1e9, 1),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "ffmpeg": _said_by(find_ffmpeg("ffmpeg"), "-version").split(" ")[2],
    }


def _processor() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()


def _said_by(*command: str) -> str:
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=RESULTS.parent)
    return result.stdout.strip() or "not known"


def _print(rows: list[list[str]]) -> None:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *others = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join([first, *others]).rstrip() + "\n")
    sys.stdout.write("\n")
