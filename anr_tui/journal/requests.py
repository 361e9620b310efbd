"""The journal's part about what people ask of the worker."""

from datetime import datetime

from anr_tui.journal import rows as read
from anr_tui.journal.events import note_event
from anr_tui.journal.file import SQL, JournalFile
from anr_tui.model import EventKind, Request, RequestKind, RequestState
from anr_tui.times import format_stamp

_OF_THE_WORKER = {
    RequestKind.PAUSE: "pause the sweep",
    RequestKind.RESUME: "let the sweep go on",
    RequestKind.SWEEP: "sweep now",
    RequestKind.HALT: "halt all fetching",
    RequestKind.GO_ON: "let fetching go on",
    RequestKind.END: "end the worker",
    RequestKind.DRAIN: "end the worker when its fills are done",
    RequestKind.STAY: "keep the worker without a console",
}


class RequestTable(JournalFile):
    """What was asked, and what became of it."""

    async def ask(
        self,
        kind: RequestKind,
        *,
        asked_by: str,
        now: datetime,
        camera_id: str | None = None,
        gap_id: str | None = None,
        fill_id: int | None = None,
    ) -> int:
        """Ask the worker for something; returns the request's id. The same thing asked twice is one request."""
        about = {"camera_id": camera_id, "gap_id": gap_id, "fill_id": fill_id}
        asking = {"kind": kind, "asked_by": asked_by, "at": format_stamp(now)}
        async with self._transaction() as transaction:
            last = await transaction.row(SQL["last_open_request"], about)
            if last is not None and last["kind"] == kind:
                request_id, joined = int(last["id"]), ", as somebody has already"
            else:
                request_id, joined = await transaction.insert(SQL["ask"], about | asking), ""
            words = f"Asked: {_name(kind, gap_id, fill_id)}{joined} (request {request_id})."
            await note_event(
                transaction,
                EventKind.ASKED,
                words,
                who=asked_by,
                now=now,
                camera_id=camera_id,
                gap_id=gap_id,
                fill_id=fill_id,
            )
            return request_id

    async def asked_requests(self) -> list[Request]:
        """Requests that no worker has taken yet, oldest first."""
        return await self._values(read.request, "asked_requests")

    async def newest_requests(self, most: int) -> list[Request]:
        """The newest requests, newest first."""
        return await self._values(read.request, "newest_requests", most=most)

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
        """Note what became of a request; `reason` must be masked."""
        values = {"request_id": request_id, "state": state, "reason": reason, "at": format_stamp(now)}
        async with self._transaction() as transaction:
            row = await transaction.row(SQL["request"], {"request_id": request_id})
            if row is None or await transaction.write(SQL["end_request"], values | {"lease": lease}) == 0:
                return
            ended = read.request(row)
            words = f"{state.capitalize()}: {_name(ended.kind, ended.gap_id, ended.fill_id)}. {reason}"
            await note_event(
                transaction,
                EventKind(state),
                words,
                who=ended.asked_by,
                now=now,
                camera_id=ended.camera_id,
                gap_id=ended.gap_id,
                fill_id=ended.fill_id,
            )


def _name(kind: RequestKind, gap_id: str | None, fill_id: int | None) -> str:
    about = f"fill {fill_id}" if fill_id is not None else f"gap {gap_id}"
    return _OF_THE_WORKER.get(kind) or f"{kind.value} {about}"
