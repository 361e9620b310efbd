"""Every dialog as text: dark and in high contrast, which read the same, and in ASCII without colours."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from anr_tui.console.dialogs.camera_form import CameraDialog
from anr_tui.console.dialogs.path_prompt import PathDialog
from anr_tui.console.dialogs.question import ConfirmDialog
from anr_tui.console.display_settings import DisplaySettings
from anr_tui.domain.policy.lifetime import Lifetime
from tests.console.dialogs.camera_form import fill_in
from tests.console.first_start.builders import first_start
from tests.console.screens.pictures import SMALL, Run, alone, asking, shown, text_after, with_logs
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


@pytest.fixture
def documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder for exports, the same for everybody."""
    monkeypatch.setattr("anr_tui.console.dialogs.export.documents", lambda: "/home/anna/Documents")


@pytest.mark.usefixtures("documents")
@pytest.mark.parametrize("dialog", DIALOGS)
async def test_dialog(snapshot: SnapshotAssertion, dialog: str, tmp_path: Path) -> None:
    view, run = DIALOGS[dialog]
    dark, high_contrast = [
        await text_after(shown(view(tmp_path), theme, is_last=True), SMALL, run) for theme in ("dark", "high-contrast")
    ]

    assert dark == snapshot
    assert high_contrast == dark


@pytest.mark.usefixtures("documents")
@pytest.mark.parametrize("dialog", DIALOGS)
async def test_dialog_without_colours(
    snapshot: SnapshotAssertion, dialog: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")  # Textual asks for it, too
    view, run = DIALOGS[dialog]
    app = shown(view(tmp_path), "no-colours", is_last=True, encoding="ascii")
    assert await text_after(app, SMALL, run) == snapshot


async def as_it_opens(pilot: Pilot[None]) -> None:
    await pilot.pause()


async def wrong_path(pilot: Pilot[None]) -> None:
    """A path where nothing is."""
    await pilot.press("o", *"/nowhere", "enter")
    await pilot.app.workers.wait_for_complete()
    await alone(pilot, PathDialog)


@pytest.mark.parametrize("run", [as_it_opens, wrong_path])
async def test_first_start(snapshot: SnapshotAssertion, run: Run) -> None:
    dark, high_contrast = [
        await text_after(first_start(display_settings=DisplaySettings(theme=theme)), SMALL, run)
        for theme in ("dark", "high-contrast")
    ]

    assert dark == snapshot
    assert high_contrast == dark


@pytest.mark.parametrize("run", [as_it_opens, wrong_path])
async def test_first_start_without_colours(
    snapshot: SnapshotAssertion, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = first_start(display_settings=DisplaySettings(theme="16-colours", is_ascii=True))
    assert await text_after(app, SMALL, run) == snapshot
