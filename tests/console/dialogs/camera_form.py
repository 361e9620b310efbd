"""The form of a camera: how a test comes to it, and fills it in."""

from textual.pilot import Pilot
from textual.widgets import Input

from anr_tui.console.dialogs.camera_form import CameraDialog
from tests.console.site import settled, until


async def to_form(pilot: Pilot[None], key: str) -> CameraDialog:
    """From the start to the form, by way of the cameras."""
    await settled(pilot)
    await pilot.press("shift+tab", key)
    await until(pilot, lambda: isinstance(pilot.app.screen, CameraDialog))
    assert isinstance(pilot.app.screen, CameraDialog)
    return pilot.app.screen


def fill_in(dialog: CameraDialog, **texts: str) -> None:
    """What a person would have typed into some fields."""
    for name, value in texts.items():
        dialog.query_one(f"#{name}", Input).value = value
