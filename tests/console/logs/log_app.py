"""A log pane alone, and the file that it follows."""

from pathlib import Path

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.screen import Screen

from anr_tui.console.drawing.styled_text import StyledScreen
from anr_tui.console.logs.log_pane import LogPane


class LogApp(App[None]):
    """Nothing but a log pane; it notes what the pane tells."""

    CSS = "LogPane { height: 1fr; overflow-x: hidden; scrollbar-size-horizontal: 0; scrollbar-size-vertical: 1; }"

    def __init__(self) -> None:
        super().__init__()
        self.pane = LogPane(place="log")
        self.told: list[bool] = []
        self.said: list[str] = []

    def get_default_screen(self) -> Screen[None]:
        return StyledScreen()

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_log_pane_follow_changed(self, event: LogPane.FollowChanged) -> None:
        self.told.append(event.is_following)

    def on_log_pane_message_shown(self, event: LogPane.MessageShown) -> None:
        self.said.append(event.message.text)

    @property
    def lines(self) -> list[str]:
        return [strip.text[:39].rstrip() for strip in self.screen._compositor.render_strips()]


def append(path: Path, first: int, count: int) -> None:
    """Write so many numbered lines at the end of the file."""
    with path.open("a") as file:
        file.writelines(f"line {number}\n" for number in range(first, first + count))


MIXED = "".join(f"line {at}\n" if at % 10 else f"line {at} warning: late\n" for at in range(100))
"""A log of which each tenth line is a warning."""


async def opened(pilot: Pilot[None], path: Path) -> None:
    """Let the pane of a `LogApp` show a file, and read it."""
    app = pilot.app
    assert isinstance(app, LogApp)
    app.pane.show_file(path, "no line yet")
    await app.pane.read_more()
    await pilot.pause()


def mixed_log(directory: Path) -> Path:
    """A file with `MIXED` in it."""
    path = directory / "fill.log"
    path.write_text(MIXED)
    return path
