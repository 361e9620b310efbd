"""The first screen, where there is no site: on which nothing that is chosen will do."""

from pathlib import Path

from anr_tui.console.display_settings import DisplaySettings
from anr_tui.console.first_start.app import FirstStartApp, FirstStartCallbacks
from anr_tui.console.first_start.steps import FirstSteps
from anr_tui.domain.errors import SiteError
from anr_tui.view.site_not_found import NoSite
from tests.console.site import ZONE, Clock

NO_SITE = NoSite(
    path=Path("/home/anna/data/heldar.db"),
    origin="nothing says where it is (--database, HELDAR_DATABASE_URL, config.toml), and this is the default",
    found="nothing, and there is no folder /home/anna/data",
    error=SiteError(
        "There is no site database at /home/anna/data/heldar.db.",
        "'sqlite://./data/heldar.db' could also have meant /data/heldar.db: nor is there one there. "
        "Set HELDAR_DATABASE_URL or --database, or try `anr-tui demo`.",
    ),
    proposed=Path("/home/anna/.local/share/anr-tui/site.db"),
)


async def refuse(*_: object) -> None:
    raise SiteError("/home/anna/notes.db is not an SQLite database.", "Check --database.")


def first_start(
    no_site: NoSite = NO_SITE, *, is_read_only: bool = False, display_settings: DisplaySettings | None = None
) -> FirstStartApp:
    """The first screen, where nothing that is chosen will do."""
    steps = FirstSteps(refuse, refuse, refuse, Path("/none/config.toml"), is_read_only)  # type: ignore[arg-type]
    callbacks = FirstStartCallbacks(refuse, refuse, refuse, refuse)  # type: ignore[arg-type]
    environ = {"COLORTERM": "truecolor"}
    return FirstStartApp(
        no_site,
        steps,
        callbacks,
        clock=Clock(),
        zone=ZONE,
        environ=environ,
        encoding="utf-8",
        display_settings=display_settings,
    )
