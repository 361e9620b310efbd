"""Takes the last thing that was asked of gaps back, as far as that still can be done, and says what cannot."""

from collections.abc import Sequence
from dataclasses import dataclass

from anr_tui.console.commands.request_tracker import RequestTracker
from anr_tui.console.drawing.format import count
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.interfaces import View
from anr_tui.domain.request import NewRequest, RequestKind, RequestState

_OPPOSITE = {RequestKind.CANCEL: RequestKind.FILL, RequestKind.FILL: RequestKind.CANCEL}
_AGAIN = {RequestKind.CANCEL: "fill again", RequestKind.FILL: "cancel"}


@dataclass(frozen=True, slots=True)
class UndoableCommand:
    """What was asked of which gaps: `opposites` say by the request's id what would undo it once it is taken.

    `again` asks anew for what was withdrawn with it.
    """

    kind: RequestKind
    words: str
    opposites: dict[int, NewRequest]
    again: tuple[NewRequest, ...] = ()


def undoable_command(
    kind: RequestKind, words: str, request_ids: Sequence[int], gaps: Sequence[tuple[str, str | None]]
) -> UndoableCommand:
    """A deed on gaps, each with its camera, in the order of the requests."""
    opposite = _OPPOSITE.get(kind, kind)
    wishes = [NewRequest(opposite, gap_id, camera_id=camera_id) for gap_id, camera_id in gaps]
    return UndoableCommand(kind, words, dict(zip(request_ids, wishes, strict=True)))


async def take_back(view: View, asked: RequestTracker, command: UndoableCommand) -> StatusMessage:
    """Take it back, and say what came of that. Raises AnrError."""
    withdrawn = set(await view.requests.withdraw(list(command.opposites)))
    asked.forget(withdrawn)
    rest = [number for number in command.opposites if number not in withdrawn]
    if command.again:
        return await _ask_again(view, asked, command, rest)
    if not rest:
        return StatusMessage(f"{command.words}: taken back", Tone.OK)
    states = {request.id: request.state for request in await view.requests.answers(rest)}
    if all(state is RequestState.ASKED for state in states.values()):
        return StatusMessage(
            f"{command.words}: somebody else had asked for it before, and only they can take it back", Tone.WARN
        )
    # The answer to the undo tells of them; their own news would wipe it off the status line.
    asked.forget(number for number, state in states.items() if state is not RequestState.ASKED)
    some = f"{len(withdrawn)} of {len(command.opposites)} taken back; for the others " if withdrawn else ""
    if command.kind is RequestKind.RETRY:
        return StatusMessage(
            f"{command.words}: {some}too late, the worker has answered; attempts are not taken away", Tone.WARN
        )
    undone = _undone(command, states)
    if not undone:
        return StatusMessage(f"{command.words}: {some}too late, the worker has answered", Tone.WARN)
    asked.forget(command.opposites)  # from now on it is what undoes them that there is news of
    request_ids = await view.requests.ask_all(undone)
    if len(command.opposites) == 1:
        said = asked.note(request_ids[0], f"{_AGAIN[command.kind]} {command.words.partition(' ')[2]}")
    else:
        said = asked.note_all(request_ids, f"{_AGAIN[command.kind]} {count(len(undone), 'gap')}")
    return StatusMessage(f"{some}{said.text}", said.tone)


async def _ask_again(view: View, asked: RequestTracker, command: UndoableCommand, rest: Sequence[int]) -> StatusMessage:
    """Ask anew for what was withdrawn, and for what a worker has cancelled since."""
    states = {request.id: request.state for request in await view.requests.answers(rest)} if rest else {}
    wishes = [*command.again, *_undone(command, states)]
    asked.forget(command.opposites)
    request_ids = await view.requests.ask_all(wishes)
    what = command.words.partition(" ")[2] if len(wishes) == 1 else count(len(wishes), "gap")
    words = f"{_AGAIN[RequestKind.CANCEL]} {what}"
    return asked.note(request_ids[0], words) if len(wishes) == 1 else asked.note_all(request_ids, words)


def _undone(command: UndoableCommand, states: dict[int, RequestState]) -> list[NewRequest]:
    """What must be asked to undo what a worker has taken; a cancel once done still can be."""
    wanted = {RequestState.TAKEN} | ({RequestState.DONE} if command.kind is RequestKind.CANCEL else set())
    return [command.opposites[number] for number, state in states.items() if state in wanted]
