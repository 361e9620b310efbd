"""Leaving the console, and the question what happens to a worker whose last console leaves."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic

from anr_tui.console.drawing.format import count
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.interfaces import Seat, View
from anr_tui.domain.errors import AnrError
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.request import RequestKind, RequestState
from anr_tui.view.snapshot.snapshot import Snapshot

log = logging.getLogger(__name__)

ANYWAY_S = 20.0
"""The seconds after a failed request in which `q` leaves without a question: as long as its message is shown."""

REQUESTS = {"quit.wait": RequestKind.DRAIN, "quit.stop": RequestKind.END, "quit.keep": RequestKind.STAY}


@dataclass(frozen=True, slots=True)
class QuitCallbacks:
    """What leaving needs from the screen: a status line, a question answered by an id of QUIT_KEYS, and the exit."""

    show_message: Callable[[StatusMessage], None]
    choose: Callable[[str, str], Awaitable[str]]
    leave: Callable[[], None]


class QuitCommand:
    """Leaves at once where another console is open or no fill runs; else asks, and leaves after the worker's answer.

    Waiting for the running fills ends early when another console opens: that one takes over.
    """

    def __init__(self, view: View, seat: Seat, callbacks: QuitCallbacks) -> None:
        self._view = view
        self._seat = seat
        self._callbacks = callbacks
        self._asked: tuple[RequestKind, int] | None = None
        self._may_leave_until_s = 0.0

    @property
    def is_leaving(self) -> bool:
        """Whether the console is going to leave."""
        return self._asked is not None

    @property
    def is_waiting(self) -> bool:
        """Whether the console leaves when the running fills are done, which can still be taken back."""
        return self._asked is not None and self._asked[0] is RequestKind.DRAIN

    async def quit(self, snapshot: Snapshot | None) -> None:
        """Leave, after a question if fills run; a second call, before the worker has answered, leaves at once.

        The latter also holds where the request cannot be written: ANR_LINGER then decides what happens to the fills.
        """
        running = fills_of_consoles(snapshot)
        is_settled = monotonic() < self._may_leave_until_s or (self.is_leaving and not self.is_waiting)
        if not running or is_settled or not self._seat.is_last():
            return self._callbacks.leave()
        detail = "No other console is open, and a console started this worker."
        fills = count(running, "running fill")
        choice = await self._callbacks.choose(f"Quit? {fills}: wait, stop, or keep filling in the background", detail)
        if choice not in REQUESTS:
            return None
        try:
            self._asked = (REQUESTS[choice], await self._view.requests.ask(REQUESTS[choice]))
        except AnrError as error:
            self._may_leave_until_s = monotonic() + ANYWAY_S
            self._callbacks.show_message(
                StatusMessage(f"{error} The worker cannot be reached: press q again to leave anyway.", Tone.BAD)
            )
        return None

    async def take_back(self) -> None:
        """Do not leave after all; the worker continues."""
        self._asked = None
        try:
            await self._view.requests.ask(RequestKind.SWEEP)  # a request for work keeps the worker from ending
            self._callbacks.show_message(StatusMessage("not leaving: the worker keeps running", Tone.OK))
        except AnrError as error:
            self._callbacks.show_message(StatusMessage(str(error), Tone.BAD))

    async def follow(self, snapshot: Snapshot) -> None:
        """Leave if the snapshot shows that it is time to."""
        if self._asked is None:
            return
        kind, request_id = self._asked
        answer = next((request for request in snapshot.requests if request.id == request_id), None)
        if answer is not None and answer.state is RequestState.REFUSED:
            self._asked = None
            self._callbacks.show_message(StatusMessage(f"not leaving: {answer.reason}", Tone.BAD))
        elif not snapshot.worker.state.is_alive:
            self._callbacks.leave()
        elif kind is not RequestKind.DRAIN:
            if answer is not None and answer.state is RequestState.DONE:
                self._callbacks.leave()
        elif not fills_of_consoles(snapshot):
            self._callbacks.leave()
        elif not self._seat.is_last():
            await self.take_back()
            self._callbacks.leave()

    def words(self, snapshot: Snapshot | None) -> str:
        """The text of the status line while the console is leaving, else ""."""
        if self._asked is None:
            return ""
        if self.is_waiting:
            running = fills_of_consoles(snapshot)
            done = f"{running} fills are" if running != 1 else "1 fill is"
            return f"leaving when {done} done (esc: stay, q: ask again)"
        return "leaving when the worker has answered: q leaves at once"


def fills_of_consoles(snapshot: Snapshot | None) -> int:
    """The number of running fills of a worker that stays only as long as a console is open."""
    if snapshot is None or not snapshot.worker.state.is_alive:
        return 0
    return sum(row.is_running for row in snapshot.fills) if snapshot.worker.lifetime is Lifetime.CONSOLES else 0
