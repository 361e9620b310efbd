"""`make screenshots`: pictures of the console on the running demo site, as SVG and (where rsvg-convert is) PNG."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

from textual.pilot import Pilot

from anr_tui.console.app import ConsoleApp
from anr_tui.demo.demo import Demo, running_demo
from anr_tui.model import FillState
from anr_tui.times import now_utc
from anr_tui.view.site_view import SiteView
from anr_tui.view.snapshot import Snapshot
from tests.console.site import Chair, settled

FOLDER = Path(__file__).resolve().parents[2] / "screenshots"
LONGEST_S = 180.0
LARGE, SMALL = (160, 48), (80, 24)


def main() -> None:
    """Take all pictures; needs an ffmpeg and some minutes."""
    os.environ["LOGNAME"] = "operator"  # whoever takes them, the pictures show the same
    FOLDER.mkdir(exist_ok=True)
    with running_demo(None, goes_on=True) as demo:
        worker = demo.child_worker()
        try:
            asyncio.run(_take_all(demo, worker.start))
        finally:
            worker.stop()
    rsvg = shutil.which("rsvg-convert")
    for path in FOLDER.glob("*.svg") if rsvg else ():
        subprocess.run([str(rsvg), path, "-o", path.with_suffix(".png")], check=True)


async def _take_all(demo: Demo, start_worker: Callable[[], object]) -> None:
    view = await SiteView.open(demo.settings)
    try:
        app = ConsoleApp(
            view,
            start_worker,
            seat=Chair(),
            clock=now_utc,
            zone=UTC,
            environ={"COLORTERM": "truecolor"},
            encoding="utf-8",
        )
        async with app.run_test(size=LARGE) as pilot, asyncio.timeout(LONGEST_S):
            # The demo site is some minutes old: an hour shows more of it than a day.
            await pilot.press("left_square_bracket", "left_square_bracket")
            await _until(pilot, lambda seen: _is_busy(seen) and _is_lively(seen))
            await _picture(pilot, "console")
            await pilot.resize_terminal(*SMALL)
            await _until(pilot, _is_busy)
            await _picture(pilot, "console-80x24")
            for name, key in (("url", "u"), ("help", "question_mark")):
                await pilot.press(key)
                await _picture(pilot, name)
                await pilot.press("escape")
            await pilot.press("l")
            await _picture(pilot, "log")
    finally:
        await view.close()


def _is_busy(seen: Snapshot) -> bool:
    return any(row.is_running and row.share > 0.2 for row in seen.fills)


def _is_lively(seen: Snapshot) -> bool:
    """Much ended well, and something did not."""
    outcomes = {row.fill.outcome for row in seen.fills if not row.is_running}
    return sum(row.gap.fill_state is FillState.FILLED for row in seen.gaps) >= 4 and len(outcomes) > 2


async def _until(pilot: Pilot[None], is_there: Callable[[Snapshot], bool]) -> None:
    main = pilot.app.screen
    while main.snapshot is None or not is_there(main.snapshot):
        await pilot.pause(0.2)


async def _picture(pilot: Pilot[None], name: str) -> None:
    await settled(pilot)
    # Renderers other than browsers drop blanks at the ends of a text unless they are told not to.
    svg = pilot.app.export_screenshot().replace("<text ", '<text xml:space="preserve" ')
    (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
