"""Textual's driver for terminals that stop reading: neither event loop nor the end of the console waits."""

import contextlib
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from textual.app import App

MOST_WAITING = 6
"""The number of pending writes above which paints are held back: one paint is three writes."""

_FAREWELL_S = 2.0
"""The seconds for which a terminal that reads nothing may delay the end of the console."""

_SCREEN = 2
_PLAIN = "\x1b[0m\x1b[?2026l"


class Outlet:
    """The file of Textual's writer thread: the terminal, without a lock for which Python would wait when it ends.

    `when_taken` is called in that thread whenever the terminal has taken all output.
    """

    def __init__(self, descriptor: int, encoding: str, when_taken: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._encoding = encoding
        self._when_taken = when_taken
        self._parts: list[bytes] = []
        self._is_gone = False

    def fileno(self) -> int:
        """The file descriptor of the terminal."""
        return self._descriptor

    def write(self, text: str) -> None:
        """Store a text for the next flush."""
        self._parts.append(text.encode(self._encoding, "backslashreplace"))

    def flush(self) -> None:
        """Write all stored text, however long the terminal takes; where the terminal is gone, it is dropped."""
        data, self._parts = memoryview(b"".join(self._parts)), []
        try:
            while data and not self._is_gone:
                data = data[os.write(self._descriptor, data) :]
        except OSError:
            self._is_gone = True
        self._when_taken()


class PatientDriver(LinuxDriver):
    """A driver that never blocks the event loop; `is_behind` is true while the terminal reads nothing."""

    def __init__(self, app: "App[Any]", **options: Any) -> None:
        super().__init__(app, **options)
        self._catch_up: Callable[[], object] | None = None
        outlet = Outlet(_SCREEN, getattr(sys.__stderr__, "encoding", None) or "utf-8", self._taken)
        self._file = cast("Any", outlet)  # as much of a file as is used

    def _get_terminal_size(self) -> tuple[int, int]:
        """The terminal's own columns and lines: COLUMNS and LINES, which Textual prefers, do not follow a resize.

        A serial line has no size of its own and reports 0: COLUMNS and LINES are used there.
        """
        with contextlib.suppress(OSError):
            columns, lines = os.get_terminal_size(_SCREEN)
            if columns and lines:
                return columns, lines
        return super()._get_terminal_size()

    @property
    def is_behind(self) -> bool:
        """Whether so many writes wait for the terminal that paints must be held back."""
        return self._writer_thread is not None and self._writer_thread._queue.qsize() >= MOST_WAITING

    def when_taken(self, catch_up: Callable[[], object]) -> None:
        """Call `catch_up` on the event loop, once, as soon as the terminal has taken all output."""
        self._catch_up = catch_up
        if not self.is_behind:
            self._taken()

    def start_application_mode(self) -> None:
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual has no types here
        if self._writer_thread is not None:
            # A full queue would block the event loop; painting checks `is_behind` instead.
            self._writer_thread._queue.maxsize = 0

    def stop_application_mode(self) -> None:
        if self.is_behind:
            self._drop_what_waits()
            self.write(_PLAIN)
        super().stop_application_mode()

    def close(self) -> None:
        """Wait up to 2 s until the terminal has taken the last writes; the rest is dropped."""
        writer = self._writer_thread
        if writer is None:
            return
        writer._queue.put(None)
        writer.join(_FAREWELL_S)

    def _drop_what_waits(self) -> None:
        if self._writer_thread is None:
            return
        queue = self._writer_thread._queue
        with queue.mutex:
            queue.queue.clear()

    def _taken(self) -> None:
        catch_up, self._catch_up = self._catch_up, None
        if catch_up is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(catch_up)
