"""Pictures of every dialog: dark, in high contrast, in ASCII without colours. `--snapshot-update` takes them anew."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from anr_tui.console.dialogs.camera_form import CameraDialog
from anr_tui.console.dialogs.path_prompt import PathDialog
from anr_tui.console.dialogs.question import ConfirmDialog
from anr_tui.console.display_settings import DisplaySettings
from anr_tui.domain.lifetime import Lifetime
from tests.console.dialogs.test_camera_form import fill_in
from tests.console.first_start.test_first_start import first_start
from tests.console.pictures import SMALL, Compare, Run, alone, asking, shown, with_logs
from tests.console.site import RecordingView, site_snapshot


def site(_: Path) -> RecordingView:
    return RecordingView()


def of_consoles(_: Path) -> RecordingView:
    """Its worker stays as long as a console does, and is older than that."""
    worker = replace(site_snapshot().worker, lifetime=Lifetime.CONSOLES, version="0.0.9")
    return RecordingView(replace(site_snapshot(), worker=worker))


def foreign(_: Path) -> RecordingView:
    return RecordingView(is_ours=False)


async def save_into_foreign(pilot: Pilot[None]) -> None:
    await asking("shift+tab", "C", dialog=CameraDialog)(pilot)
    await pilot.press("enter")
    await alone(pilot, ConfirmDialog)


async def errors_in_form(pilot: Pilot[None]) -> None:
    await asking("shift+tab", "A", dialog=CameraDialog)(pilot)
    dialog = pilot.app.screen
    assert isinstance(dialog, CameraDialog)
    template = "rtsp://a:b@192.0.2.9/?from={start}"
    fill_in(dialog, name="lobby", address="192.0.2.9:554", port="0", channel="x", template=template)
    await pilot.press("enter")
    await pilot.pause()


DIALOGS: dict[str, tuple[Callable[[Path], RecordingView], Run]] = {
    "url": (site, asking("u")),
    "confirm": (site, asking("c")),
    "quit": (of_consoles, asking("q")),
    "export": (site, asking("x")),
    "worker": (of_consoles, asking("w")),
    "search": (with_logs, asking("l", "slash", *"error")),
    "camera-errors": (site, errors_in_form),
    "camera-foreign": (foreign, save_into_foreign),
}
THEMES = pytest.mark.parametrize("theme", ["dark", "high-contrast", "no-colours"])


@THEMES
@pytest.mark.parametrize("dialog", DIALOGS)
def test_dialog(
    snap_compare: Compare, dialog: str, theme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anr_tui.console.dialogs.export.documents", lambda: "/home/anna/Documents")
    if theme == "no-colours":
        monkeypatch.setenv("NO_COLOR", "1")  # Textual asks for it, too
    view, run = DIALOGS[dialog]
    app = shown(view(tmp_path), theme, is_last=True, encoding="ascii" if theme == "no-colours" else "utf-8")
    assert snap_compare(app, terminal_size=SMALL, run_before=run)


async def as_it_opens(pilot: Pilot[None]) -> None:
    await pilot.pause()


async def wrong_path(pilot: Pilot[None]) -> None:
    """A path where nothing is."""
    await pilot.press("o", *"/nowhere", "enter")
    await pilot.app.workers.wait_for_complete()
    await alone(pilot, PathDialog)


@THEMES
@pytest.mark.parametrize("run", [as_it_opens, wrong_path])
def test_first_start(snap_compare: Compare, run: Run, theme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    is_plain = theme == "no-colours"
    if is_plain:
        monkeypatch.setenv("NO_COLOR", "1")
    app = first_start(display_settings=DisplaySettings(theme="16-colours" if is_plain else theme, is_ascii=is_plain))
    assert snap_compare(app, terminal_size=SMALL, run_before=run)
