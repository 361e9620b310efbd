"""The choice of the window that a sample replay asks a camera for."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from anr_tui.domain.camera import Camera
from anr_tui.domain.gap import FillState
from anr_tui.domain.timestamps import floor_second
from anr_tui.domain.window import Window
from anr_tui.fill.sample_replay import Recorded
from anr_tui.sites.interface import RecordingArchive
from anr_tui.worker.context import WorkerContext

LENGTH_S = 10.0
# The newest footage may not be on the camera's card yet.
_SETTLED = timedelta(seconds=30)
_LONG_AGO_ENOUGH = timedelta(minutes=2)
# Enough of the recorder's files to cover both sides of the window.
_MOST_FILES = 12


@dataclass(frozen=True, slots=True)
class SampleWindow:
    """A window to replay, the reason for it in words, and the recorder's own files around it."""

    window: Window
    words: str
    recorded: tuple[Recorded, ...] = ()


async def choose_sample_window(context: WorkerContext, camera: Camera) -> SampleWindow:
    """The newest window that the recorder recorded by itself, since that shows which time the pictures should have.

    Else the beginning of the newest pending gap, else two minutes ago. Raises JournalError and SiteError.
    """
    now = context.clock()
    recorded = await _recorded(context, camera, now - _SETTLED)
    window = await asyncio.to_thread(_inside, recorded, context.site.archive, now - _SETTLED)
    if window is not None:
        return SampleWindow(window, f"asked for {_stamp(window)}, which the recorder has, too", tuple(recorded))
    for gap in (await context.site.gaps.all(camera.id)).good:
        if gap.fill_state is FillState.PENDING and gap.window.end <= now - _SETTLED:
            start = floor_second(gap.window.start)
            window = Window(start, min(start + timedelta(seconds=LENGTH_S), gap.window.end))
            return SampleWindow(window, f"asked for {_stamp(window)}, the newest pending gap's beginning")
    start = floor_second(now - _LONG_AGO_ENOUGH)
    window = Window(start, start + timedelta(seconds=LENGTH_S))
    return SampleWindow(window, f"asked for {_stamp(window)}, since nothing is recorded or missing here yet")


async def _recorded(context: WorkerContext, camera: Camera, before: datetime) -> list[Recorded]:
    """The recorder's newest files, without those that fills landed, which prove nothing about the camera's clock."""
    files = await asyncio.to_thread(context.site.archive.newest, camera.id, before, _MOST_FILES)
    if not files:
        return []
    landed = await context.journal.fills.landed_within(Window(files[-1][0], context.clock()))
    landed_names = {file.name for file in landed if file.camera_id == camera.id}
    return [(start, path) for start, path in files if path.name not in landed_names]


def _inside(recorded: list[Recorded], archive: RecordingArchive, before: datetime) -> Window | None:
    """LENGTH_S seconds in the middle of the newest file that is long enough; None where none is. Blocking."""
    for begins, path in recorded:
        length_s = archive.length_s(path)
        if length_s is None or length_s < LENGTH_S:
            continue
        start = floor_second(begins + timedelta(seconds=(length_s - LENGTH_S) / 2))
        window = Window(start, start + timedelta(seconds=LENGTH_S))
        if window.end <= before:
            return window
    return None


def _stamp(window: Window) -> str:
    return f"{window.start:%Y-%m-%d %H:%M:%SZ}"
