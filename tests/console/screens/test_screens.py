"""Every screen at three sizes, dark and light, as text; and at one size, dark, as a picture."""

from collections.abc import Callable
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from anr_tui.console.dialogs.camera_form import CameraDialog
from anr_tui.console.dialogs.question import HelpScreen
from tests.console.dialogs.test_camera_form import fill_in
from tests.console.month import month_view
from tests.console.pictures import MEDIUM, SIZES, Compare, Run, asking, pressing, ready, shown, text_after, with_logs
from tests.console.queued import queued_snapshot
from tests.console.screens import test_diagnosis_screen, test_stats_screen
from tests.console.site import RecordingView, site_events


async def picture(pilot: Pilot[None]) -> None:
    """The second frame of the first file."""
    for key in ("v", "right"):
        await pressing(key)(pilot)


async def statistics(pilot: Pilot[None]) -> None:
    await test_stats_screen.opened(pilot)


async def diagnosis(pilot: Pilot[None]) -> None:
    await test_diagnosis_screen.opened(pilot)


async def camera_form(pilot: Pilot[None]) -> None:
    """Half filled in, in somebody else's database."""
    await asking("shift+tab", "C", "tab", "tab", dialog=CameraDialog)(pilot)
    dialog = pilot.app.screen
    assert isinstance(dialog, CameraDialog)
    fill_in(dialog, user="anr", password="hunter22", channel="3")
    await pilot.pause()


SCREENS: dict[str, tuple[Callable[[Path], RecordingView], Run]] = {
    "overview": (with_logs, ready),
    "gap": (lambda _: RecordingView(events=site_events()), pressing("d")),
    "picture": (lambda _: RecordingView(), picture),
    "outages": (lambda _: RecordingView(), pressing("t", "right")),
    "log": (with_logs, pressing("l")),
    "events": (lambda _: RecordingView(events=site_events()), pressing("e")),
    "statistics": (lambda _: month_view(), statistics),
    "diagnosis": (lambda _: test_diagnosis_screen.view_of(test_diagnosis_screen.ENDED), diagnosis),
    "camera-form": (lambda _: RecordingView(is_ours=False), camera_form),
    "help": (with_logs, asking("question_mark", dialog=HelpScreen)),
    "queue": (lambda folder: with_logs(folder, queued_snapshot()), pressing("tab")),
}


@SIZES
@pytest.mark.parametrize("screen", SCREENS)
async def test_the_text_of_a_screen(
    snapshot: SnapshotAssertion, screen: str, size: tuple[int, int], tmp_path: Path
) -> None:
    view, run = SCREENS[screen]
    dark, light = [await text_after(shown(view(tmp_path), theme), size, run) for theme in ("dark", "light")]

    assert dark == snapshot
    assert light == dark


@pytest.mark.parametrize("screen", SCREENS)
def test_the_picture_of_a_screen(snap_compare: Compare, screen: str, tmp_path: Path) -> None:
    view, run = SCREENS[screen]
    assert snap_compare(shown(view(tmp_path)), terminal_size=MEDIUM, run_before=run)
