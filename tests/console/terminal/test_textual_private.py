"""Textual's private names that the console uses: each is there, and is what the console takes it for."""

import asyncio
import queue
import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from rich.color import ColorSystem
from rich.console import Console, RenderableType
from textual import __version__
from textual.app import App, ComposeResult
from textual.drivers._writer_thread import WriterThread
from textual.screen import Screen
from textual.widgets import Static

from anr_tui import console
from anr_tui.console.terminal.driver import PatientDriver
from anr_tui.console.terminal.textual_private import (
    ChopsUpdate,
    CompositorUpdate,
    HiddenInput,
    LayoutUpdate,
    key_of_character,
)

PRIVATE = r"\b(?:from|import) textual[\w.]*\._|\b(?:from textual[\w.]*) import [^\n]*\b_[a-z]"
OF_THE_APP = r"\bself\._(?:driver|running|closed|batch_count|display|writer_thread|loop|file|compositor)\b"


class DrawnApp(App[None]):
    """An app that remembers what it was asked to draw."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn: list[RenderableType | None] = []
        self.text = Static("before")

    def compose(self) -> ComposeResult:
        yield self.text
        yield HiddenInput("hunter2", password=True)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        self.drawn.append(renderable)
        super()._display(screen, renderable)


def updates_of(app: DrawnApp) -> list[CompositorUpdate]:
    return [each for each in app.drawn if isinstance(each, CompositorUpdate)]


async def drawn(app: DrawnApp, change: Callable[[], object]) -> CompositorUpdate:
    """What one change has drawn."""
    app.drawn.clear()
    change()
    async with asyncio.timeout(20):
        while not updates_of(app):
            await asyncio.sleep(0)
    return updates_of(app)[0]


def test_the_version_is_the_one_that_is_pinned() -> None:
    text = (Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8")

    assert f'"textual=={__version__}"' in text


@pytest.mark.parametrize("pattern", [PRIVATE, OF_THE_APP])
def test_no_other_package_of_the_console_uses_a_private_name(pattern: str) -> None:
    root = Path(console.__file__).parent
    users = {path.parent.name for path in root.rglob("*.py") if re.search(pattern, path.read_text(encoding="utf-8"))}

    assert users == {"terminal"}


def test_character_to_key() -> None:
    assert [key_of_character(each) for each in "?-a["] == ["question_mark", "minus", "a", "left_square_bracket"]


async def test_display_gets_a_whole_layout_as_lines_of_strips() -> None:
    app = DrawnApp()
    async with app.run_test(size=(20, 4)) as pilot:
        await pilot.pause()
        update = await drawn(app, lambda: app.screen.refresh(layout=True))

        assert isinstance(update, LayoutUpdate)
        assert (update.region.x, update.region.y) == (0, 0)
        assert [sum(strip.cell_length for strip in strips) for strips in update.strips] == [20] * 4


async def test_display_gets_a_change_as_chops_within_spans() -> None:
    app = DrawnApp()
    async with app.run_test(size=(20, 4)) as pilot:
        await pilot.pause()
        update = await drawn(app, lambda: app.text.update("after!"))

        assert isinstance(update, ChopsUpdate)
        y, left, right = next(iter(update.spans))
        assert (y, left, right) == (0, 0, 20)
        chop, strip = next(iter(update.chops[y].items()))
        assert chop == 0
        assert strip is not None
        assert strip.text.startswith("after!")
        assert list(update.chop_ends[y]) == [20]


async def test_an_app_knows_its_driver_whether_it_runs_and_that_paints_are_batched() -> None:
    app = DrawnApp()
    assert (app._running, app._driver) == (False, None)
    async with app.run_test() as pilot:
        await pilot.pause()
        assert (app._running, app._closed, app._batch_count) == (True, False, 0)
        assert app._driver is not None
        with app.batch_update():
            assert app._batch_count == 1


async def test_an_input_line_is_drawn_from_its_value() -> None:
    app = DrawnApp()
    async with app.run_test(size=(20, 4)) as pilot:
        await pilot.pause()
        text = "".join(strip.text for strip in app.screen._compositor.render_strips())

        assert "hunter2" not in text
        assert "*" * len("hunter2") in text


def test_a_writer_thread_has_a_queue_that_takes_only_so_many_writes() -> None:
    waiting = WriterThread(StringIO())._queue

    assert isinstance(waiting, queue.Queue)
    assert waiting.maxsize > 0


async def test_a_driver_has_a_file_a_loop_a_size_and_no_writer_thread_yet() -> None:
    driver = PatientDriver(DrawnApp())

    assert driver._loop is asyncio.get_running_loop()
    assert driver._writer_thread is None
    assert driver._file.fileno() == 2
    columns, lines = driver._get_terminal_size()
    assert columns > 0
    assert lines > 0


def test_rich_knows_its_colour_system_as_a_value() -> None:
    assert Console(color_system="256")._color_system is ColorSystem.EIGHT_BIT
