"""A supervised child process, in a session of its own, with its pipes always drained, ended with its whole group.

It never outlives us, blocks us, or has a terminal.
"""

import asyncio
import contextlib
import errno
import functools
import os
import re
import resource
import shutil
import signal
import subprocess
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, cast

from anr_tui.platform.text import plain_line

STDIN, STDOUT, STDERR = 0, 1, 2
_LINE_LIMIT_BYTES = 8192
_LINE_BREAKS = re.compile(rb"[\r\n]+")
_LAST_WAIT_S = 2.0


class LineSplitter:
    """Splits a stream of bytes into lines at any run of CR and LF, and cuts each line at 8 KiB."""

    def __init__(self) -> None:
        self._open = b""

    def feed(self, chunk: bytes) -> list[str]:
        """The lines that `chunk` completes."""
        *complete, rest = _LINE_BREAKS.split(self._open + chunk)
        self._open = rest[:_LINE_LIMIT_BYTES]
        return [_line_text(line) for line in complete if line]

    def finish(self) -> list[str]:
        """The last line, where the stream ended without a line break."""
        return self.feed(b"\n")


class Child(asyncio.SubprocessProtocol):
    """A child process and its three pipes, which callbacks drain whatever the supervisor is waiting for.

    `on_output` is called with the file descriptor and its data, and with b"" at its end. An error that it raises is
    kept in `failure`.
    """

    def __init__(self, on_output: Callable[[int, bytes], None]) -> None:
        self.exited = asyncio.Event()
        self.failed = asyncio.Event()
        self.failure: Exception | None = None
        self._closed = asyncio.Event()
        self._on_output = on_output

    async def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], *, memory_bytes: int | None = None
    ) -> None:
        """Start the program with only this environment. Raises OSError where it cannot be started.

        `memory_bytes` bounds its address space (RLIMIT_AS), where the system lets us do that (Linux does).
        """
        if shutil.which(arguments[0]) is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), arguments[0])
        transport, _ = await asyncio.get_running_loop().subprocess_exec(
            lambda: self,
            *_tied_to_us(),
            *arguments,
            env=dict(environment),
            start_new_session=True,
        )
        self._transport = transport
        self.pid: int = transport.get_pid()
        if memory_bytes is not None:
            _limit_memory(self.pid, memory_bytes)

    @property
    def returncode(self) -> int:
        """The exit status, negative for a signal."""
        returncode = self._transport.get_returncode()
        return -signal.SIGKILL if returncode is None else returncode

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Called by asyncio with output of the child."""
        self._deliver(fd, data)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """Called by asyncio when the child's output on a pipe has ended."""
        if fd != STDIN:
            self._deliver(fd, b"")

    def process_exited(self) -> None:
        """Called by asyncio when the process has exited; its pipes may still be open."""
        self.exited.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio when the process has exited and all pipes are closed."""
        self._closed.set()

    def _deliver(self, fd: int, data: bytes) -> None:
        if self.failure is not None:
            return
        try:
            self._on_output(fd, data)
        except Exception as error:
            self.failure = error
            self.failed.set()

    def say(self, text: bytes) -> None:
        """Write to the child's standard input, unless that is closed."""
        if not self._stdin.is_closing():
            self._stdin.write(text)

    def say_last(self, text: bytes) -> None:
        """Write to the child's standard input, and close that."""
        self.say(text)
        self._stdin.close()

    async def end(self, grace_s: float, farewell: bytes = b"") -> bool:
        """End the child and its group, read its remaining output, release everything; True where SIGKILL was needed.

        The child is sent `farewell`, after half of `grace_s` seconds SIGTERM, and after all of them SIGKILL.
        """
        try:
            if self.exited.is_set():
                return False
            if farewell:
                self.say(farewell)
                if await _is_set_within(self.exited, grace_s / 2):
                    return False
            # Up to version 6, an ffmpeg that waits for a silent camera ignores both `q` and the first SIGTERM.
            for _ in range(2):
                self._signal(signal.SIGTERM)
                if await _is_set_within(self.exited, grace_s / 4):
                    return False
            return True
        finally:
            # Processes of the group may outlive its leader, and hold the pipes open.
            self._signal(signal.SIGKILL)
            # Limited, because a process that waits for a dead disk or network file system ignores even SIGKILL.
            await _is_set_within(self.exited, _LAST_WAIT_S)
            await _is_set_within(self._closed, _LAST_WAIT_S)
            self._transport.close()
            await _is_set_within(self._closed, _LAST_WAIT_S)

    @property
    def _stdin(self) -> asyncio.WriteTransport:
        return cast("asyncio.WriteTransport", self._transport.get_pipe_transport(STDIN))

    def _signal(self, number: signal.Signals) -> None:
        # macOS refuses with EPERM where only a zombie is left.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


def _limit_memory(pid: int, memory_bytes: int) -> None:
    # A process that has ended meanwhile needs no bound; a system call filter may forbid it.
    with contextlib.suppress(OSError, ValueError, AttributeError):
        resource.prlimit(pid, resource.RLIMIT_AS, (memory_bytes, memory_bytes))


async def first_set(*events: asyncio.Event) -> None:
    """Wait until one of the events is set."""
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


async def to_the_end(work: Coroutine[Any, Any, bool]) -> bool:
    """Wait for `work` to end even when cancelled meanwhile, and raise CancelledError only afterwards."""
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


@functools.cache
def _tied_to_us() -> tuple[str, ...]:
    """The command prefix that makes the kernel end the child when the worker dies; empty where there is no setpriv.

    The signal is TERM and not KILL: the relay is gone with the worker, so ffmpeg ends anyway, and TERM lets it write
    its last fragment.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return ()
    # BusyBox has a setpriv that lacks this option.
    shown = subprocess.run([setpriv, "--help"], capture_output=True, text=True, timeout=10, check=False)
    return (setpriv, "--pdeathsig", "TERM", "--") if "--pdeathsig" in shown.stdout else ()


def _line_text(line: bytes) -> str:
    return plain_line(line[:_LINE_LIMIT_BYTES].decode("utf-8", "replace").replace("\t", " "), instead="")
