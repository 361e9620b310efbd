"""What tests with pictures share: a clock that stands still, times in UTC, and a dialog without what is behind it."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen

from anr_tui.console.display_settings import DisplaySettings
from anr_tui.console.main.app import ConsoleApp
from anr_tui.view.snapshot.snapshot import Snapshot
from tests.console.site import Chair, RecordingView, console, settled, site_snapshot

Compare = Callable[..., bool]
Run = Callable[[Pilot[None]], Awaitable[None]]

SMALL = (80, 24)
SIZES = pytest.mark.parametrize("size", [SMALL, (120, 32), (160, 48)], ids=["80x24", "120x32", "160x48"])

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
    await pilot.pause()  # not `settled`: the deed that asks goes on only when it is answered
