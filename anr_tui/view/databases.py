"""The two open databases of a site: its own, and the journal, which a worker may replace by a new file."""

import asyncio
from pathlib import Path
from typing import Self

from anr_tui.config.settings import Settings
from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import AnrError, JournalDamagedError, JournalError, SiteError
from anr_tui.domain.gap import RecordingGap
from anr_tui.domain.policy.site import SitePaths
from anr_tui.journal.journal import Journal
from anr_tui.sites.interface import Site
from anr_tui.sites.open_site import open_site


class Databases:
    """The site database and the journal, open until `close`; with `is_read_only` neither is written."""

    def __init__(self, paths: SitePaths, site: Site, journal: Journal, *, is_read_only: bool = False) -> None:
        self.is_read_only = is_read_only
        self.paths = paths
        self.site = site
        self._journal = journal
        # SQLite's data_version counts writes of other connections only, and a new file starts its own: both are added.
        self._writes = 0
        self._openings = 0
        self._following = asyncio.Lock()

    @classmethod
    async def open(cls, settings: Settings, *, is_read_only: bool = False) -> Self:
        """Open the site database and the journal. Raises SiteError or JournalError.

        A journal that is damaged, or that cannot be read yet with `is_read_only`, is no error here: reading reports it
        and tries again, since a worker that starts makes a new journal.
        """
        paths = settings.site_paths
        site = await open_site(settings, is_read_only=is_read_only)
        try:
            journal = await open_journal(paths.journal, is_read_only=is_read_only)
            return cls(paths, site, journal, is_read_only=is_read_only)
        except BaseException:
            await site.close()
            raise

    async def close(self) -> None:
        """Close both databases."""
        await self._journal.close()
        await self.site.close()

    @property
    def journal(self) -> Journal:
        """The journal as last opened; see `follow_journal`."""
        return self._journal

    @property
    def openings(self) -> int:
        """The number of times that the journal was opened anew; anything read before belongs to another file."""
        return self._openings

    async def journal_version(self) -> tuple[int, int, int]:
        """A version that differs from an earlier one where the content may have changed. Raises JournalError."""
        return self._openings, self._writes, await self._journal.data_version()

    def note_write(self) -> None:
        """Count a write of this process into the journal."""
        self._writes += 1

    async def gap(self, gap_id: str) -> RecordingGap:
        """The gap with this id as the site has it now. Raises SiteError where there is none."""
        gap = await self.site.gaps.gap(gap_id)
        if gap is None:
            raise SiteError(f"There is no gap {gap_id!r}.", "`anr-tui gaps` lists them.")
        return gap

    async def camera(self, camera_id: str) -> Camera | None:
        """The camera with this id; None where there is none or its row cannot be read. Raises SiteError."""
        return await self.site.cameras.camera(camera_id)

    def check_may_write(self) -> None:
        """Raise AnrError where the databases are open for reading only."""
        if self.is_read_only:
            raise AnrError("This is read-only: no request is sent, and no password is shown.")

    async def follow_journal(self) -> None:
        """Open the journal anew where its file was replaced or removed.

        Raises JournalError where it cannot be opened.
        """
        async with self._following:
            if not self._journal.is_outdated:
                return
            # Closed first: two connections of one process to a file undo each other's locks (POSIX record locks).
            await self._journal.close()
            self._openings += 1
            path = self.paths.journal
            if not self.is_read_only and not path.exists():
                raise JournalError(f"The journal {path} is gone.", "A worker that starts makes a new one.")
            self._journal = await Journal.open(path, is_read_only=self.is_read_only)


async def open_journal(path: Path, *, is_read_only: bool) -> Journal:
    """Open the journal; one that cannot be read for now is replaced by an empty one that counts as outdated.

    Raises JournalError for a journal that can never be read, or cannot be written although it should be.
    """
    try:
        return await Journal.open(path, is_read_only=is_read_only)
    except JournalError as error:
        if not is_read_only and not isinstance(error, JournalDamagedError):
            raise
    journal = await Journal.stand_in(path)
    await journal.close()
    return journal
