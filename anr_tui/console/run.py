"""Opening the site and running the console on it until the operator leaves or the connection drops."""

import asyncio
import contextlib
import gc
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from tzlocal import get_localzone

from anr_tui.config.settings import Settings
from anr_tui.console.display_settings import DisplaySettings, display_settings_of
from anr_tui.console.first_start.app import FirstStartApp, FirstStartCallbacks, Opened
from anr_tui.console.first_start.steps import FirstSteps, Start
from anr_tui.console.interfaces import StartWorker
from anr_tui.console.main.app import BaseApp, ConsoleApp
from anr_tui.console.terminal.capabilities import has_no_colours
from anr_tui.console.terminal.hangup import on_hang_up
from anr_tui.domain.errors import SiteError
from anr_tui.domain.timestamps import now_utc
from anr_tui.journal.presence import Presence
from anr_tui.view.site_not_found import NoSite
from anr_tui.view.site_reader import SiteReader

_GIVE_UP_S = 5.0
_COLLECT_AFTER_S = 10.0
"""The seconds at the start without garbage collection; after them the site is read, or takes too long."""
_SWITCH_S = 0.001
"""The seconds for which a thread that sorts rows may run at a time; with Python's 5 ms, keys are noticeably late."""
_HUNG_UP = 129

_T = TypeVar("_T")


def run_console(settings: Settings, start_worker: StartWorker | None, *, is_read_only: bool = False) -> None:
    """Show the site until the operator leaves; `start_worker` starts a worker, and is called while none runs.

    Raises AnrError where the site cannot be opened, or the operator's own keys cannot be used.
    """
    _leave_out_colours()
    display_settings = display_settings_of(settings, os.environ)
    asyncio.run(_run(settings, start_worker, display_settings, is_read_only=is_read_only))


def run_first_start(no_site: NoSite, steps: FirstSteps, settings: Settings, *, is_read_only: bool = False) -> bool:
    """Let a person choose a site, and show it; returns False where they left without choosing one.

    `settings` are used only for how things are shown. Raises AnrError where the operator's own keys cannot be used.
    """
    _leave_out_colours()
    display_settings = display_settings_of(settings, os.environ)
    # A demo ends after the screen: its worker takes a while, and by then the operator has the terminal back.
    with contextlib.ExitStack() as demo:
        return asyncio.run(_run_first(no_site, steps, display_settings, demo, is_read_only=is_read_only))


def _leave_out_colours() -> None:
    """Tell Textual to use no colours on a terminal that has none: it takes every terminal to have some."""
    if has_no_colours(os.environ):
        os.environ["NO_COLOR"] = "1"


async def _run(
    settings: Settings, start_worker: StartWorker | None, display_settings: DisplaySettings, *, is_read_only: bool
) -> None:
    async with _opened(settings, start_worker, is_read_only=is_read_only) as site:
        await _run_app(
            ConsoleApp(
                site.view,
                site.start_worker,
                seat=site.seat,
                clock=now_utc,
                zone=get_localzone(),
                display_settings=display_settings,
            )
        )


async def _run_first(
    no_site: NoSite,
    steps: FirstSteps,
    display_settings: DisplaySettings,
    demo: contextlib.ExitStack,
    *,
    is_read_only: bool,
) -> bool:
    async with contextlib.AsyncExitStack() as stack:

        async def open_site(start: Start) -> Opened:
            site = await stack.enter_async_context(
                _opened(start.settings, start.start_worker, is_read_only=is_read_only)
            )
            await asyncio.to_thread(start.set_up)
            return site

        callbacks = FirstStartCallbacks(
            open=open_site,
            make=lambda path: _in_thread(lambda: steps.make(path)),
            demo=lambda: _in_thread(lambda: demo.enter_context(steps.demo())),
            take=lambda path: _in_thread(lambda: steps.take(path)),
        )
        app = FirstStartApp(
            no_site, steps, callbacks, clock=now_utc, zone=get_localzone(), display_settings=display_settings
        )
        await _run_app(app)
        return app.main is not None


async def _in_thread(work: Callable[[], _T]) -> _T:
    """Call `work`, which may block, in a thread. Raises SiteError where the disk or the database fails."""
    try:
        return await asyncio.to_thread(work)
    except (OSError, sqlite3.Error) as error:
        raise SiteError(f"That did not work: {error}.") from None


@contextlib.asynccontextmanager
async def _opened(settings: Settings, start_worker: StartWorker | None, *, is_read_only: bool) -> AsyncIterator[Opened]:
    """Open the site as long as the block lasts, with this console registered on it."""
    view = await SiteReader.open(settings, is_read_only=is_read_only)
    seat = Presence(settings.consoles_path, is_guest=is_read_only)

    async def start() -> bool:
        seat.take()  # otherwise a worker that we start may not see this console
        return await start_worker() if start_worker else False

    try:
        yield Opened(view, start if start_worker else None, seat)
    finally:
        seat.close()
        await view.close()


async def _run_app(app: BaseApp) -> None:
    """Run an app; on SIGHUP or SIGTERM leave in order and restore the terminal. The worker notices by itself.

    Whatever hangs then delays the end of the process by _GIVE_UP_S seconds at most.
    """
    sys.setswitchinterval(_SWITCH_S)
    asyncio.get_running_loop().call_later(_COLLECT_AFTER_S, gc.enable)
    giving_up = threading.Timer(_GIVE_UP_S, os._exit, [_HUNG_UP])
    giving_up.daemon = True

    def leave() -> None:
        with contextlib.suppress(RuntimeError):  # after a second signal the timer runs already
            giving_up.start()
        app.exit()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGHUP, signal.SIGTERM):
        loop.add_signal_handler(number, leave)
    try:
        with on_hang_up(leave):
            await app.run_async()
    finally:
        giving_up.cancel()
