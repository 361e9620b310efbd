"""A worker that a console starts for itself: a child process that ends with it."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from anr_tui.errors import AnrError

StartWorker = Callable[[], Awaitable[None]]

if TYPE_CHECKING:
    from pathlib import Path

    from anr_tui.settings import Settings


def settings_flags(settings: "Settings", config: "Path | None") -> list[str]:
    """The flags that make another anr-tui work on the same site as `settings`, wherever it is started."""
    flags = {
        "--database": settings.database_path.absolute(),
        "--recordings": settings.recordings_dir.absolute(),
        "--journal": settings.journal_path.absolute(),
    }
    if config is not None:
        flags["--config"] = config.absolute()
    return [word for flag, value in flags.items() for word in (flag, str(value))]


class ChildWorker:
    """Starts `anr-tui worker` with a lifeline: its standard input, which ends when we do."""

    def __init__(self, options: Sequence[str]) -> None:
        self._options = list(options)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Whether our worker runs."""
        return self._process is not None and self._process.poll() is None

    async def start(self) -> None:
        """Start it, unless it runs, and wait until it holds the site. AnrError, in its own words, where it ends."""
        if self.is_running:
            return
        self.stop()
        self._process = process = self._spawn()
        words = await asyncio.to_thread(_first_words, process)
        if "ready" not in words.splitlines():
            await asyncio.to_thread(self.stop)
            raise AnrError(words.strip() or f"The worker ended at once (status {process.returncode}).")

    def _spawn(self) -> "subprocess.Popen[bytes]":
        # A session of its own: what hangs up or interrupts our terminal is not meant for it.
        return subprocess.Popen(
            # -P: what lies in the directory that we happen to stand in is not ours to run.
            [sys.executable, "-P", "-m", "anr_tui", "worker", "--lifeline", *self._options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def stop(self, timeout_s: float = 30.0) -> None:
        """Let it end in order: running fills land what arrived. Blocks; killed after `timeout_s`."""
        if self._process is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def _first_words(process: "subprocess.Popen[bytes]") -> str:
    """What it says until it says `ready` or ends; after that it says nothing more on this pipe."""
    words: list[str] = []
    if process.stdout is None:
        return ""
    for line in process.stdout:
        words.append(line.decode("utf-8", "replace"))
        if words[-1].strip() == "ready":
            break
    return "".join(words)
