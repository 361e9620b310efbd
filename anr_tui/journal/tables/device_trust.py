"""The journal's table of what devices were trusted by: their strongest login and their TLS certificate."""

from datetime import datetime
from typing import NamedTuple

from anr_tui.domain.timestamps import format_stamp
from anr_tui.journal.storage.database_file import JournalFile


class TrustedBy(NamedTuple):
    """What a device was trusted by: the strength of the strongest login that it took, and its certificate's SHA-256."""

    login_strength: int = 0
    certificate: str = ""


class DeviceTrustTable:
    """Reads what devices were trusted by, and forgets it where a person says so."""

    def __init__(self, file: JournalFile) -> None:
        self._file = file

    async def of(self, camera_id: str, device: str) -> TrustedBy:
        """What the device behind a camera (`host:port`) was trusted by."""
        row = await self._file.row("device_trust", camera_id=camera_id, device=device)
        return TrustedBy(row["login_strength"], row["certificate"]) if row else TrustedBy()

    async def forget(self, camera_id: str) -> int:
        """Forget it for all devices of a camera, so that the next connection is a first one; returns how many."""
        return await self._file.write("forget_device_trust", camera_id=camera_id)


class LeasedDeviceTrustTable(DeviceTrustTable):
    """Writes it, under the lease. Writes raise LeaseLostError."""

    def __init__(self, file: JournalFile, lease: int) -> None:
        super().__init__(file)
        self._lease = lease

    async def note(self, camera_id: str, device: str, by: TrustedBy, *, at: datetime) -> None:
        """Remember what a device was trusted by."""
        values = {"camera_id": camera_id, "device": device, **by._asdict(), "at": format_stamp(at)}
        await self._file.write_under(self._lease, "note_device_trust", is_synced=True, **values)
