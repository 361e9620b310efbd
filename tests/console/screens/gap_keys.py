"""The way to the screen of a gap and to its pictures."""

from textual.pilot import Pilot

from anr_tui.console.main.app import ConsoleApp
from anr_tui.console.screens.gap_screen import GapScreen
from anr_tui.console.screens.picture_screen import PictureScreen
from tests.console.site import grid, settled, until

SIZE = (120, 60)


async def opened(pilot: Pilot[None], *keys: str) -> GapScreen:
    await pilot.press(*keys, "d")
    await settled(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, GapScreen)
    await until(pilot, lambda: screen.detail is not None)
    await settled(pilot)
    return screen


async def pictured(pilot: Pilot[None]) -> PictureScreen:
    await settled(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, PictureScreen)
    await settled(pilot)
    return screen


def text(app: ConsoleApp) -> str:
    return "\n".join(line.rstrip() for line in grid(app))


async def choose(pilot: Pilot[None], gap_id: str) -> None:
    """Put the cursor on this gap."""
    assert pilot.app.main.dashboard.gaps.choose(gap_id)  # type: ignore[attr-defined]  # a ConsoleApp
    await pilot.pause()
