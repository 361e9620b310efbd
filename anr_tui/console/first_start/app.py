"""The first start: the screen where no site was found, and the console on the site that is chosen there."""

import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from textual.screen import Screen

from anr_tui.config.config_file import add_settings
from anr_tui.console.dialogs.question import ConfirmDialog
from anr_tui.console.display_settings import DisplaySettings
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.first_start.remember_site import Advice, advise
from anr_tui.console.first_start.screen import FirstScreen
from anr_tui.console.first_start.steps import FirstSteps, Start
from anr_tui.console.interfaces import Clock, Seat, StartWorker, View
from anr_tui.console.main.app import BaseApp
from anr_tui.console.main.screen import MainScreen
from anr_tui.domain.errors import AnrError
from anr_tui.view.site_not_found import NoSite

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """A site that is open."""

    view: View
    start_worker: StartWorker | None
    seat: Seat


@dataclass(frozen=True, slots=True)
class FirstStartCallbacks:
    """How the first start opens what was chosen: all raise AnrError, in a sentence, and leave nothing open then."""

    open: Callable[[Start], Awaitable[Opened]]
    make: Callable[[Path], Awaitable[None]]
    demo: Callable[[], Awaitable[Start]]
    take: Callable[[Path], Awaitable[Start]]


class FirstStartApp(BaseApp):
    """The console before there is a site, and on it as soon as there is one."""

    def __init__(
        self,
        no_site: NoSite,
        steps: FirstSteps,
        doors: FirstStartCallbacks,
        *,
        clock: Clock,
        zone: tzinfo,
        environ: Mapping[str, str] = os.environ,
        encoding: str | None = None,
        display_settings: DisplaySettings | None = None,
    ) -> None:
        super().__init__(clock=clock, zone=zone, environ=environ, encoding=encoding, display_settings=display_settings)
        self._no_site = no_site
        self._steps = steps
        self._doors = doors
        self._advice = Advice()
        self.main: MainScreen | None = None

    def get_default_screen(self) -> Screen[None]:
        worker_commands = {"first.open": self._open, "first.make": self._make, "first.demo": self._demo}
        return FirstScreen(
            self._no_site, self.context, worker_commands, self._show_site, is_read_only=self._steps.only_looks
        )

    async def _open(self, path: Path) -> None:
        await self._enter(await self._doors.take(path))

    async def _make(self, path: Path) -> None:
        await self._doors.make(path)
        await self._enter(await self._doors.take(path))

    async def _demo(self, _: Path) -> None:
        await self._enter(await self._doors.demo())

    async def _enter(self, start: Start) -> None:
        opened = await self._doors.open(start)
        self._advice = advise(start.remembered, self._steps.config, self._no_site)
        self.main = self.main_on(opened.view, opened.start_worker, opened.seat)

    async def _show_site(self) -> None:
        main, advice = self.main, self._advice
        if main is None:
            return
        await self.push_screen(main)
        if advice.sentence:
            main.say(StatusMessage(advice.sentence, Tone.WARN))
        if advice.question:
            self.push_screen(
                ConfirmDialog(advice.question, advice.detail), lambda answer: self._remember(main, advice, answer)
            )

    def _remember(self, main: MainScreen, advice: Advice, answer: str | None) -> None:
        if answer != "confirm.yes":
            return
        try:
            add_settings(self._steps.config, advice.values)
        except AnrError as error:
            main.say(StatusMessage(str(error), Tone.BAD))
        else:
            main.say(StatusMessage(f"remembered in {self._steps.config}", Tone.OK))
