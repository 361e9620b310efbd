"""A worker that a console starts: a process that outlives it, as long as the site's worker should."""

import asyncio
import logging
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from anr_tui.domain.errors import AnrError

StartWorker = Callable[[], Awaitable[bool]]

if TYPE_CHECKING:
    from pathlib import Path

    from anr_tui.config.settings import Settings

log = logging.getLogger(__name__)


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
    """Starts `anr-tui worker` for whatever consoles there are: it watches them by itself (worker/stay.py)."""

    def __init__(self, options: Sequence[str]) -> None:
        self._options = list(options)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Whether our worker runs."""
        return self._process is not None and self._process.poll() is None

    async def start(self) -> bool:
        """Start it, unless it runs, and wait until it holds the site. False: another worker was faster.

        AnrError, in its own words, where it fails.
        """
        if self.is_running:
            return True
        self.stop()
        self._process = process = self._spawn()
        words = await asyncio.to_thread(_first_words, process)
        if words[-1:] == ["ready"]:
            return True
        await asyncio.to_thread(self.stop)
        if words[-1:] == ["taken"]:
            return False
        if any("Traceback (most recent call last)" in line for line in words):
            log.error("the worker broke as it started:\n%s", "\n".join(words))
            raise AnrError("The worker broke as it started.", "`anr-tui worker` shows how.")
        raise AnrError("\n".join(words).strip() or f"The worker ended at once (status {process.returncode}).")

    def _spawn(self) -> "subprocess.Popen[bytes]":
        # A session of its own: what hangs up or interrupts our terminal is not meant for it.
        return subprocess.Popen(
            # -P: what lies in the directory that we happen to stand in is not ours to run.
            [sys.executable, "-P", "-m", "anr_tui", "worker", "--for-consoles", *self._options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def stop(self, timeout_s: float = 30.0) -> None:
        """Let it end in order: running fills land what arrived. Blocks; killed after `timeout_s`."""
        if self._process is None:
            return
        if self.is_running:
            self._process.terminate()
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _first_words(process: "subprocess.Popen[bytes]") -> list[str]:
    """The lines that it says until it says how it went, or ends; after that it says nothing more on this pipe."""
    words: list[str] = []
    if process.stdout is None:
        return words
    with process.stdout:
        for line in process.stdout:
            words.append(line.decode("utf-8", "replace").rstrip())
            if words[-1] in ("ready", "taken"):
                break
    return words
