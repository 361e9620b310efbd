"""A program in a real pseudo-terminal, whose output is read at once and counted."""

import contextlib
import fcntl
import os
import pty
import select
import subprocess
import termios
import time
from types import TracebackType
from typing import Self

from benchmarks.measured import cpu_s_of, resident_mb_of

SIZE = (32, 120)
# A paint arrives in pieces of 4 KiB; a silence of this many seconds ends it.
_QUIET_S = 0.005
_PIECE = 1 << 16


class Terminal:
    """Runs a command in a terminal of 120 columns by 32 rows.

    `sent` is the number of bytes that it has written so far.
    """

    def __init__(self, *command: str, **environment: str) -> None:
        self.sent = 0
        self._command = command
        self._environment = {key: value for key, value in os.environ.items() if not key.startswith(("SSH_", "ANR_"))}
        # Without stored bytecode every start compiles every module, which no user experiences.
        self._environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self._environment |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"} | environment

    def __enter__(self) -> Self:
        self.user, program = pty.openpty()
        termios.tcsetwinsize(program, SIZE)
        self.began = time.perf_counter()
        self.process = subprocess.Popen(
            self._command,
            stdin=program,
            stdout=program,
            stderr=program,
            env=self._environment,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(program)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        with contextlib.suppress(OSError):
            while self._read(5.0):
                pass
        self.process.kill()
        self.process.wait()
        os.close(self.user)

    def shows(self, *words: bytes, within_s: float = 60.0) -> list[float]:
        """The seconds from the start until each of these texts was written.

        Raises TimeoutError where one is missing after `within_s` seconds.
        """
        shown_at_s: dict[bytes, float] = {}
        written = b""
        deadline = time.perf_counter() + within_s
        while len(shown_at_s) < len(words):
            if time.perf_counter() > deadline:
                raise TimeoutError(f"not on the screen: {set(words) - shown_at_s.keys()}")
            written += self._read(0.1)
            now = time.perf_counter()
            shown_at_s |= {each: now - self.began for each in words if each not in shown_at_s and each in written}
        return [shown_at_s[each] for each in words]

    def pass_time(self, seconds: float) -> None:
        """Read the output for this many seconds."""
        until = time.perf_counter() + seconds
        while (left := until - time.perf_counter()) > 0:
            self._read(left)

    def wait_for_quiet(self, seconds: float) -> None:
        """Read the output until nothing was written for this many seconds."""
        while self._read(seconds):
            pass

    def press(self, key: str) -> float:
        """Press a key; returns the seconds until the paint after it has arrived.

        Raises TimeoutError where none comes.
        """
        began = time.perf_counter()
        os.write(self.user, key.encode())
        painted = began
        if not self._read(10.0):
            raise TimeoutError(f"nothing was painted after {key!r}")
        while True:
            painted = time.perf_counter()
            if not self._read(_QUIET_S):
                return painted - began

    @property
    def cpu_s(self) -> float:
        """The CPU seconds of the program so far, without its children."""
        return cpu_s_of(self.process.pid)

    @property
    def resident_mb(self) -> float:
        """The resident memory of the program now, in megabytes."""
        return resident_mb_of(self.process.pid)

    def _read(self, seconds: float) -> bytes:
        ready, _, _ = select.select([self.user], [], [], seconds)
        data = os.read(self.user, _PIECE) if ready else b""
        self.sent += len(data)
        return data
