"""Opens the site and runs the console on it until the operator leaves."""

import asyncio

from tzlocal import get_localzone

from anr_tui.console.app import ConsoleApp
from anr_tui.console.ports import StartWorker
from anr_tui.settings import Settings
from anr_tui.times import now_utc
from anr_tui.view.site_view import SiteView


def run_console(settings: Settings, start_worker: StartWorker | None) -> None:
    """Show the site; `start_worker` is called while no worker runs. Raises AnrError where the site cannot be opened."""
    asyncio.run(_run(settings, start_worker))


async def _run(settings: Settings, start_worker: StartWorker | None) -> None:
    view = await SiteView.open(settings)
    try:
        await ConsoleApp(view, start_worker, clock=now_utc, zone=get_localzone()).run_async()
    finally:
        await view.close()
