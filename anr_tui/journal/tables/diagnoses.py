"""The journal's part about diagnoses: what the newest one says of each camera, a line a check."""

from datetime import datetime

from anr_tui.domain.diagnosis import Check
from anr_tui.domain.request import Request
from anr_tui.domain.timestamps import format_stamp
from anr_tui.journal.storage.database_file import JournalFile
from anr_tui.journal.tables import rows as read


class DiagnosisTable:
    """The lines of diagnoses; the request that asked for one says how far it is."""

    def __init__(self, file: JournalFile) -> None:
        self._file = file

    async def checks(self, request_id: int) -> list[Check]:
        """What the diagnosis that a request asked for says so far, in its order; nothing once there is a newer one."""
        return await self._file.values(read.check, "checks", request_id=request_id)

    async def newest_request(self, camera_id: str) -> Request | None:
        """The newest request for a diagnosis of a camera."""
        return next(iter(await self._file.values(read.request, "last_diagnosis", camera_id=camera_id)), None)


class LeasedDiagnosisTable(DiagnosisTable):
    """The lines of diagnoses, as the worker that holds the lease writes them."""

    def __init__(self, file: JournalFile, lease: int) -> None:
        super().__init__(file)
        self._lease = lease

    async def drop_checks(self, camera_id: str) -> None:
        """Forget what earlier diagnoses say of a camera: another one begins."""
        await self._file.write("drop_checks", lease=self._lease, camera_id=camera_id)

    async def note_check(self, request_id: int, camera_id: str, check: Check, *, now: datetime) -> None:
        """Note a line of a diagnosis, over what it said of the same check before; its texts must be masked."""
        await self._file.write_under(
            self._lease,
            "note_check",
            request_id=request_id,
            camera_id=camera_id,
            kind=check.kind,
            mark=check.mark,
            seen=check.seen,
            hint=check.hint,
            at=format_stamp(now),
        )
