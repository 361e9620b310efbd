"""The worker's implementations of what a fill needs: the journal under the lease, and further sessions."""

from anr_tui.domain.evidence.picture_verdict import PictureVerdict
from anr_tui.domain.evidence.time_proof import TimeProof
from anr_tui.domain.window import Window
from anr_tui.fill.land import LandedFile
from anr_tui.journal.tables.rows import LandedRecord
from anr_tui.worker.context import SchedulerPort, WorkerContext, persist
from anr_tui.worker.state import SchedulerState


class LeasedFillJournal:
    """The journal of one fill, written under the worker's lease."""

    def __init__(self, context: WorkerContext, state: SchedulerState, fill_id: int, camera_id: str) -> None:
        self._context = context
        self._state = state
        self._fill_id = fill_id
        self._camera_id = camera_id

    async def check_lease(self) -> None:
        """Check that this worker still has the site. Raises LeaseLostError."""
        await persist(self._state, self._context.journal.lease.check)

    async def note_landed(self, file: LandedFile) -> None:
        """Record the evidence of a file that is on disk. Raises LeaseLostError."""
        context = self._context
        record = LandedRecord(
            name=file.name,
            window=file.window,
            asked=file.asked,
            size_bytes=file.size_bytes,
            sha256=file.sha256,
            source_url=file.source_url,
            ffmpeg_version=context.tools.ffmpeg.version,
            proof=file.proof,
            shown_by=file.shown_by,
            pictures=file.pictures,
            clocks=file.clocks,
        )
        now = context.clock()
        await persist(
            self._state, lambda: context.journal.fills.add_landed(self._fill_id, self._camera_id, record, now=now)
        )
        self._state.counters.note_landed(file.window.seconds, file.size_bytes)

    async def has_noted(self, name: str) -> bool:
        """Whether a file of that name is recorded for this camera."""
        files = await persist(self._state, self._context.journal.fills.landed)
        return any(file.camera_id == self._camera_id and file.name == name for file in files)

    async def has_undecodable(self, window: Window) -> bool:
        """Whether fills of this camera landed footage in a window whose pictures nobody can decode."""
        files = await persist(self._state, lambda: self._context.journal.fills.landed_within(window))
        return any(file.camera_id == self._camera_id and file.pictures is PictureVerdict.UNDECODABLE for file in files)

    async def doubtful_names(self) -> frozenset[str]:
        """The files that fills of this camera landed without proof of their time."""
        files = await persist(self._state, self._context.journal.fills.landed)
        return frozenset(
            file.name for file in files if file.camera_id == self._camera_id and file.proof is not TimeProof.PROVEN
        )


class SpareSessions:
    """The further sessions that a fill may use on its device, beside its first one."""

    def __init__(self, port: SchedulerPort, device: str) -> None:
        self._port = port
        self._device = device

    def take(self) -> bool:
        """Take one more session; False where none is free, or somebody waits for it."""
        return self._port.take_spare_session(self._device)

    def give_back(self) -> None:
        """End one of these sessions."""
        self._port.give_back_session(self._device)

    def refused(self) -> None:
        """Note that the device refused a further session as busy, so that its limit is lowered."""
        self._port.lower_sessions(self._device)
