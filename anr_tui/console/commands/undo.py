"""Takes the last thing that was asked of gaps back, as far as that still can be done, and says what cannot."""

from collections.abc import Sequence
from dataclasses import dataclass

from anr_tui.console.commands.request_tracker import Asked
from anr_tui.console.drawing.format import count
from anr_tui.console.drawing.status_message import Said
from anr_tui.console.drawing.styled_text import Role
from anr_tui.console.interfaces import View
from anr_tui.domain.request import RequestKind, RequestState, Wish

_OPPOSITE = {RequestKind.CANCEL: RequestKind.FILL, RequestKind.FILL: RequestKind.CANCEL}
_AGAIN = {RequestKind.CANCEL: "fill again", RequestKind.FILL: "cancel"}


@dataclass(frozen=True, slots=True)
class Deed:
    """What was asked of which gaps: `opposites` say by the request's id what would undo it once it is taken.

    `again` asks anew for what was withdrawn with it.
    """

    kind: RequestKind
    words: str
    opposites: dict[int, Wish]
    again: tuple[Wish, ...] = ()


def deed_of(kind: RequestKind, words: str, request_ids: Sequence[int], gaps: Sequence[tuple[str, str | None]]) -> Deed:
    """A deed on gaps, each with its camera, in the order of the requests."""
    opposite = _OPPOSITE.get(kind, kind)
    wishes = [Wish(opposite, gap_id, camera_id=camera_id) for gap_id, camera_id in gaps]
    return Deed(kind, words, dict(zip(request_ids, wishes, strict=True)))


async def take_back(view: View, asked: Asked, deed: Deed) -> Said:
    """Take it back, and say what came of that. Raises AnrError."""
    withdrawn = set(await view.withdraw(list(deed.opposites)))
    asked.forget(withdrawn)
    rest = [number for number in deed.opposites if number not in withdrawn]
    if deed.again:
        return await _ask_again(view, asked, deed, rest)
    if not rest:
        return Said(f"{deed.words}: taken back", Role.OK)
    states = {request.id: request.state for request in await view.answers(rest)}
    if all(state is RequestState.ASKED for state in states.values()):
        return Said(f"{deed.words}: somebody else had asked for it before, and only they can take it back", Role.WARN)
    # The answer to the undo tells of them; their own news would wipe it off the status line.
    asked.forget(number for number, state in states.items() if state is not RequestState.ASKED)
    some = f"{len(withdrawn)} of {len(deed.opposites)} taken back; for the others " if withdrawn else ""
    if deed.kind is RequestKind.RETRY:
        return Said(f"{deed.words}: {some}too late, the worker has answered; attempts are not taken away", Role.WARN)
    undone = _undone(deed, states)
    if not undone:
        return Said(f"{deed.words}: {some}too late, the worker has answered", Role.WARN)
    asked.forget(deed.opposites)  # from now on it is what undoes them that there is news of
    request_ids = await view.ask_all(undone)
    if len(deed.opposites) == 1:
        said = asked.note(request_ids[0], f"{_AGAIN[deed.kind]} {deed.words.partition(' ')[2]}")
    else:
        said = asked.note_all(request_ids, f"{_AGAIN[deed.kind]} {count(len(undone), 'gap')}")
    return Said(f"{some}{said.text}", said.role)


async def _ask_again(view: View, asked: Asked, deed: Deed, rest: Sequence[int]) -> Said:
    """Ask anew for what was withdrawn, and for what a worker has cancelled since."""
    states = {request.id: request.state for request in await view.answers(rest)} if rest else {}
    wishes = [*deed.again, *_undone(deed, states)]
    asked.forget(deed.opposites)
    request_ids = await view.ask_all(wishes)
    what = deed.words.partition(" ")[2] if len(wishes) == 1 else count(len(wishes), "gap")
    words = f"{_AGAIN[RequestKind.CANCEL]} {what}"
    return asked.note(request_ids[0], words) if len(wishes) == 1 else asked.note_all(request_ids, words)


def _undone(deed: Deed, states: dict[int, RequestState]) -> list[Wish]:
    """What must be asked to undo what a worker has taken; a cancel once done still can be."""
    wanted = {RequestState.TAKEN} | ({RequestState.DONE} if deed.kind is RequestKind.CANCEL else set())
    return [deed.opposites[number] for number, state in states.items() if state in wanted]
