"""What tests of whole screens share: a clock that stands still, times in UTC, and a dialog without what is behind it.

Most of them compare the characters on the screen, which are kept as text beside the tests; the main screens at one size
in the dark theme are kept as SVG, too. `pytest --snapshot-update` takes both anew.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from rich.color import ColorType
from textual.pilot import Pilot
from textual.screen import ModalScreen

from anr_tui.console.display_settings import DisplaySettings
from anr_tui.console.main.app import BaseApp, ConsoleApp
from anr_tui.view.snapshot.snapshot import Snapshot
from tests.console.site import Chair, RecordingView, console, grid, settled, site_snapshot

Compare = Callable[..., bool]
Run = Callable[[Pilot[None]], Awaitable[None]]

SMALL, MEDIUM = (80, 24), (120, 32)
SIZES = pytest.mark.parametrize("size", [SMALL, MEDIUM, (160, 48)], ids=["80x24", "120x32", "160x48"])

LOG = """\
ffmpeg version 7.1 Copyright (c) 2000-2026 the FFmpeg developers
Input #0, rtsp, from 'rtsp://127.0.0.1:40123/6f1c':
  Stream #0:0: Video: h264 (High), yuvj420p(pc, bt709), 2560x1440, 25 fps
[rtsp @ 0x55d0] warning: max delay reached. need to consume packet
frame= 9300 fps=950 q=-1.0 size=   47168KiB time=00:06:12.00 bitrate=1038.7kbits/s speed=38.2x
[mp4 @ 0x55d1] error: no room left on the device
"""


def with_logs(folder: Path, snapshot: Snapshot | None = None) -> RecordingView:
    """The site whose three running fills have logs in this folder."""
    for number in (31, 32, 33):
        (folder / f"fill-{number:06}.log").write_text(LOG)
    return RecordingView(snapshot or site_snapshot(), logs=folder)


def shown(view: RecordingView, theme: str = "dark", *, is_last: bool = False, encoding: str = "utf-8") -> ConsoleApp:
    """The console on it; `theme` is a value of ANR_THEME, or "no-colours" for what NO_COLOR does."""
    environ = {"NO_COLOR": "1"} if theme == "no-colours" else {"COLORTERM": "truecolor"}
    display_settings = DisplaySettings(theme="auto" if theme == "no-colours" else theme, zone="utc")
    return console(view, environ=environ, encoding=encoding, seat=Chair(is_last), display_settings=display_settings)


async def text_after(app: BaseApp, size: tuple[int, int], run: Run) -> str:
    """The characters on the screen, line by line, after these steps in a terminal of so many columns and lines."""
    async with app.run_test(size=size) as pilot:
        await run(pilot)
        return "\n".join(line.rstrip() for line in grid(app))


async def colours_after(app: BaseApp, size: tuple[int, int], run: Run) -> set[ColorType]:
    """Which kinds of colours are on the screen after these steps."""
    async with app.run_test(size=size) as pilot:
        await run(pilot)
        strips = app.screen._compositor.render_strips()
        styles = [segment.style for strip in strips for segment in strip if segment.style is not None]
        return {colour.type for style in styles for colour in (style.color, style.bgcolor) if colour is not None}


async def ready(pilot: Pilot[None]) -> None:
    """The main screen with all that it reads by itself."""
    await settled(pilot)
    await pilot.app.main.dashboard.log_pane.read_more()  # type: ignore[attr-defined]  # a ConsoleApp
    await pilot.pause()


def pressing(*keys: str) -> Run:
    """Press keys of which the last sets off nothing that waits for an answer."""

    async def run(pilot: Pilot[None]) -> None:
        await ready(pilot)
        await pilot.press(*keys)
        await settled(pilot)

    return run


def asking(*keys: str, dialog: type[ModalScreen[Any]] = ModalScreen) -> Run:
    """Press keys of which the last one brings up a dialog, and take that alone into the picture."""

    async def run(pilot: Pilot[None]) -> None:
        await ready(pilot)
        await pilot.press(*keys)
        await alone(pilot, dialog)

    return run


async def alone(pilot: Pilot[None], dialog: type[ModalScreen[Any]] = ModalScreen) -> None:
    """Hide what is behind the dialog, which has pictures of its own: work on that leaves the dialog's be."""
    while not isinstance(pilot.app.screen, dialog):
        await pilot.pause(0.01)
    pilot.app.screen.styles.background = pilot.app.theme_variables["background"]
    await pilot.pause()  # not `settled`: the command that asks goes on only when it is answered
