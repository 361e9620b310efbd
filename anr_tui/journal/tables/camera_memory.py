"""The journal's tables of what was learned about cameras and devices."""

from datetime import datetime

from anr_tui.domain.timestamps import format_stamp
from anr_tui.journal.storage.database_file import JournalFile
from anr_tui.journal.tables import rows as read
from anr_tui.journal.tables.rows import CameraMemory


class CameraMemoryTable:
    """Reads what was learned about cameras and devices, for the next fills."""

    def __init__(self, file: JournalFile) -> None:
        self._file = file

    async def by_camera(self) -> dict[str, CameraMemory]:
        """What was learned about each camera, by camera id."""
        return {memory.camera_id: memory for memory in await self._file.values(read.camera_memory, "camera_memories")}

    async def sessions_by_device(self) -> dict[str, int]:
        """How many sessions at once each device was found to accept, by `host:port`."""
        return {row["device"]: row["sessions"] for row in await self._file.rows("device_sessions")}


class LeasedCameraMemoryTable(CameraMemoryTable):
    """Reads and writes what was learned about cameras, under the lease. Writes raise LeaseLostError."""

    def __init__(self, file: JournalFile, lease: int) -> None:
        super().__init__(file)
        self._lease = lease

    async def note_speed(self, camera_id: str, *, full_speed: bool | None = None, speed: float | None = None) -> None:
        """Remember whether a camera accepts `Rate-Control: no`, and its speed in times real time; None: not seen."""
        await self._file.write_under(
            self._lease, "remember_speed", camera_id=camera_id, full_speed=full_speed, speed=speed
        )

    async def note_shift(self, camera_id: str, shift_s: float, *, shown_by: str, at: datetime) -> None:
        """Remember how many seconds later than the moment asked for a camera's pictures are, and what shows it."""
        stamp = format_stamp(at)
        await self._file.write_under(
            self._lease, "remember_shift", camera_id=camera_id, shift_s=shift_s, shown_by=shown_by, at=stamp
        )

    async def note_zones_tried(self, camera_id: str, *, at: datetime) -> None:
        """Remember that a camera was asked by zones, and showed nothing that the recorder has."""
        await self._file.write_under(self._lease, "remember_zones_tried", camera_id=camera_id, at=format_stamp(at))

    async def note_sessions(self, device: str, sessions: int) -> None:
        """Remember how many sessions at once a device accepts."""
        await self._file.write_under(self._lease, "remember_sessions", device=device, sessions=sessions)

    async def set_aside(self, memory: CameraMemory) -> None:
        """Remember that a camera is set aside, or (without a reason) that it no longer is."""
        await self._file.write_under(
            self._lease,
            "set_aside",
            camera_id=memory.camera_id,
            until=format_stamp(memory.set_aside_until) if memory.set_aside_until else None,
            why=memory.set_aside_why or "",
            row=memory.set_aside_row,
            failures=memory.failures,
        )
