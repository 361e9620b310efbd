"""Starting a worker from a console, as a process that outlives the console for as long as the site's worker should."""

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
    """The flags that make another anr-tui work on the same site as `settings`, from any directory."""
    flags = {
        "--database": settings.database_path.absolute(),
        "--recordings": settings.recordings_dir.absolute(),
        "--journal": settings.journal_path.absolute(),
    }
    if config is not None:
        flags["--config"] = config.absolute()
    return [word for flag, value in flags.items() for word in (flag, str(value))]


class ChildWorker:
    """A worker process started by a console, by `anr-tui worker` with `options`.

    The worker watches by itself whether consoles are open (worker/lifecycle/lifetime.py).
    """

    def __init__(self, options: Sequence[str]) -> None:
        self._options = list(options)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Whether the worker that was started here runs."""
        return self._process is not None and self._process.poll() is None

    async def start(self) -> bool:
        """Start the worker, unless it runs, and wait until it holds the site. False where another worker was faster.

        Raises AnrError, in the worker's own words, where it fails.
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
        # In a session of its own, so that a hang-up or an interrupt of our terminal does not reach it.
        return subprocess.Popen(
            # -P: modules in the current directory must not be imported.
            [sys.executable, "-P", "-m", "anr_tui", "worker", "--for-consoles", *self._options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def stop(self, timeout_s: float = 30.0) -> None:
        """End the worker in order, so that running fills land what arrived; kill it after `timeout_s` seconds.

        Blocking.
        """
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
    """The lines that the worker prints until it says how its start went, or ends."""
    words: list[str] = []
    if process.stdout is None:
        return words
    with process.stdout:
        for line in process.stdout:
            words.append(line.decode("utf-8", "replace").rstrip())
            if words[-1] in ("ready", "taken"):
                break
    return words
