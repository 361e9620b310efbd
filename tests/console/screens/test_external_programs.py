"""A player is no concern of the console's once it runs, however it ends."""

import os
import signal
import sys
from pathlib import Path

import pytest

from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.screens.external_programs import has_display, open_in_player
from tests import engine
from tests.console.screens.gap_keys import pictured
from tests.console.site import RecordingView, console, grid, until

ENDLESS = "import os, sys, time\nopen(sys.argv[1] + '.new', 'w').write(str(os.getpid()))\n"
ENDLESS += "os.rename(sys.argv[1] + '.new', sys.argv[1])\nwhile True: time.sleep(60)\n"


async def test_a_player_that_never_ends_is_not_waited_for_and_leaves_no_zombie_when_killed(tmp_path: Path) -> None:
    landed, told = tmp_path / "20260613_120000.mp4", tmp_path / "told"
    landed.touch()

    said = open_in_player([sys.executable, "-c", ENDLESS, str(told)], landed, {"DISPLAY": ":7"})
    assert said.tone is Tone.OK
    await engine.until(told.exists)
    player = int(told.read_text())
    assert os.getsid(player) == player

    os.kill(player, signal.SIGKILL)
    await engine.until(lambda: not Path(f"/proc/{player}").exists())


async def test_o_gives_the_file_to_the_player(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "told"
    player = tmp_path / "player.py"
    player.write_text(
        "import os, sys\n"
        f"open({str(told) + '.part'!r}, 'w').write('|'.join([sys.argv[-1], str(os.getsid(0) == os.getpid())]))\n"
        f"os.rename({str(told) + '.part'!r}, {str(told)!r})\n"
    )
    landed = tmp_path / "front-gate" / "20260613_114800.mp4"
    landed.parent.mkdir()
    landed.touch()
    monkeypatch.setenv("DISPLAY", ":7")
    view = RecordingView(recordings=tmp_path, player=(sys.executable, str(player)))
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("v")
        await pictured(pilot)
        await pilot.press("o")
        await pilot.pause()
        assert "opened 20260613_114800.mp4" in grid(app)[-2]
        await until(pilot, told.exists)

    assert told.read_text() == f"{landed}|True"


async def test_o_without_a_display_or_a_player_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    landed = tmp_path / "front-gate" / "20260613_114800.mp4"
    landed.parent.mkdir()
    view = RecordingView(recordings=tmp_path, player=(str(tmp_path / "no-player"),))
    app = console(view)
    async with app.run_test(size=(250, 24)) as pilot:
        await pilot.press("v")
        await pictured(pilot)
        for step, words in (
            (lambda: None, "No display here (DISPLAY)"),
            (lambda: monkeypatch.setenv("DISPLAY", ":7"), "is not there any more"),
            (landed.touch, "no-player cannot be started (No such file or directory): set ANR_PLAYER."),
        ):
            step()
            await pilot.press("o")
            await pilot.pause()
            assert words in grid(app)[-2]


def test_a_desktop_is_told_by_its_display() -> None:
    assert has_display({"WAYLAND_DISPLAY": "wayland-0"}, "linux")
    assert has_display({}, "darwin")
    assert not has_display({"DISPLAY": ""}, "linux")
