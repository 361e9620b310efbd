"""The journal's part about what people ask of the worker."""

from datetime import datetime

from anr_tui.journal import rows as read
from anr_tui.journal.file import SQL, JournalFile
from anr_tui.model import Request, RequestKind, RequestState
from anr_tui.times import format_stamp


class RequestTable(JournalFile):
    """What was asked, and what became of it."""

    async def ask(
        self,
        kind: RequestKind,
        *,
        asked_by: str,
        now: datetime,
        gap_id: str | None = None,
        fill_id: int | None = None,
    ) -> int:
        """Ask the worker for something; returns the request's id. The same thing asked twice is one request."""
        same = {"kind": kind, "gap_id": gap_id, "fill_id": fill_id}
        async with self._transaction() as transaction:
            open_one = await transaction.row(SQL["same_request"], same)
            if open_one is not None:
                return int(open_one["id"])
            return await transaction.insert(SQL["ask"], {**same, "asked_by": asked_by, "at": format_stamp(now)})

    async def asked_requests(self) -> list[Request]:
        """Requests that no worker has taken yet, oldest first."""
        return [read.request(row) for row in await self._rows("asked_requests")]

    async def newest_requests(self, most: int) -> list[Request]:
        """The newest requests, newest first."""
        return [read.request(row) for row in await self._rows("newest_requests", most=most)]

    async def request(self, request_id: int) -> Request | None:
        """One request."""
        row = await self._row("request", request_id=request_id)
        return read.request(row) if row else None

    async def take_request(self, lease: int, request_id: int) -> bool:
        """Note that the worker has begun what was asked. False: somebody else has."""
        return await self._write("take_request", lease=lease, request_id=request_id) > 0

    async def ask_again(self, lease: int, request_id: int) -> None:
        """Put a request that was taken back: it could not be done now."""
        await self._write("ask_again", lease=lease, request_id=request_id)

    async def end_request(
        self, lease: int, request_id: int, state: RequestState, *, reason: str, now: datetime
    ) -> None:
        """Note what became of a request."""
        values = {"request_id": request_id, "state": state, "reason": reason, "at": format_stamp(now)}
        await self._write("end_request", lease=lease, **values)
