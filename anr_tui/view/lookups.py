"""What is read on demand about one gap, fill, camera or file."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from anr_tui.domain.errors import AnrError, JournalError, SiteError
from anr_tui.domain.event import EventKind
from anr_tui.domain.fill import Fill
from anr_tui.domain.gap import FillState
from anr_tui.domain.policy.fill_policy import FillPolicy
from anr_tui.domain.secret import Secret
from anr_tui.domain.timestamps import now_utc
from anr_tui.journal.tables.rows import CameraMemory, LandedRecord
from anr_tui.platform.user import who_am_i
from anr_tui.replay.dialects.access import make_access, open_access
from anr_tui.view.about import About
from anr_tui.view.camera.diagnosis import Diagnosis, read_diagnosis
from anr_tui.view.databases import Databases
from anr_tui.view.gap.detail import CoverageReader, GapDetail, Replay, read_detail
from anr_tui.view.gap.frames import LARGE, SMALL, Frame, read_frames
from anr_tui.view.gap.preview import url_preview
from anr_tui.view.snapshot.snapshot import UrlPreview


class Lookups:
    """Reads what a snapshot does not contain: one gap, one diagnosis, one file.

    `policy` applies where no worker has noted its own; `secret_key` opens sealed passwords (None: there is no key);
    `about` has the paths and settings of this console or command.
    """

    def __init__(self, databases: Databases, policy: FillPolicy, secret_key: Secret | None, about: About) -> None:
        self._databases = databases
        self._policy = policy
        self._secret_key = secret_key
        self._about = about
        self._coverage = CoverageReader(databases.site.archive)

    async def failed_gap_ids(self) -> list[str]:
        """The ids of the gaps that were given up, newest first. Raises SiteError."""
        return await self._databases.site.gaps.failed_ids()

    async def filled_of(self, gap_ids: Iterable[str]) -> list[str]:
        """Those of some gaps that are filled; what the site does not have, or cannot read, is left out."""
        filled: list[str] = []
        for gap_id in gap_ids:
            with suppress(SiteError):
                gap = await self._databases.site.gaps.gap(gap_id)
                filled += [gap_id] if gap is not None and gap.fill_state is FillState.FILLED else []
        return filled

    async def time_zone(self) -> str:
        """The name of the site's time zone, "" where the site does not say. Raises SiteError."""
        return await self._databases.site.cameras.time_zone()

    async def replay_url(self, gap_id: str, *, reveal: bool) -> UrlPreview:
        """The replay URL and command of a gap. Raises AnrError.

        With `reveal` they show the password, and an event records that.
        """
        if reveal:
            self._databases.check_may_write()
        gap = await self._databases.gap(gap_id)
        camera = await self._databases.camera(gap.camera_id)
        if camera is None:
            raise SiteError(f"The row of camera {gap.camera_id!r} cannot be read.")
        # The password of a masked URL is not opened: a read-only console may have no key.
        access = open_access(camera, self._secret_key) if reveal else make_access(camera, camera.password)
        memory = (await self._memories()).get(camera.id)
        preview = url_preview(access, gap, memory, is_revealed=reveal)
        if reveal:
            await self._databases.journal.events.add(
                EventKind.URL_REVEALED,
                f"The replay URL of {camera.name} was shown with its password.",
                who=who_am_i(),
                now=now_utc(),
                camera_id=camera.id,
                gap_id=gap.id,
            )
        return preview

    async def _memories(self) -> Mapping[str, CameraMemory]:
        """What was learned about cameras; of an unreadable journal, nothing: the URL is shown all the same."""
        try:
            return await self._databases.journal.camera_memory.by_camera()
        except JournalError:
            return {}

    def log_path(self, fill: Fill) -> Path:
        """The path of a fill's log; the file need not exist."""
        return self._databases.paths.logs / Path(fill.log_name).name

    def about(self) -> About:
        """The paths of the site's files, and the settings of this console or command."""
        return self._about

    async def gap_detail(self, gap_id: str) -> GapDetail:
        """The details of one gap. Raises AnrError."""
        gap = await self._databases.gap(gap_id)
        await self._databases.follow_journal()
        camera = await self._databases.camera(gap.camera_id)
        try:
            replay = Replay(await self.replay_url(gap_id, reveal=False))
        except AnrError as error:
            replay = Replay(problem=str(error))
        journal = self._databases.journal
        return await read_detail(gap, camera, journal, replay, self._coverage, now_utc(), self._policy)

    async def diagnosis(self, camera_id: str) -> Diagnosis:
        """The newest diagnosis of a camera, with the checks so far. Raises AnrError."""
        await self._databases.follow_journal()
        camera = await self._databases.camera(camera_id)
        return await read_diagnosis(self._databases.journal, camera_id, camera.name if camera else camera_id, now_utc())

    async def frames(self, file: LandedRecord, *, is_large: bool = False) -> tuple[Frame, ...]:
        """The first, middle and last frame of a landed file, in a larger size if `is_large`. Raises SiteError."""
        return await read_frames(self.landed_path(file), file, LARGE if is_large else SMALL)

    def landed_path(self, file: LandedRecord) -> Path:
        """The path where a landed file should be. Raises SiteError where it would lie outside the recordings."""
        return self._databases.site.archive.landed_path(file.camera_id, file.name)
