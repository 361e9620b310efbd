"""Opens the site and runs the console on it until the operator leaves, or the line drops."""

import asyncio
import os
import signal
import threading

from tzlocal import get_localzone

from anr_tui.console.app import ConsoleApp
from anr_tui.console.ports import StartWorker
from anr_tui.console.taste import Taste, taste_of
from anr_tui.journal.presence import Presence
from anr_tui.settings import Settings
from anr_tui.times import now_utc
from anr_tui.view.site_view import SiteView

_GIVE_UP_S = 5.0
_HUNG_UP = 129


def run_console(settings: Settings, start_worker: StartWorker | None, *, is_read_only: bool = False) -> None:
    """Show the site; `start_worker` is called while no worker runs.

    Raises AnrError where the site cannot be opened, or the operator's own keys cannot be used.
    """
    taste = taste_of(settings, os.environ)
    asyncio.run(_run(settings, start_worker, taste, is_read_only=is_read_only))


async def _run(settings: Settings, start_worker: StartWorker | None, taste: Taste, *, is_read_only: bool) -> None:
    view = await SiteView.open(settings, is_read_only=is_read_only)
    seat = Presence(settings.consoles_path, is_guest=is_read_only)

    async def start() -> bool:
        seat.take()  # else a worker that we start may not see us
        return await start_worker() if start_worker else False

    try:
        app = ConsoleApp(
            view, start if start_worker else None, seat=seat, clock=now_utc, zone=get_localzone(), taste=taste
        )
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            loop.add_signal_handler(number, _leave, app)
        await app.run_async()
    finally:
        seat.close()
        await view.close()


def _leave(app: ConsoleApp) -> None:
    """Leave in order, terminal restored, and ask the worker nothing: it sees by itself that nobody is there.

    A terminal that takes nothing any more must not keep us for ever.
    """
    giving_up = threading.Timer(_GIVE_UP_S, os._exit, [_HUNG_UP])
    giving_up.daemon = True
    giving_up.start()
    app.exit()
