"""Opening a site: the only place that does so, and that names the kinds of sites."""

from collections.abc import Awaitable, Callable, Mapping

from anr_tui.config.settings import Settings
from anr_tui.domain.errors import SettingsError
from anr_tui.sites.interface import Site


async def open_site(settings: Settings, *, is_read_only: bool = False) -> Site:
    """Open the site that the settings name; the caller closes it.

    With `is_read_only` nothing is written, and no permission to write is needed. Raises SettingsError for an unknown
    kind, SiteError, which says what to do, where the site cannot be opened, and SiteLockedError where another program
    has locked it for now.
    """
    opener = KINDS.get(settings.anr_site)
    if opener is None:
        raise SettingsError(f"ANR_SITE is {settings.anr_site!r}; allowed is one of {', '.join(sorted(KINDS))}.")
    return await opener(settings, is_read_only)


# A kind is imported only when a site of it is opened.
async def _open_heldar(settings: Settings, is_read_only: bool) -> Site:
    from anr_tui.sites.heldar.site import HeldarSite

    return await HeldarSite.open(settings.heldar_database_url, settings.recordings_dir, is_read_only=is_read_only)


async def _open_directory(settings: Settings, is_read_only: bool) -> Site:
    from anr_tui.sites.directory.site import DirectorySite

    gaps_path = settings.journal_path.with_suffix(".gaps.db")
    return await DirectorySite.open(settings.recordings_dir, gaps_path, is_read_only=is_read_only)


KINDS: Mapping[str, Callable[[Settings, bool], Awaitable[Site]]] = {
    "directory": _open_directory,
    "heldar": _open_heldar,
}
"""The function that opens each kind of site, by the value of ANR_SITE."""
