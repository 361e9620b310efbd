"""A player is no concern of the console's once it runs, however it ends."""

import os
import signal
import sys
from pathlib import Path

from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.screens.external_programs import open_in_player
from tests.engine import until

ENDLESS = "import os, sys, time\nopen(sys.argv[1] + '.new', 'w').write(str(os.getpid()))\n"
ENDLESS += "os.rename(sys.argv[1] + '.new', sys.argv[1])\nwhile True: time.sleep(60)\n"


async def test_a_player_that_never_ends_is_not_waited_for_and_leaves_no_zombie_when_killed(tmp_path: Path) -> None:
    landed, told = tmp_path / "20260613_120000.mp4", tmp_path / "told"
    landed.touch()

    said = open_in_player([sys.executable, "-c", ENDLESS, str(told)], landed, {"DISPLAY": ":7"})
    assert said.tone is Tone.OK
    await until(told.exists)
    player = int(told.read_text())
    assert os.getsid(player) == player

    os.kill(player, signal.SIGKILL)
    await until(lambda: not Path(f"/proc/{player}").exists())
