"""Opens a landed file in the desktop's player: a process of its own, which outlives the console."""

import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone

_SECRET = {"HELDAR_SECRET_KEY", "ANR_ON_EVENT"}


def has_display(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a window can be opened here."""
    return platform == "darwin" or any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def open_in_player(command: Sequence[str], path: Path, environ: Mapping[str, str]) -> StatusMessage:
    """Start the player on a file, detached, and say how that went."""
    if not has_display(environ):
        return StatusMessage(f"No display here (DISPLAY): copy {path} to where there is one.", Tone.WARN)
    if not path.is_file():
        return StatusMessage(f"{path} is not there any more.", Tone.WARN)
    try:
        player = subprocess.Popen(
            # An absolute path is never taken for an option.
            [*command, str(path.absolute())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={name: value for name, value in environ.items() if name not in _SECRET},
        )
    except OSError as error:
        return StatusMessage(f"{command[0]} cannot be started ({error.strerror}): set ANR_PLAYER.", Tone.BAD)
    # Whoever has a child must take its exit status, or leave a zombie.
    threading.Thread(target=player.wait, daemon=True).start()
    return StatusMessage(f"opened {path.name} with {command[0]}", Tone.OK)
