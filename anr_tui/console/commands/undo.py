"""Undoing the last command of this console as far as possible, and withdrawing requests for gaps that wait.

A request that no worker has taken is withdrawn; for one that a worker has taken, the opposite request is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from anr_tui.console.commands.request_tracker import RequestTracker
from anr_tui.console.commands.selection import OpenRequests
from anr_tui.console.drawing.format import count
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.interfaces import View
from anr_tui.domain.request import NewRequest, RequestKind, RequestState

_OPPOSITE = {RequestKind.CANCEL: RequestKind.FILL, RequestKind.FILL: RequestKind.CANCEL}
_OPPOSITE_WORDS = {RequestKind.CANCEL: "fill again", RequestKind.FILL: "cancel"}


@dataclass(frozen=True, slots=True)
class UndoableCommand:
    """A command that can be undone.

    `words` name it on the screen. `opposites` gives, by the id of each of its requests, the request that undoes it once
    a worker has taken it; `again` are requests that the command withdrew, to be written anew.
    """

    kind: RequestKind
    words: str
    opposites: dict[int, NewRequest]
    again: tuple[NewRequest, ...] = ()


def undoable_command(
    kind: RequestKind, words: str, request_ids: Sequence[int], gaps: Sequence[tuple[str, str | None]]
) -> UndoableCommand:
    """A command on `gaps`, each a pair of its id and that of its camera, in the order of the requests."""
    opposite = _OPPOSITE.get(kind, kind)
    requests = [NewRequest(opposite, gap_id, camera_id=camera_id) for gap_id, camera_id in gaps]
    return UndoableCommand(kind, words, dict(zip(request_ids, requests, strict=True)))


async def undo(view: View, tracker: RequestTracker, command: UndoableCommand) -> StatusMessage:
    """Undo a command; returns a message about the result. Raises AnrError."""
    withdrawn = set(await view.requests.withdraw(list(command.opposites)))
    tracker.forget(withdrawn)
    rest = [request_id for request_id in command.opposites if request_id not in withdrawn]
    if command.again:
        return await _ask_again(view, tracker, command, rest)
    if not rest:
        return StatusMessage(f"{command.words}: taken back", Tone.OK)
    states = {request.id: request.state for request in await view.requests.answers(rest)}
    if all(state is RequestState.ASKED for state in states.values()):
        return StatusMessage(
            f"{command.words}: somebody else requested it first, and only they can take it back", Tone.WARN
        )
    # The message about the undo covers these requests; later messages about them would replace it.
    tracker.forget(request_id for request_id, state in states.items() if state is not RequestState.ASKED)
    some = f"{len(withdrawn)} of {len(command.opposites)} taken back; for the others " if withdrawn else ""
    if command.kind is RequestKind.RETRY:
        return StatusMessage(
            f"{command.words}: {some}too late, the worker has answered; the attempts stay reset", Tone.WARN
        )
    opposites = _opposites(command, states)
    if not opposites:
        return StatusMessage(f"{command.words}: {some}too late, the worker has answered", Tone.WARN)
    tracker.forget(command.opposites)  # from now on, messages are about the requests that undo them
    request_ids = await view.requests.ask_all(opposites)
    if len(command.opposites) == 1:
        name = command.words.partition(" ")[2]
        message = tracker.note(request_ids[0], f"{_OPPOSITE_WORDS[command.kind]} {name}")
    else:
        message = tracker.note_all(request_ids, f"{_OPPOSITE_WORDS[command.kind]} {count(len(opposites), 'gap')}")
    return StatusMessage(f"{some}{message.text}", message.tone)


async def _ask_again(
    view: View, tracker: RequestTracker, command: UndoableCommand, rest: Sequence[int]
) -> StatusMessage:
    """Write the requests that the command withdrew anew, and those for fills that a worker has cancelled since."""
    states = {request.id: request.state for request in await view.requests.answers(rest)} if rest else {}
    requests = [*command.again, *_opposites(command, states)]
    tracker.forget(command.opposites)
    request_ids = await view.requests.ask_all(requests)
    name = command.words.partition(" ")[2] if len(requests) == 1 else count(len(requests), "gap")
    words = f"{_OPPOSITE_WORDS[RequestKind.CANCEL]} {name}"
    return tracker.note(request_ids[0], words) if len(requests) == 1 else tracker.note_all(request_ids, words)


def _opposites(command: UndoableCommand, states: dict[int, RequestState]) -> list[NewRequest]:
    """The requests that undo what a worker has taken; a cancellation can be undone even when it is done."""
    undoable = {RequestState.TAKEN} | ({RequestState.DONE} if command.kind is RequestKind.CANCEL else set())
    return [command.opposites[request_id] for request_id, state in states.items() if state in undoable]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The result of withdrawing: `rest` are cancellations still to be requested, `again` undoes the others."""

    rest: Sequence[NewRequest]
    again: Sequence[NewRequest] = ()


async def withdraw_waiting(
    view: View, tracker: RequestTracker, cancels: Sequence[NewRequest], waiting: OpenRequests
) -> Withdrawal:
    """Withdraw the requests that these cancellations aim at, if they are this console's and no worker has taken them.

    `waiting` are all requests for fills that no worker has taken. Raises AnrError.
    """
    ours = {each: waiting[each.gap_id] for each in cancels if each.gap_id is not None and each.gap_id in waiting}
    request_ids = [request_id for ids in ours.values() for request_id in ids]
    if not request_ids:
        return Withdrawal(cancels)
    withdrawn = set(await view.requests.withdraw(request_ids))
    tracker.forget(withdrawn)
    done = [each for each, ids in ours.items() if withdrawn.issuperset(ids)]
    again = [NewRequest(RequestKind.FILL, each.gap_id, camera_id=each.camera_id) for each in done]
    return Withdrawal([each for each in cancels if each not in done], again)
