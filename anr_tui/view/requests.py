"""The requests to the worker: written into the journal, withdrawn, and their answers read."""

from collections.abc import Collection, Sequence

from anr_tui.domain.errors import AnrError, JournalError
from anr_tui.domain.request import NewRequest, Request, RequestKind
from anr_tui.domain.timestamps import now_utc
from anr_tui.platform.user import who_am_i
from anr_tui.view.databases import Databases

# The journal is locked for other writers meanwhile: this many requests take about a tenth of a second.
_ASKED_AT_ONCE = 500


class Requests:
    """Writes requests into the journal, withdraws them, and reads their answers."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    async def ask(
        self,
        kind: RequestKind,
        *,
        gap_id: str | None = None,
        fill_id: int | None = None,
        camera_id: str | None = None,
    ) -> int:
        """Write a request for the worker and return its id; an equal request that is still open is returned instead.

        Raises AnrError for a gap that does not exist or a fill that does not run.
        """
        self._databases.check_may_write()
        if kind in (RequestKind.FILL, RequestKind.RETRY):
            camera_id = (await self._databases.gap(gap_id or "")).camera_id
        if fill_id is not None:
            await self._check_runs(fill_id)
        await self._databases.follow_journal()
        request_id = await self._databases.journal.requests.ask(
            kind, asked_by=who_am_i(), now=now_utc(), camera_id=camera_id, gap_id=gap_id, fill_id=fill_id
        )
        self._databases.note_write()
        return request_id

    async def ask_all(self, wishes: Sequence[NewRequest]) -> list[int]:
        """Write many requests at once; returns their ids in the same order. Raises JournalError.

        The worker refuses those whose gap or fill no longer exists.
        """
        self._databases.check_may_write()
        await self._databases.follow_journal()
        request_ids: list[int] = []
        for start in range(0, len(wishes), _ASKED_AT_ONCE):
            batch = wishes[start : start + _ASKED_AT_ONCE]
            request_ids += await self._databases.journal.requests.ask_all(batch, asked_by=who_am_i(), now=now_utc())
            self._databases.note_write()
        return request_ids

    async def withdraw(self, request_ids: Sequence[int]) -> list[int]:
        """Withdraw requests of ours; returns the ids of those that no worker had taken. Raises JournalError."""
        self._databases.check_may_write()
        await self._databases.follow_journal()
        withdrawn = await self._databases.journal.requests.withdraw(request_ids, who=who_am_i(), now=now_utc())
        self._databases.note_write()
        return withdrawn

    async def answers(self, request_ids: Collection[int]) -> list[Request]:
        """These requests as they are now, oldest first. Raises JournalError."""
        return await self._databases.journal.requests.get_all(request_ids)

    async def answer(self, request_id: int) -> Request:
        """The request as it is now. Raises JournalError where it is not in the journal."""
        request = await self._databases.journal.requests.get(request_id)
        if request is None:
            raise JournalError(f"Request {request_id} is not in the journal any more.")
        return request

    async def has_ended(self, request_id: int) -> bool:
        """Whether a request has ended. Raises JournalError."""
        return (await self.answer(request_id)).state.is_over

    async def _check_runs(self, fill_id: int) -> None:
        fill = await self._databases.journal.fills.get(fill_id)
        if fill is None:
            raise JournalError(f"There is no fill {fill_id}.", "`anr-tui fills` lists them.")
        if fill.outcome is not None:
            raise AnrError(f"Fill {fill_id} has ended already: {fill.outcome.words}.")
