"""The journal's table of diagnoses: the checks of the newest diagnosis of each camera."""

from datetime import datetime

from anr_tui.domain.diagnosis import Check
from anr_tui.domain.request import Request
from anr_tui.domain.timestamps import format_stamp
from anr_tui.journal.storage.database_file import JournalFile
from anr_tui.journal.tables import rows as read


class DiagnosisTable:
    """Reads the checks of diagnoses; how far a diagnosis is, its request says."""

    def __init__(self, file: JournalFile) -> None:
        self._file = file

    async def checks(self, request_id: int) -> list[Check]:
        """The checks so far of the diagnosis that a request asked for, in order; none once a newer diagnosis began."""
        return await self._file.values(read.check, "checks", request_id=request_id)

    async def newest_request(self, camera_id: str) -> Request | None:
        """The newest request for a diagnosis of a camera, None where there is none."""
        return next(iter(await self._file.values(read.request, "last_diagnosis", camera_id=camera_id)), None)


class LeasedDiagnosisTable(DiagnosisTable):
    """Reads and writes the checks of diagnoses, under the lease."""

    def __init__(self, file: JournalFile, lease: int) -> None:
        super().__init__(file)
        self._lease = lease

    async def drop_checks(self, camera_id: str) -> None:
        """Delete the checks of earlier diagnoses of a camera, before another one begins."""
        await self._file.write("drop_checks", lease=self._lease, camera_id=camera_id)

    async def note_check(self, request_id: int, camera_id: str, check: Check, *, now: datetime) -> None:
        """Write a check in place of an earlier state of it; its texts must be masked. Raises LeaseLostError."""
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
