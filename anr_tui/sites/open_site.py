"""The one place where a site is opened."""

from anr_tui.config.settings import Settings
from anr_tui.sites.heldar.site import HeldarSite
from anr_tui.sites.interface import Site


async def open_site(settings: Settings, *, is_read_only: bool = False) -> Site:
    """Open the site that the settings name; whoever opens it closes it.

    With `is_read_only` nothing is written, and no permission to write is needed. SiteError, in a sentence that says
    what to do, where it cannot be opened; SiteLockedError where another program holds it for now.
    """
    return await HeldarSite.open(settings.heldar_database_url, settings.recordings_dir, is_read_only=is_read_only)
