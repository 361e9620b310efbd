"""Placing a kept part by hand: asks the site's worker for it, starting one if none runs, and waits for the answer."""

import asyncio
from datetime import datetime

from anr_tui.cli.output import DONE, NOT_DONE, print_error, print_text
from anr_tui.cli.signals import first_signal
from anr_tui.domain.request import Request, RequestState
from anr_tui.service.launcher import ChildWorker
from anr_tui.view.kept_parts import placement_words
from anr_tui.view.site_reader import SiteReader

_READ_EVERY_S = 0.5


class PlacementWait:
    """Asks for one placement and waits until the worker has answered."""

    def __init__(self, view: SiteReader, child: ChildWorker) -> None:
        self._view = view
        self._child = child

    async def run(self, part_id: str, at: datetime) -> int:
        """Place a part whose first picture is of the moment `at`. Returns the exit status.

        It is 0 if any of it landed, 1 if the worker refused, and 128 plus the number of the signal after a signal; a
        request that no worker has taken by then is withdrawn. Raises AnrError where it cannot land there.
        """
        placed = await self._view.kept_parts.placement(part_id, at)
        print_text(placement_words(placed))
        request_id = await self._view.kept_parts.ask_to_place(placed)
        with first_signal() as received:
            while True:
                request = await self._view.requests.answer(request_id)
                if request.state.is_over:
                    return _finish(request)
                if received.done():
                    await self._leave(request_id)
                    return 128 + received.result()
                if not (await self._view.look()).worker.state.is_alive:
                    await self._child.start()
                await asyncio.wait([received], timeout=_READ_EVERY_S)

    async def _leave(self, request_id: int) -> None:
        is_withdrawn = bool(await self._view.requests.withdraw([request_id]))
        words = "Nothing was placed." if is_withdrawn else "The worker places it all the same: it has begun."
        print_error(words)


def _finish(request: Request) -> int:
    if request.state is RequestState.DONE:
        print_text(request.reason)
        return DONE
    print_error(request.reason)
    return NOT_DONE
