"""Faults of file operations, as SQLite tests them: the n-th operation below some directories fails.

`io_faults.c` is built into a library that a process preloads, so that Python, SQLite and libav are all hit. Where there
is no compiler, `python_faults` hits what Python itself does in this process.
"""

import builtins
import contextlib
import ctypes
import errno
import io
import mmap
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

SOURCE = Path(__file__).with_suffix(".c")
COMPILERS = ("cc", "gcc", "clang")
ENTRIES = 4096


class _Entry(ctypes.Structure):
    _fields_ = (
        ("operation", ctypes.c_char * 24),
        ("path", ctypes.c_char * 232),
        ("is_main_thread", ctypes.c_int32),
        ("has_failed", ctypes.c_int32),
    )


class _Control(ctypes.Structure):
    _fields_ = (
        ("count", ctypes.c_int64),
        ("at", ctypes.c_int64),
        ("error", ctypes.c_int32),
        ("forever", ctypes.c_int32),
        ("delay_ms", ctypes.c_int32),
        ("has_hit", ctypes.c_int32),
        ("entries", _Entry * ENTRIES),
    )


@dataclass(frozen=True, slots=True)
class FileOperation:
    """One operation of the process: its name, its path, whether the event loop's thread did it, whether it failed."""

    operation: str
    path: str
    is_main_thread: bool
    has_failed: bool


@dataclass(frozen=True, slots=True)
class IoFault:
    """The first operation from number `at` (from 1) on that can fail with `error` does; with `is_lasting`, all later
    ones do too.

    With `delay_s` it takes so long, and does not fail. 0: none does.
    """

    at: int = 0
    error: int = errno.EIO
    is_lasting: bool = False
    delay_s: float = 0.0


def build_library(directory: Path) -> Path | None:
    """The library, built in a directory; None where this machine has no C compiler."""
    compiler = next(filter(None, map(shutil.which, COMPILERS)), None)
    if compiler is None:
        return None
    library = directory / "io_faults.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True, timeout=60)
    return library


class IoFaults:
    """The faults of one process, and what it did; `environment` is to be added to that process's."""

    def __init__(self, library: Path, control: Path, roots: Sequence[Path], fault: IoFault) -> None:
        self.environment = {
            "LD_PRELOAD": str(library),
            "IO_FAULTS": str(control),
            "IO_FAULTS_ROOTS": ":".join(map(str, roots)),
        }
        control.write_bytes(bytes(ctypes.sizeof(_Control)))
        with control.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 0)
        self._control = _Control.from_buffer(self._memory)
        self._control.error, self._control.at = fault.error, fault.at
        self._control.forever, self._control.delay_ms = int(fault.is_lasting), round(fault.delay_s * 1000)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        del self._control
        self._memory.close()

    def mend(self) -> None:
        """Let no operation fail from now on."""
        self._control.at = 0

    @property
    def operations(self) -> list[FileOperation]:
        """The operations so far, in their order."""
        entries = self._control.entries[: min(self._control.count, ENTRIES)]
        return [
            FileOperation(
                entry.operation.decode(),
                entry.path.decode(errors="replace"),
                bool(entry.is_main_thread),
                bool(entry.has_failed),
            )
            for entry in entries
        ]


@contextlib.contextmanager
def python_faults(roots: Sequence[Path], fault: IoFault) -> Iterator[list[FileOperation]]:
    """The same for what Python does in this process while the block lasts; yields the operations, as they come."""
    operations: list[FileOperation] = []
    counting = threading.Lock()
    paths_by_descriptor: dict[int, str] = {}

    def named(descriptor: int) -> str:
        # A number may be that of another file by now, as far as the system tells.
        with contextlib.suppress(OSError):
            return os.readlink(f"/proc/self/fd/{descriptor}")
        return paths_by_descriptor.get(descriptor, "")

    def take(operation: str, path: object) -> None:
        text = named(path) if isinstance(path, int) else os.fspath(path)  # type: ignore[call-overload]
        if isinstance(text, str) and text.startswith("/proc/"):
            # Files of ours are opened by their descriptors.
            with contextlib.suppress(OSError):
                text = os.readlink(text)
        if not isinstance(text, str) or not text.startswith(tuple(map(str, roots))):
            return
        with counting:
            number = len(operations) + 1
            has_failed = bool(fault.at) and (number == fault.at or (fault.is_lasting and number > fault.at))
            is_main = threading.current_thread() is threading.main_thread()
            operations.append(FileOperation(operation, text, is_main, has_failed))
        if has_failed:
            raise OSError(fault.error, os.strerror(fault.error), text)

    def wrapped(name: str, real: Callable[..., Any], at: int = 0) -> Callable[..., Any]:
        def operate(*arguments: Any, **options: Any) -> Any:
            take(name, arguments[at] if len(arguments) > at else ".")
            result = real(*arguments, **options)
            if real is real_open:
                paths_by_descriptor[result] = os.fspath(arguments[0])
            return result

        return operate

    real_open = os.open
    places = {"link": 1, "rename": 1, "replace": 1}
    names = ("open", "link", "rename", "replace", "unlink", "mkdir", "scandir", "stat", "lstat", "fsync")
    patched: list[tuple[Any, str, Any]] = [(os, name, getattr(os, name)) for name in names]
    patched += [(io, "open", io.open), (builtins, "open", builtins.open)]
    for module, name, real in patched:
        setattr(module, name, wrapped(name, real, places.get(name, 0)))
    try:
        yield operations
    finally:
        for module, name, real in patched:
            setattr(module, name, real)
