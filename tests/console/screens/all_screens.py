"""Every screen, each with a site that has something to show on it, and the keys that lead to it."""

from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from anr_tui.console.dialogs.camera_form import CameraDialog
from anr_tui.console.dialogs.question import HelpScreen
from tests.console.dialogs.camera_form import fill_in
from tests.console.main.queued import queued_snapshot
from tests.console.screens.diagnoses import ENDED_DIAGNOSIS, diagnosis_view, open_diagnosis
from tests.console.screens.month import month_view, open_statistics
from tests.console.screens.pictures import Run, asking, pressing, ready, with_logs
from tests.console.site import RecordingView, site_events


async def to_picture(pilot: Pilot[None]) -> None:
    """The second frame of the first file."""
    for key in ("v", "right"):
        await pressing(key)(pilot)


async def to_statistics(pilot: Pilot[None]) -> None:
    await open_statistics(pilot)


async def to_diagnosis(pilot: Pilot[None]) -> None:
    await open_diagnosis(pilot)


async def to_camera_form(pilot: Pilot[None]) -> None:
    """Half filled in, in somebody else's database."""
    await asking("shift+tab", "C", "tab", "tab", dialog=CameraDialog)(pilot)
    dialog = pilot.app.screen
    assert isinstance(dialog, CameraDialog)
    fill_in(dialog, user="anr", password="hunter22", channel="3")
    await pilot.pause()


SCREENS: dict[str, tuple[Callable[[Path], RecordingView], Run]] = {
    "overview": (with_logs, ready),
    "gap": (lambda _: RecordingView(events=site_events()), pressing("d")),
    "picture": (lambda _: RecordingView(), to_picture),
    "outages": (lambda _: RecordingView(), pressing("t", "right")),
    "log": (with_logs, pressing("l")),
    "events": (lambda _: RecordingView(events=site_events()), pressing("e")),
    "statistics": (lambda _: month_view(), to_statistics),
    "diagnosis": (lambda _: diagnosis_view(ENDED_DIAGNOSIS), to_diagnosis),
    "camera-form": (lambda _: RecordingView(is_ours=False), to_camera_form),
    "help": (with_logs, asking("question_mark", dialog=HelpScreen)),
    "queue": (lambda folder: with_logs(folder, queued_snapshot()), pressing("tab")),
}
