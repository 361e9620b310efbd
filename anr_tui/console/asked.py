"""What became of the things that were asked: sentences for the status line."""

from collections.abc import Iterable
from dataclasses import dataclass

from anr_tui.console.ink import Role
from anr_tui.model import Request, RequestState

_WORDS = {
    RequestState.TAKEN: ("the worker took it", Role.BUSY),
    RequestState.DONE: ("done", Role.OK),
    RequestState.REFUSED: ("refused", Role.BAD),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence for the status line."""

    text: str
    role: Role = Role.PLAIN


class Asked:
    """The requests of this console that are still open."""

    def __init__(self) -> None:
        self._open: dict[int, tuple[str, RequestState]] = {}

    def note(self, request_id: int, words: str) -> Said:
        """Remember a request; the answer acknowledges it."""
        self._open[request_id] = (words, RequestState.ASKED)
        return Said(f"{words}: asked", Role.BUSY)

    def news(self, requests: Iterable[Request]) -> list[Said]:
        """What is new about them; those that came to an end are forgotten."""
        said = []
        for request in requests:
            words, known = self._open.get(request.id, ("", request.state))
            if request.state is known:
                continue
            verdict, role = _WORDS[request.state]
            said.append(Said(f"{words}: {verdict}" + (f": {request.reason}" if request.reason else ""), role))
            if request.state is RequestState.TAKEN:
                self._open[request.id] = (words, request.state)
            else:
                del self._open[request.id]
        return said
