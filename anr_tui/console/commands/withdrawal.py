"""What people asked for is taken out of the queue again: withdrawn where no worker has taken it, else cancelled."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from anr_tui.console.commands.request_tracker import RequestTracker
from anr_tui.console.interfaces import View
from anr_tui.domain.request import NewRequest, Request, RequestKind

Open = Mapping[str, Sequence[int]]
"""The requests for fills that no worker has taken, by gap id."""


def open_requests(requests: Iterable[Request]) -> Open:
    """Those for fills, out of what no worker has taken."""
    found: dict[str, list[int]] = {}
    for request in requests:
        if request.kind is RequestKind.FILL and request.gap_id is not None:
            found.setdefault(request.gap_id, []).append(request.id)
    return found


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """`rest` is still to be asked of the worker; `again` would ask anew for what is withdrawn."""

    rest: Sequence[NewRequest]
    again: Sequence[NewRequest] = ()


async def withdraw_first(view: View, asked: RequestTracker, cancels: Sequence[NewRequest], waiting: Open) -> Withdrawn:
    """Withdraw what these cancels are about, where it is ours and no worker has taken it. Raises AnrError."""
    mine = {wish: waiting[wish.gap_id] for wish in cancels if wish.gap_id is not None and wish.gap_id in waiting}
    numbers = [number for each in mine.values() for number in each]
    if not numbers:
        return Withdrawn(cancels)
    gone = set(await view.requests.withdraw(numbers))
    asked.forget(gone)
    done = [wish for wish, each in mine.items() if gone.issuperset(each)]
    again = [NewRequest(RequestKind.FILL, wish.gap_id, camera_id=wish.camera_id) for wish in done]
    return Withdrawn([wish for wish in cancels if wish not in done], again)
