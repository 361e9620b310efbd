"""The journal's table of requests: what people ask of the worker."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from anr_tui.domain.event import EventKind
from anr_tui.domain.request import NewRequest, Request, RequestKind, RequestState
from anr_tui.domain.timestamps import format_stamp, parse_stamp
from anr_tui.journal.storage.database_file import SQL, JournalFile
from anr_tui.journal.tables import rows as read
from anr_tui.journal.tables.events import note_event

_OF_THE_WORKER = {
    RequestKind.PAUSE: "pause the sweep",
    RequestKind.RESUME: "resume the sweep",
    RequestKind.SWEEP: "sweep now",
    RequestKind.HALT: "halt all fetching",
    RequestKind.GO_ON: "resume fetching",
    RequestKind.END: "end the worker",
    RequestKind.DRAIN: "end the worker when its fills are done",
    RequestKind.STAY: "keep the worker running without a console",
}


class RequestTable:
    """Reads, adds and withdraws requests."""

    def __init__(self, file: JournalFile) -> None:
        self._file = file

    async def ask(
        self,
        kind: RequestKind,
        *,
        asked_by: str,
        now: datetime,
        camera_id: str | None = None,
        gap_id: str | None = None,
        fill_id: int | None = None,
        part_id: str | None = None,
        moment: datetime | None = None,
    ) -> int:
        """Ask the worker for something; returns the request's id. Asking twice for the same gives one request."""
        wish = NewRequest(kind, gap_id, fill_id, camera_id, part_id, moment)
        (request_id,) = await self.ask_all([wish], asked_by=asked_by, now=now)
        return request_id

    async def ask_all(self, wishes: Sequence[NewRequest], *, asked_by: str, now: datetime) -> list[int]:
        """Ask for all of these in one transaction; returns the requests' ids in the same order."""
        async with self._file.transaction() as transaction:
            # Only the latest open request about a subject is shared: pause, resume, pause are three requests.
            rows = await transaction.rows(SQL["open_requests"], {})
            last = {_thing(**dict(row)): (str(row["kind"]), int(row["id"])) for row in rows}
            request_ids = []
            for wish in wishes:
                placing: dict[str, Any] = {
                    "part_id": wish.part_id,
                    "moment": format_stamp(wish.moment) if wish.moment is not None else None,
                }
                subject = _thing(gap_id=wish.gap_id, fill_id=wish.fill_id, camera_id=wish.camera_id, **placing)
                about: dict[str, Any] = {
                    "camera_id": wish.camera_id,
                    "gap_id": wish.gap_id,
                    "fill_id": wish.fill_id,
                }
                kind, request_id = last.get(subject, ("", 0))
                joined = ", as somebody has already" if kind == wish.kind else ""
                if not joined:
                    asking = {"kind": wish.kind, "asked_by": asked_by, "at": format_stamp(now)}
                    request_id = await transaction.insert(SQL["ask"], about | placing | asking)
                    last[subject] = (wish.kind, request_id)
                words = f"Asked: {_name(wish.kind, **about, **placing)}{joined} (request {request_id})."
                await note_event(transaction, EventKind.ASKED, words, who=asked_by, now=now, **about)
                request_ids.append(request_id)
            return request_ids

    async def withdraw(self, request_ids: Sequence[int], *, who: str, now: datetime) -> list[int]:
        """Withdraw requests of `who` that no worker has taken; returns the ids of those that were withdrawn."""
        withdrawn = []
        async with self._file.transaction() as transaction:
            for request_id in request_ids:
                values = {"request_id": request_id, "who": who, "reason": f"Taken back by {who}."}
                values["at"] = format_stamp(now)
                row = await transaction.row(SQL["request"], {"request_id": request_id})
                if row is None or await transaction.write(SQL["withdraw_request"], values) == 0:
                    continue
                withdrawn.append(request_id)
                about: dict[str, Any] = {name: row[name] for name in ("camera_id", "gap_id", "fill_id")}
                what = _name(RequestKind(row["kind"]), **about, part_id=row["part_id"], moment=row["moment"])
                words = f"Taken back: {what} (request {request_id})."
                await note_event(transaction, EventKind.WITHDRAWN, words, who=who, now=now, **about)
        return withdrawn

    async def asked(self) -> list[Request]:
        """The requests that no worker has taken yet, oldest first."""
        return await self._file.values(read.request, "asked_requests")

    async def taken_fills(self) -> list[Request]:
        """The requests for fills that a worker has taken and not answered, oldest first."""
        return await self._file.values(read.request, "taken_fills")

    async def newest(self, most: int) -> list[Request]:
        """The newest requests, newest first."""
        return await self._file.values(read.request, "newest_requests", most=most)

    async def about_gap(self, gap_id: str, most: int) -> list[Request]:
        """The newest requests about one gap or its fills, newest first."""
        return await self._file.values(read.request, "requests_of_gap", gap_id=gap_id, most=most)

    async def get(self, request_id: int) -> Request | None:
        """One request, None where there is none of that id."""
        row = await self._file.row("request", request_id=request_id)
        return read.request(row) if row else None

    async def get_all(self, request_ids: Collection[int]) -> list[Request]:
        """The requests with these ids, as far as they exist, oldest first."""
        return await self._file.values(read.request, "requests", request_ids=json.dumps(list(request_ids)))


