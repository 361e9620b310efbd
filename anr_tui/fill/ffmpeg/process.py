"""A supervised ffmpeg process: reports its progress, and is asked to end before it is killed."""

import asyncio
import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from anr_tui.platform.child_process import STDERR, STDOUT, Child, LineSplitter, first_set, to_the_end

_NO_MARK: Mapping[str, str] = MappingProxyType({})
_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH")
_QUIT = b"q\n"
# Address space, most of it never used: thread stacks, the program itself. A fetch takes some 50 MB of memory.
_MOST_MEMORY_BYTES = 3 * 1024**3


@dataclass(frozen=True, slots=True)
class Progress:
    """ffmpeg's report of its output: media seconds written, file size in bytes, and media seconds per second.

    `speed` is 0 while ffmpeg does not know it; `ended` marks the last report.
    """

    media_s: float
    size_bytes: int
    speed: float
    ended: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """How ffmpeg ended; a return code of -N means that signal N ended it.

    `was_stopped`: it was still running when it was asked to end. `was_killed`: it did not end within the grace period,
    and lost what it had not written. `seconds` is how long it ran.
    """

    returncode: int
    was_stopped: bool
    was_killed: bool
    seconds: float


async def supervise(
    arguments: Sequence[str],
    *,
    on_progress: Callable[[Progress], None],
    on_line: Callable[[str], None],
    stop: asyncio.Event,
    grace_s: float = 5.0,
    on_start: Callable[[int], None] | None = None,
    mark: Mapping[str, str] = _NO_MARK,
) -> Ending:
    """Run a program that reports like `ffmpeg -progress pipe:1` until it ends or `stop` is set.

    Its standard error is passed to `on_line` line by line, without control characters, cut at 8 KiB. To end it, it is
    sent `q` (ffmpeg then closes the camera session and finishes the file), after half of `grace_s` seconds SIGTERM, and
    after all of them SIGKILL, with its whole process group. `on_start` is called with its process id. `mark` is added
    to the child's environment, so that a later worker knows which worker started it. On Linux, its address space is
    bounded to 3 GiB.

    A cancelled caller waits for the end too, before CancelledError is raised. An error raised by a callback stops the
    child and is raised here. Raises OSError where the program cannot be started. Call this from a thread that lives as
    long as the worker: the kernel ends the child when that thread ends.
    """
    started = time.monotonic()
    child = Child(_Output(on_progress, on_line).read)
    await child.start(arguments, _environment() | dict(mark), memory_bytes=_MOST_MEMORY_BYTES)
    has_stopped = False
    try:
        if on_start is not None:
            on_start(child.pid)
        await first_set(child.exited, child.failed, stop)
        has_stopped = not child.exited.is_set()
    finally:
        was_killed = await to_the_end(child.end(grace_s, _QUIT))
    if child.failure is not None:
        raise child.failure
    return Ending(child.returncode, has_stopped, was_killed, time.monotonic() - started)


class _ProgressReader:
    """Collects the `key=value` lines of `-progress` into one Progress for each block."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    def read(self, line: str) -> Progress | None:
        key, _, value = line.partition("=")
        self._values[key[:40]] = value.strip()
        if key != "progress":
            return None
        values, self._values = self._values, {}
        return Progress(
            media_s=max(0.0, _number(values.get("out_time_us", ""))) / 1e6,
            size_bytes=int(_number(values.get("total_size", ""))),
            speed=_number(values.get("speed", "").removesuffix("x")),
            ended=values["progress"] == "end",
        )


class _Output:
    """Passes ffmpeg's standard error on line by line, and its standard output as progress."""

    def __init__(self, on_progress: Callable[[Progress], None], on_line: Callable[[str], None]) -> None:
        self._on_progress = on_progress
        self._on_line = on_line
        self._splitters = {STDOUT: LineSplitter(), STDERR: LineSplitter()}
        self._progress = _ProgressReader()

    def read(self, fd: int, data: bytes) -> None:
        splitter = self._splitters[fd]
        for line in splitter.feed(data) if data else splitter.finish():
            if fd == STDERR:
                self._on_line(line)
            elif progress := self._progress.read(line):
                self._on_progress(progress)


def _environment() -> dict[str, str]:
    """The environment of a child, which has only what it needs: no proxy, no secret, English messages, UTC."""
    inherited = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return inherited | {"TZ": "UTC", "LC_ALL": "C", "MALLOC_ARENA_MAX": "2"}


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0
