"""The two open files behind what people are shown: the site database, and the journal, which may be replaced."""

import asyncio
from pathlib import Path
from typing import Self

from anr_tui.config.settings import Settings
from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import AnrError, JournalDamagedError, JournalError, SiteError
from anr_tui.domain.gap import RecordingGap
from anr_tui.journal.journal import Journal
from anr_tui.sites.interface import Site
from anr_tui.sites.open_site import open_site


class Databases:
    """Both files and the settings that name them; with `is_read_only` nothing is written."""

    def __init__(self, settings: Settings, site: Site, journal: Journal, *, is_read_only: bool = False) -> None:
        self.is_read_only = is_read_only
        self._settings = settings
        self._site = site
        self._journal = journal
        # The version of a database tells of others' writes only, so our own are counted; and a new file has a new one.
        self._asks = 0
        self._openings = 0
        self._following = asyncio.Lock()

    @classmethod
    async def open(cls, settings: Settings, *, is_read_only: bool = False) -> Self:
        """Open the site database and the journal. Raises SiteError or JournalError.

        A journal that is damaged, or with `is_read_only` cannot be read (yet), is no error here: reading says so, and
        tries again, since a worker that starts makes a new one.
        """
        site = await open_site(settings, is_read_only=is_read_only)
        try:
            journal = await open_journal(settings.journal_path, is_read_only=is_read_only)
            return cls(settings, site, journal, is_read_only=is_read_only)
        except BaseException:
            await site.close()
            raise

    async def close(self) -> None:
        """Close both files."""
        await self._journal.close()
        await self._site.close()

    @property
    def journal(self) -> Journal:
        """For what only one command asks."""
        return self._journal

    async def _gap(self, gap_id: str) -> RecordingGap:
        gap = await self._site.gaps.gap(gap_id)
        if gap is None:
            raise SiteError(f"There is no gap {gap_id!r}.", "`anr-tui gaps` lists them.")
        return gap

    async def _camera(self, camera_id: str) -> Camera | None:
        return await self._site.cameras.camera(camera_id)

    def _check_may_write(self) -> None:
        if self.is_read_only:
            raise AnrError("This is read-only: no request is sent, and no password is shown.")

    async def _follow_journal(self) -> None:
        """Open the journal anew where a worker has made another one, or the one there was is gone."""
        async with self._following:
            if not self._journal.is_outdated:
                return
            # Closed first: two connections of one process undo each other's locks on files they share.
            await self._journal.close()
            self._openings += 1
            path = self._settings.journal_path
            if not self.is_read_only and not path.exists():
                raise JournalError(f"The journal {path} is gone.", "A worker that starts makes a new one.")
            self._journal = await Journal.open(path, is_read_only=self.is_read_only)


async def open_journal(path: Path, *, is_read_only: bool) -> Journal:
    """The journal; where it cannot be read for now, an empty and outdated one stands in for it."""
    try:
        return await Journal.open(path, is_read_only=is_read_only)
    except JournalError as error:
        if not is_read_only and not isinstance(error, JournalDamagedError):
            raise
    journal = await Journal.stand_in(path)
    await journal.close()
    return journal