class LeasedRequestTable(RequestTable):
    """Reads and answers requests, for the worker that holds the lease."""

    def __init__(self, file: JournalFile, lease: int) -> None:
        super().__init__(file)
        self._lease = lease

    async def take(self, request_id: int) -> bool:
        """Note that the worker has begun a request. False where somebody else has."""
        return await self._file.write("take_request", lease=self._lease, request_id=request_id) > 0

    async def ask_again(self, request_id: int) -> None:
        """Put a request that was taken back among the open ones, because it could not be carried out now."""
        await self._file.write("ask_again", lease=self._lease, request_id=request_id)

    async def end(self, request_id: int, state: RequestState, *, reason: str, now: datetime) -> None:
        """Write the answer to a request; `reason` must be masked."""
        values = {"request_id": request_id, "state": state, "reason": reason, "at": format_stamp(now)}
        async with self._file.transaction() as transaction:
            row = await transaction.row(SQL["request"], {"request_id": request_id})
            if row is None or await transaction.write(SQL["end_request"], values | {"lease": self._lease}) == 0:
                return
            ended = read.request(row)
            about: dict[str, Any] = {name: row[name] for name in ("camera_id", "gap_id", "fill_id")}
            name = _name(ended.kind, **about, part_id=row["part_id"], moment=row["moment"])
            words = f"{state.capitalize()}: {name}. {reason}"
            await note_event(transaction, EventKind(state), words, who=ended.asked_by, now=now, **about)


def _thing(
    *,
    gap_id: str | None,
    fill_id: int | None,
    camera_id: str | None,
    part_id: str | None,
    moment: str | None,
    **_: object,
) -> tuple[str | int | None, ...]:
    """The subject of a request, to find requests about the same: a gap, a fill or a part, else a camera."""
    return (gap_id, fill_id, camera_id if gap_id is None and fill_id is None else None, part_id, moment)


def _name(
    kind: RequestKind,
    *,
    gap_id: str | None,
    fill_id: int | None,
    camera_id: str | None,
    part_id: str | None,
    moment: str | None,
) -> str:
    about = f"fill {fill_id}" if fill_id is not None else f"gap {gap_id}"
    if gap_id is None and fill_id is None:
        about = f"camera {camera_id}"
    if part_id is not None:
        at = f" at {parse_stamp(moment):%Y-%m-%d %H:%M:%SZ}" if moment is not None else ""
        about = f"the kept part {part_id} of camera {camera_id}{at}"
    return _OF_THE_WORKER.get(kind) or f"{kind.value} {about}"
