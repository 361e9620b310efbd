"""The app for a start without a site: a screen that offers ways to get one, then the console on that site."""

import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from textual.screen import Screen

from anr_tui.config.config_file import add_settings, read_settings_file, setting_lines
from anr_tui.console.dialogs.question import ConfirmDialog
from anr_tui.console.display_settings import DisplaySettings
from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.first_start.screen import FirstScreen, FirstScreenCallbacks
from anr_tui.console.first_start.steps import FirstSteps, Start
from anr_tui.console.interfaces import Clock, Seat, StartWorker, View
from anr_tui.console.main.app import BaseApp
from anr_tui.console.main.screen import MainScreen
from anr_tui.domain.errors import AnrError, SettingsError
from anr_tui.view.site_not_found import NoSite

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """An open site: its view, the function that starts a worker, and this console's entry among the consoles."""

    view: View
    start_worker: StartWorker | None
    seat: Seat


@dataclass(frozen=True, slots=True)
class FirstStartCallbacks:
    """The ways to open or make a site. Each raises AnrError with a sentence, and then leaves nothing open."""

    open: Callable[[Start], Awaitable[Opened]]
    make: Callable[[Path], Awaitable[None]]
    demo: Callable[[], Awaitable[Start]]
    take: Callable[[Path], Awaitable[Start]]


@dataclass(frozen=True, slots=True)
class Advice:
    """A question whose answer writes `values` into the settings file, or a sentence for the status line."""

    question: str = ""
    detail: str = ""
    sentence: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


def advise(values: Mapping[str, str], config: Path, no_site: NoSite) -> Advice:
    """The question or sentence that lets the site be found the next time. Reads the settings file."""
    if not values:
        return Advice()
    lines = setting_lines(values).strip().replace("\n", "; ")
    if no_site.is_in_environment:
        return Advice(
            sentence=f"HELDAR_DATABASE_URL in the environment overrides the settings file: change it there. {lines}"
        )
    try:
        there = read_settings_file(config)
    except SettingsError:
        return Advice(sentence=f"To find this site the next time, write into {config}: {lines}")
    if all(there.get(name) == value for name, value in values.items()):
        return Advice()
    if there.keys() & values.keys():
        return Advice(sentence=f"To find this site the next time, change in {config}: {lines}")
    return Advice("Find this site the next time, too?", f"This would go into {config}: {lines}", values=values)


class FirstStartApp(BaseApp):
    """The app that shows the first screen, and the main screen as soon as a site is open."""

    def __init__(
        self,
        no_site: NoSite,
        steps: FirstSteps,
        callbacks: FirstStartCallbacks,
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
        self._start_callbacks = callbacks
        self._advice = Advice()
        self.main: MainScreen | None = None

    def get_default_screen(self) -> Screen[None]:
        callbacks = FirstScreenCallbacks(self._open, self._make, self._demo, self._show_site)
        return FirstScreen(self._no_site, self.context, callbacks, is_read_only=self._steps.only_looks)

    async def _open(self, path: Path) -> None:
        await self._enter(await self._start_callbacks.take(path))

    async def _make(self, path: Path) -> None:
        await self._start_callbacks.make(path)
        await self._enter(await self._start_callbacks.take(path))

    async def _demo(self) -> None:
        await self._enter(await self._start_callbacks.demo())

    async def _enter(self, start: Start) -> None:
        opened = await self._start_callbacks.open(start)
        self._advice = advise(start.remembered, self._steps.config, self._no_site)
        self.main = self.main_on(opened.view, opened.start_worker, opened.seat)

    async def _show_site(self) -> None:
        main, advice = self.main, self._advice
        if main is None:
            return
        await self.push_screen(main)
        if advice.sentence:
            main.show_message(StatusMessage(advice.sentence, Tone.WARN))
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
            main.show_message(StatusMessage(str(error), Tone.BAD))
        else:
            main.show_message(StatusMessage(f"remembered in {self._steps.config}", Tone.OK))
