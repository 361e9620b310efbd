"""Opens the site and runs the console on it until the operator leaves, or the line drops."""

import asyncio
import os
import signal
import threading

from tzlocal import get_localzone

from anr_tui.console.app import ConsoleApp
from anr_tui.console.ports import StartWorker
from anr_tui.settings import Settings
from anr_tui.times import now_utc
from anr_tui.view.site_view import SiteView

_GIVE_UP_S = 5.0
_HUNG_UP = 129


def run_console(settings: Settings, start_worker: StartWorker | None) -> None:
    """Show the site; `start_worker` is called while no worker runs. Raises AnrError where the site cannot be opened."""
    asyncio.run(_run(settings, start_worker))


async def _run(settings: Settings, start_worker: StartWorker | None) -> None:
    view = await SiteView.open(settings)
    try:
        app = ConsoleApp(view, start_worker, clock=now_utc, zone=get_localzone())
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            loop.add_signal_handler(number, _leave, app)
        await app.run_async()
    finally:
        await view.close()


def _leave(app: ConsoleApp) -> None:
    """Leave in order, terminal restored; a terminal that takes nothing any more must not keep us for ever."""
    giving_up = threading.Timer(_GIVE_UP_S, os._exit, [_HUNG_UP])
    giving_up.daemon = True
    giving_up.start()
    app.exit()
