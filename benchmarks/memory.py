"""The peak memory of processes and of all that they started, sampled five times a second."""

import contextlib
import threading
from collections import defaultdict
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.measured import resident_mb_of

_LOOK_S = 0.2


class PeakMemory:
    """Samples memory while the block lasts, in resident megabytes: `together_mb` of all watched processes at once.

    `largest_mb` is the peak of the largest process with all that it started, `alone_mb` that of the largest without.
    """

    def __init__(self) -> None:
        self.together_mb = self.largest_mb = self.alone_mb = 0.0
        self._roots: set[int] = set()
        self._ended = threading.Event()
        self._looking = threading.Thread(target=self._look_on, name="memory")

    def __enter__(self) -> Self:
        self._looking.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._looking.join()

    def watch(self, pid: int) -> None:
        """Count a process, and all processes that it starts, from now on."""
        self._roots.add(pid)

    def forget(self, pid: int) -> None:
        """Count a process no longer: it has ended."""
        self._roots.discard(pid)

    def _look_on(self) -> None:
        while not self._ended.wait(_LOOK_S):
            children = _children()
            roots = list(self._roots)
            trees = [_tree_mb(pid, children) for pid in roots]
            self.together_mb = max(self.together_mb, sum(trees))
            self.largest_mb = max(self.largest_mb, *trees, 0.0)
            self.alone_mb = max(self.alone_mb, *map(_own_mb, roots), 0.0)


def _children() -> dict[int, list[int]]:
    children = defaultdict(list)
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
                children[int(fields[1])].append(int(entry.name))
    return children


def _tree_mb(pid: int, children: dict[int, list[int]]) -> float:
    return _own_mb(pid) + sum(_tree_mb(child, children) for child in children.get(pid, ()))


def _own_mb(pid: int) -> float:
    """The resident megabytes of a process; 0 once it has ended."""
    try:
        return resident_mb_of(pid)
    except OSError:
        return 0.0
