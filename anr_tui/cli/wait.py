"""Requesting fills and waiting for all of them at once, until they have ended or the user interrupts."""

import asyncio
import time
from collections.abc import Sequence

from anr_tui.cli.fill_progress import Progress
from anr_tui.cli.output import DONE, NOT_DONE
from anr_tui.cli.signals import first_signal
from anr_tui.domain.request import NewRequest, RequestKind
from anr_tui.service.launcher import ChildWorker
from anr_tui.view.queue.wait_status import WaitedGap, waited_gaps
from anr_tui.view.site_reader import SiteReader
from anr_tui.view.snapshot.snapshot import Snapshot

_READ_EVERY_S = 1.0
_CANCEL_S = 15.0


class FillWait:
    """Requests fills of gaps and watches them; starts a worker of its own while the site has none."""

    def __init__(self, view: SiteReader, child: ChildWorker, progress: Progress) -> None:
        self._view = view
        self._child = child
        self._progress = progress
        self._requests: list[int] = []
        self._snapshot: Snapshot | None = None
        self._has_own_worker = False

    async def run(self, gaps: Sequence[str]) -> int:
        """Request a fill of each gap id and wait for all of them. Returns the exit status.

        It is 0 if each gap was filled, 1 if not, and 128 plus the number of the signal after a signal.
        """
        self._requests = [await self._view.requests.ask(RequestKind.FILL, gap_id=gap) for gap in dict.fromkeys(gaps)]
        with first_signal() as received:
            while True:
                waited = await self._update(may_start=not received.done())
                if all(gap.is_over for gap in waited):
                    return DONE if all(gap.is_filled for gap in waited) else NOT_DONE
                if received.done():
                    await self._end_early([gap for gap in waited if not gap.is_over])
                    return 128 + received.result()
                await asyncio.wait([received], timeout=_READ_EVERY_S)

    async def _update(self, *, may_start: bool) -> list[WaitedGap]:
        requests = [await self._view.requests.answer(request) for request in self._requests]
        snapshot = await self._read()
        waited = waited_gaps(snapshot, requests)
        self._progress.update(waited)
        if may_start and not snapshot.worker.state.is_alive and not all(gap.is_over for gap in waited):
            await self._start_worker()
        return waited

    async def _read(self) -> Snapshot:
        self._snapshot = await self._view.read() or self._snapshot or await self._view.look()
        return self._snapshot

    async def _start_worker(self) -> None:
        self._has_own_worker = await self._child.start()

    async def _end_early(self, gaps: Sequence[WaitedGap]) -> None:
        """Cancel the fills that only our own worker would go on with; those of another worker continue."""
        if not self._has_own_worker:
            return self._progress.announce(_how_to_cancel(gaps))
        self._progress.announce("Stopping; what arrived is kept.")
        # All at once, waiting gaps first: otherwise the next gap would start while the running one stops.
        in_turn = sorted(gaps, key=lambda gap: gap.fill is not None)
        await self._view.requests.ask_all([NewRequest(RequestKind.CANCEL, gap_id=gap.gap_id) for gap in in_turn])
        give_up_at = time.monotonic() + _CANCEL_S
        while not all(gap.is_over for gap in await self._update(may_start=False)) and time.monotonic() < give_up_at:
            await asyncio.sleep(_READ_EVERY_S)
        return None


def _how_to_cancel(gaps: Sequence[WaitedGap]) -> str:
    fills = [str(gap.fill.fill.id) for gap in gaps if gap.fill is not None]
    queued = len(gaps) - len(fills)
    words = ["The site's worker continues with the requests."]
    words += [f"`anr-tui cancel FILL` stops a fill: {', '.join(fills)}."] if fills else []
    words += [f"{queued} more {'is' if queued == 1 else 'are'} queued."] if queued else []
    return " ".join(words)
