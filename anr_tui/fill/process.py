"""One ffmpeg, supervised: it reports progress, is asked to end politely, and never outlives us or hangs us."""

import asyncio
import contextlib
import errno
import functools
import math
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, cast

_LINE_LIMIT_BYTES = 8192
_LINE_BREAKS = re.compile(rb"[\r\n]+")
_STDIN, _STDOUT, _STDERR = 0, 1, 2
_LAST_WAIT_S = 2.0
_NO_MARK: Mapping[str, str] = MappingProxyType({})
_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Progress:
    """What ffmpeg says of its output: media seconds written, file size, and media seconds per second.

    `speed` is 0 while ffmpeg does not know it; `ended` marks the last report.
    """

    media_s: float
    size_bytes: int
    speed: float
    ended: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """How the child ended: negative return codes are signals. `was_stopped`: it was still running when asked to end.

    `was_killed`: it did not heed that within the grace and lost what it held unwritten. `seconds` is its life.
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

    Its standard error reaches `on_line` line by line, without control characters, cut at 8 KiB. Asked to end, it gets
    `q` (camera session closed, file finished), after half of `grace_s` SIGTERM, and at its end SIGKILL, with its whole
    group. A cancelled caller waits for that too, then CancelledError goes on. An error raised by a callback stops
    the child and is raised here. OSError where the program cannot be started.

    `mark` goes into the child's environment, so that a later worker knows whose child it was.

    Call it from the thread that lives as long as the worker: the kernel ties the child's life to that thread.
    """
    started = time.monotonic()
    child = _Child(on_progress, on_line)
    await child.start(arguments, mark)
    has_stopped = False
    try:
        if on_start is not None:
            on_start(child.pid)
        await _first_set(child.exited, child.failed, stop)
        has_stopped = not child.exited.is_set()
    finally:
        was_killed = await _to_the_end(child.end(grace_s))
    if child.failure is not None:
        raise child.failure
    return Ending(child.returncode, has_stopped, was_killed, time.monotonic() - started)


class LineSplitter:
    """Cuts a stream of bytes into lines at any run of CR and LF; of a line, the first 8 KiB are kept."""

    def __init__(self) -> None:
        self._open = b""

    def feed(self, chunk: bytes) -> list[str]:
        """The lines that `chunk` completes."""
        *complete, rest = _LINE_BREAKS.split(self._open + chunk)
        self._open = rest[:_LINE_LIMIT_BYTES]
        return [_printable(line) for line in complete if line]

    def finish(self) -> list[str]:
        """The last line, where the stream ended without a line break."""
        return self.feed(b"\n")


class _ProgressReader:
    """Gathers the key=value lines of `-progress` into one Progress per block."""

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


class _Child(asyncio.SubprocessProtocol):
    """The process and its three pipes. Callbacks drain the pipes whatever the supervisor is waiting for."""

    def __init__(self, on_progress: Callable[[Progress], None], on_line: Callable[[str], None]) -> None:
        self.exited = asyncio.Event()
        self.failed = asyncio.Event()
        self.failure: Exception | None = None
        self._closed = asyncio.Event()
        self._on_progress = on_progress
        self._on_line = on_line
        self._splitters = {_STDOUT: LineSplitter(), _STDERR: LineSplitter()}
        self._progress = _ProgressReader()

    async def start(self, arguments: Sequence[str], mark: Mapping[str, str]) -> None:
        if shutil.which(arguments[0]) is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), arguments[0])
        transport, _ = await asyncio.get_running_loop().subprocess_exec(
            lambda: self,
            *_tied_to_us(),
            *arguments,
            env=_environment() | dict(mark),
            process_group=0,
        )
        self._transport = transport
        self.pid: int = transport.get_pid()

    @property
    def returncode(self) -> int:
        returncode = self._transport.get_returncode()
        return -signal.SIGKILL if returncode is None else returncode

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self._deliver(fd, self._splitters[fd].feed(data))

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        if fd != _STDIN:
            self._deliver(fd, self._splitters[fd].finish())

    def process_exited(self) -> None:
        self.exited.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed.set()

    def _deliver(self, fd: int, lines: list[str]) -> None:
        if self.failure is not None:
            return
        try:
            for line in lines:
                if fd == _STDERR:
                    self._on_line(line)
                elif progress := self._progress.read(line):
                    self._on_progress(progress)
        except Exception as error:
            self.failure = error
            self.failed.set()

    async def end(self, grace_s: float) -> bool:
        """Stop what still runs, read what it still says, release everything; True where it took SIGKILL."""
        try:
            if self.exited.is_set():
                return False
            self._ask_to_quit()
            if await _is_set_within(self.exited, grace_s / 2):
                return False
            # Up to 6.x, an ffmpeg that waits for a silent camera heeds neither `q` nor the first SIGTERM.
            for _ in range(2):
                self._signal(signal.SIGTERM)
                if await _is_set_within(self.exited, grace_s / 4):
                    return False
            return True
        finally:
            # The group may outlive its leader, and whoever lives in it may hold the pipes open.
            self._signal(signal.SIGKILL)
            # Bounded: a process that waits for a dead disk or network file system does not even heed SIGKILL.
            await _is_set_within(self.exited, _LAST_WAIT_S)
            await _is_set_within(self._closed, _LAST_WAIT_S)
            self._transport.close()
            await _is_set_within(self._closed, _LAST_WAIT_S)

    def _ask_to_quit(self) -> None:
        stdin = cast("asyncio.WriteTransport", self._transport.get_pipe_transport(_STDIN))
        if not stdin.is_closing():
            stdin.write(b"q\n")

    def _signal(self, number: signal.Signals) -> None:
        # macOS refuses with EPERM where only a zombie is left.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


async def _first_set(*events: asyncio.Event) -> None:
    waiters = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiters, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for waiter in waiters:
            waiter.cancel()


async def _is_set_within(event: asyncio.Event, seconds: float) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()


async def _to_the_end(work: Coroutine[Any, Any, bool]) -> bool:
    """Wait for `work` however often we are cancelled meanwhile, and let the cancellation go on afterwards."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
    return task.result()


def _environment() -> dict[str, str]:
    """What a child needs and no more: no proxy, no secret, English messages, UTC."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return kept | {"TZ": "UTC", "LC_ALL": "C"}


@functools.cache
def _tied_to_us() -> tuple[str, ...]:
    """The prefix that makes the kernel end the child when the worker dies, where the machine has it.

    TERM, not KILL: the relay is gone with the worker, so ffmpeg ends anyway, and TERM lets it write its last fragment.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return ()
    # BusyBox has a setpriv that lacks this option.
    shown = subprocess.run([setpriv, "--help"], capture_output=True, text=True, timeout=10, check=False)
    return (setpriv, "--pdeathsig", "TERM", "--") if "--pdeathsig" in shown.stdout else ()


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0


def _printable(line: bytes) -> str:
    text = line[:_LINE_LIMIT_BYTES].decode("utf-8", "replace").replace("\t", " ")
    return "".join(character for character in text if character.isprintable())
