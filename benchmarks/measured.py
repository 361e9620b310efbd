"""A child process whose CPU and memory are measured from when it is ready until its standard input is closed."""

import asyncio
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Use:
    """The CPU seconds of all threads of a process, and its peak memory in megabytes."""

    cpu_s: float
    peak_mb: float


def use_of(used: resource.struct_rusage) -> Use:
    """The use that the system reports of a process (getrusage(2))."""
    return Use(used.ru_utime + used.ru_stime, used.ru_maxrss / 1000)


async def report_use(ready: str, *, at_end: Callable[[], str] = str) -> None:
    """In the child: print `ready`, wait until standard input is closed, then print what was used in between.

    The lines of `at_end`, called then, come before that.
    """
    print(ready, flush=True)
    before = use_of(resource.getrusage(resource.RUSAGE_SELF))
    await asyncio.to_thread(sys.stdin.read)
    after = use_of(resource.getrusage(resource.RUSAGE_SELF))
    print(at_end())
    print(after.cpu_s - before.cpu_s, after.peak_mb, flush=True)


class MeasuredChild:
    """Runs a module of ours; the first `lines` lines of its output are `ready`.

    After the block `use` is known, and `told`: the lines that the child gave `report_use` for its end.
    """

    def __init__(self, module: str, *arguments: str, lines: int = 1) -> None:
        self.use = Use(0.0, 0.0)
        self.ready: list[str] = []
        self.told: list[str] = []
        self._command = [sys.executable, "-m", module, *arguments]
        self._lines = lines

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.ready = [self._process.stdout.readline().strip() for _ in range(self._lines)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        output, _ = self._process.communicate()
        if error is None:
            *told, use = output.splitlines()
            self.told = [line for line in told if line]
            self.use = Use(*map(float, use.split()))


def finish(process: subprocess.Popen[bytes]) -> Use:
    """Wait for a process that does not report its use, and return the use of its whole life."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return use_of(used)


def cpu_s_of(pid: int) -> float:
    """The CPU seconds of a process so far, without its children (proc(5))."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb_of(pid: int) -> float:
    """The resident memory of a process now, in megabytes (proc(5))."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
