"""What people look up about one gap, one fill or one file, when they want to know."""

from pathlib import Path

from anr_tui.config.settings import Settings
from anr_tui.domain.errors import AnrError, SiteError
from anr_tui.domain.event import EventKind
from anr_tui.domain.fill import Fill
from anr_tui.domain.timestamps import now_utc
from anr_tui.journal.journal import Journal
from anr_tui.journal.tables.rows import LandedRecord
from anr_tui.platform.user import who_am_i
from anr_tui.replay.dialects.access import make_access, open_access
from anr_tui.sites.interface import Site
from anr_tui.view.about import About, about
from anr_tui.view.camera.diagnosis import Diagnosis, read_diagnosis
from anr_tui.view.databases import Databases
from anr_tui.view.gap.detail import GapDetail, Held, Replay, read_detail
from anr_tui.view.gap.frames import LARGE, SMALL, Frame, read_frames
from anr_tui.view.gap.preview import url_preview
from anr_tui.view.snapshot.snapshot import UrlPreview


class Lookups(Databases):
    """Reads what a snapshot does not have."""

    def __init__(self, settings: Settings, site: Site, journal: Journal, *, is_read_only: bool = False) -> None:
        super().__init__(settings, site, journal, is_read_only=is_read_only)
        self._held = Held(site.archive, settings.anr_piece_s)

    async def failed_gap_ids(self) -> list[str]:
        """The gaps that were given up, newest first."""
        return await self._site.gaps.failed_ids()

    async def replay_url(self, gap_id: str, *, reveal: bool) -> UrlPreview:
        """How a gap would be asked for. With `reveal` it shows the password, and leaves an event."""
        if reveal:
            self._check_may_write()
        gap = await self._gap(gap_id)
        camera = await self._camera(gap.camera_id)
        if camera is None:
            raise SiteError(f"The row of camera {gap.camera_id!r} cannot be read.")
        # What is masked anyway is not opened: whoever only looks may have no key.
        key = self._settings.heldar_secret_key
        access = open_access(camera, key) if reveal else make_access(camera, camera.password)
        preview = url_preview(access, gap, is_revealed=reveal)
        if reveal:
            await self._journal.events.add(
                EventKind.URL_REVEALED,
                f"The replay URL of {camera.name} was shown with its password.",
                who=who_am_i(),
                now=now_utc(),
                camera_id=camera.id,
                gap_id=gap.id,
            )
        return preview

    def log_path(self, fill: Fill) -> Path:
        """Where a fill's log is; the file need not exist (yet)."""
        return self._settings.logs_dir / Path(fill.log_name).name

    def about(self) -> About:
        """Where the site's things are, and under which settings it is shown."""
        return about(self._settings)

    async def gap_detail(self, gap_id: str) -> GapDetail:
        """All there is to know about one gap. Raises AnrError."""
        gap = await self._gap(gap_id)
        await self._follow_journal()
        camera = await self._camera(gap.camera_id)
        try:
            replay = Replay(await self.replay_url(gap_id, reveal=False))
        except AnrError as error:
            replay = Replay(problem=str(error))
        return await read_detail(gap, camera, self._journal, replay, self._held, now_utc(), self._settings.fill_policy)

    async def diagnosis(self, camera_id: str) -> Diagnosis:
        """What the newest diagnosis of a camera says so far. Raises AnrError."""
        await self._follow_journal()
        camera = await self._camera(camera_id)
        return await read_diagnosis(self._journal, camera_id, camera.name if camera else camera_id, now_utc())

    async def frames(self, file: LandedRecord, *, is_large: bool = False) -> tuple[Frame, ...]:
        """The first, the middle and the last frame of a landed file. Raises SiteError where it shows nothing."""
        return await read_frames(self.landed_path(file), file, LARGE if is_large else SMALL)

    def landed_path(self, file: LandedRecord) -> Path:
        """Where a landed file should be. SiteError for one that could lie anywhere else."""
        return self._site.archive.landed_path(file.camera_id, file.name)
