"""The progress of this console's requests, as messages for the status line."""

from collections import Counter
from collections.abc import Iterable, Sequence

from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.domain.request import Request, RequestState

_WORDS = {
    RequestState.TAKEN: ("the worker took it", Tone.BUSY),
    RequestState.DONE: ("done", Tone.OK),
    RequestState.REFUSED: ("refused", Tone.BAD),
    RequestState.WITHDRAWN: ("taken back", Tone.WARN),
}


class Batch:
    """The requests of one command, reported in one message for all of them."""

    def __init__(self, request_ids: Sequence[int], words: str) -> None:
        self.words = words
        self._states = dict.fromkeys(request_ids, RequestState.ASKED)

    @property
    def open_ids(self) -> list[int]:
        """The ids of the requests that have not ended."""
        return [number for number, state in self._states.items() if not state.is_over]

    def forget(self, request_ids: Iterable[int]) -> None:
        """Give no more messages about these requests."""
        gone = set(request_ids)
        self._states = {number: state for number, state in self._states.items() if number not in gone}

    def note(self, requests: Iterable[Request]) -> StatusMessage | None:
        """A message where the state of one of these requests has changed, else None."""
        before = dict(self._states)
        self._states |= {request.id: request.state for request in requests if request.id in before}
        return self.message if self._states != before else None

    @property
    def message(self) -> StatusMessage:
        """The number of requests in each state: `fill 12 gaps: 12 asked, 3 taken, 1 done`."""
        states = Counter(self._states.values())
        counts = [f"{len(self._states)} asked"]
        counts += [f"{states[state]} {words}" for state, words in _COUNTED.items() if states[state]]
        tone = Tone.BUSY if self.open_ids else Tone.WARN if states[RequestState.REFUSED] else Tone.OK
        return StatusMessage(f"{self.words}: {', '.join(counts)}", tone)


_COUNTED = {
    RequestState.TAKEN: "taken",
    RequestState.DONE: "done",
    RequestState.REFUSED: "refused",
    RequestState.WITHDRAWN: "taken back",
}


class RequestTracker:
    """The requests of this console that have not ended."""

    def __init__(self) -> None:
        self._open: dict[int, tuple[str, RequestState]] = {}
        self._batches: list[Batch] = []

    def note(self, request_id: int, words: str) -> StatusMessage:
        """Remember a request; returns the message that acknowledges it."""
        self._open[request_id] = (words, RequestState.ASKED)
        return StatusMessage(f"{words}: asked", Tone.BUSY)

    def note_all(self, request_ids: Sequence[int], words: str) -> StatusMessage:
        """Remember the requests of one command; returns the message that acknowledges them."""
        batch = Batch(request_ids, words)
        self._batches.append(batch)
        return batch.message

    def forget(self, request_ids: Iterable[int]) -> None:
        """Give no more messages about requests that this console has withdrawn itself."""
        gone = list(request_ids)
        for number in gone:
            self._open.pop(number, None)
        for batch in self._batches:
            batch.forget(gone)

    @property
    def open_ids(self) -> list[int]:
        """The ids of the requests that have not ended."""
        return [*self._open, *(number for batch in self._batches for number in batch.open_ids)]

    def news(self, requests: Sequence[Request]) -> list[StatusMessage]:
        """A message for each request whose state has changed; requests that have ended are then forgotten."""
        messages = []
        for request in requests:
            words, known = self._open.get(request.id, ("", request.state))
            if request.state is known:
                continue
            verdict, tone = _WORDS[request.state]
            reason = f": {request.reason}" if request.reason else ""
            messages.append(StatusMessage(f"{words}: {verdict}{reason}", tone))
            if request.state is RequestState.TAKEN:
                self._open[request.id] = (words, request.state)
            else:
                del self._open[request.id]
        messages += [news for batch in self._batches if (news := batch.note(requests)) is not None]
        self._batches = [batch for batch in self._batches if batch.open_ids]
        return messages
