"""`make screenshots`: pictures of the console on the running demo site, as SVG and (where rsvg-convert is) PNG.

Those of the tasks of a shift are taken as docs/console.md tells them, and only once the screen says what it promises.
"""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path

from textual.pilot import Pilot

from anr_tui.console.display_settings import DisplaySettings
from anr_tui.console.main.app import BaseApp, ConsoleApp
from anr_tui.demo.demo import Demo, running_demo
from anr_tui.domain.gap import FillState
from anr_tui.domain.timestamps import now_utc
from anr_tui.view.site_reader import SiteReader
from anr_tui.view.snapshot.snapshot import Snapshot
from tests.console.end_to_end.shift import tasks
from tests.console.first_start.builders import first_start
from tests.console.site import Chair, grid, settled

FOLDER = Path(__file__).resolve().parents[2] / "screenshots"
LONGEST_S, SCREEN_S = 300.0, 30.0
SMALL, LARGE = (80, 24), (160, 48)
ZOOM = 0.75
_AN_HOUR = ("left_square_bracket", "left_square_bracket")
"""The demo site is some minutes old: an hour shows more of it than a day."""


def _is_busy(seen: Snapshot) -> bool:
    return any(row.is_running and row.share > 0.2 for row in seen.fills)


def _is_lively(seen: Snapshot) -> bool:
    """Much goes on or ended well, and something did not."""
    outcomes = {row.fill.outcome for row in seen.fills if not row.is_running}
    return _is_busy(seen) and seen.totals.filled >= 4 and len(outcomes) > 2


def _has_failed(seen: Snapshot) -> bool:
    """One was given up that nobody has asked for since."""
    given_up = [row for row in seen.gaps if row.gap.fill_state is FillState.FAILED]
    return any(not row.is_filling and not row.asked_by for row in given_up)


def _has_old_footage(seen: Snapshot) -> bool:
    return min(seen.gaps, key=lambda row: row.window.start).gap.fill_state is FillState.FILLED


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture: what to press on the overview, what the screen says then, and when the site is worth it.

    `undo` are the keys that let the site go on as before.
    """

    name: str
    keys: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    when: Callable[[Snapshot], bool] = _is_busy
    size: tuple[int, int] = SMALL
    display_settings: DisplaySettings = field(default_factory=DisplaySettings)
    undo: tuple[str, ...] = ()


WHEN = {"overview-80x24": _is_lively, "picture": _has_old_footage} | dict.fromkeys(
    ("why-not-filled", "fill-now", "retry-all", "diagnosis", "statistics"), _has_failed
)
SIZES = {"picture": LARGE, "statistics": (120, 40)}
ALSO = {"halt": ("H goes on",)}
"""What only a worker's answer brings onto the screen."""
UNDO = {"halt": ("H",)}
OTHERS = (
    Shot("overview-160x48", when=_is_lively, size=LARGE),
    Shot("overview-light", when=_is_lively, size=LARGE, display_settings=DisplaySettings(theme="light")),
    Shot(
        "overview-high-contrast", when=_is_lively, size=LARGE, display_settings=DisplaySettings(theme="high-contrast")
    ),
    Shot("queue", ("tab",), ("Fills", "its camera is busy"), size=(120, 40)),
    Shot("log", ("l",), ("Log of", "ffmpeg")),
    Shot("url", ("u",), ("rtsp://",)),
    Shot("worker", ("w",), ("Settings of this console",)),
    Shot("help", ("question_mark",), ("On the chosen gap or fill",), size=(80, 48)),
)


def main() -> None:
    """Take all pictures; needs an ffmpeg and some minutes."""
    os.environ["LOGNAME"] = "operator"  # whoever takes them, the pictures show the same
    FOLDER.mkdir(exist_ok=True)
    with running_demo(None, goes_on=True) as demo:
        documents = demo.root / "Documents"
        documents.mkdir()
        os.environ["XDG_DOCUMENTS_DIR"] = str(documents)
        worker = demo.child_worker()
        try:
            asyncio.run(_take_all(demo, worker.start))
        finally:
            worker.stop()
    if rsvg := shutil.which("rsvg-convert"):
        for path in FOLDER.glob("*.svg"):
            subprocess.run([rsvg, path, f"--zoom={ZOOM}", "-o", path.with_suffix(".png")], check=True)


async def _take_all(demo: Demo, start_worker: Callable[[], object]) -> None:
    async with asyncio.timeout(LONGEST_S):
        await _take(Shot("first-start"), first_start())
        await start_worker()
        # What has to be undone comes last: the others show what it stopped.
        waiting = sorted([*_shots_of_tasks(), *OTHERS], key=lambda shot: bool(shot.undo))
        view = await SiteReader.open(demo.settings)
        try:
            while waiting:
                seen = await view.look()
                due = next((shot for shot in waiting if shot.when(seen)), None)
                if due is None:
                    await asyncio.sleep(0.5)
                else:
                    waiting.remove(due)
                    await _take_on_site(due, demo)
        finally:
            await view.close()


def _shots_of_tasks() -> list[Shot]:
    return [
        Shot(
            step.name,
            step.keys,
            step.words + ALSO.get(step.name, ()),
            WHEN.get(step.name, _is_busy),
            SIZES.get(step.name, SMALL),
            undo=UNDO.get(step.name, ()),
        )
        for steps in tasks().values()
        for step in steps
    ]


async def _take_on_site(shot: Shot, demo: Demo) -> None:
    """By a console of its own, so that no picture depends on the one before."""
    view = await SiteReader.open(demo.settings)
    try:
        environ = {"COLORTERM": "truecolor"}
        app = ConsoleApp(
            view,
            None,
            seat=Chair(),
            clock=now_utc,
            zone=UTC,
            environ=environ,
            encoding="utf-8",
            display_settings=shot.display_settings,
        )
        await _take(shot, app, _AN_HOUR)
    finally:
        await view.close()


async def _take(shot: Shot, app: BaseApp, first: tuple[str, ...] = ()) -> None:
    async with app.run_test(size=shot.size) as pilot:
        await _until_shown(pilot, shot.name, ("worker runs",) if first else ())
        await pilot.press(*first)
        await settled(pilot)
        await pilot.press(*shot.keys)
        await _until_shown(pilot, shot.name, shot.words)
        # Renderers other than browsers drop blanks at the ends of a text unless they are told not to.
        svg = app.export_screenshot().replace("<text ", '<text xml:space="preserve" ')
        (FOLDER / f"{shot.name}.svg").write_text(svg, encoding="utf-8")
        await pilot.press(*shot.undo)
        await settled(pilot)


async def _until_shown(pilot: Pilot[None], name: str, words: tuple[str, ...]) -> None:
    try:
        async with asyncio.timeout(SCREEN_S):
            while True:
                await settled(pilot)
                seen = "\n".join(grid(pilot.app))  # type: ignore[arg-type]  # one of our apps
                if all(each in seen for each in words):
                    return
                await pilot.pause(0.1)
    except TimeoutError:
        raise TimeoutError(f"{name}: the screen never says all of {', '.join(words)}:\n{seen}") from None


if __name__ == "__main__":
    main()
