"""The operator's own programs: a pager, to which the console leaves the terminal, and the desktop's player."""

import asyncio
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from textual.app import App, SuspendNotSupported

from anr_tui.console.drawing.status_message import StatusMessage
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.console.terminal.throttled_app import ThrottledApp

_SECRETS = {"HELDAR_SECRET_KEY", "ANR_ON_EVENT"}
_STDIN, _SCREEN = 0, 2
_GRACE_S = 1.0


def _without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for such a program."""
    return {name: value for name, value in environ.items() if name not in _SECRETS}


async def show_in_pager(app: App[None], path: Path, environ: Mapping[str, str]) -> StatusMessage | None:
    """Run `$PAGER`, or else `less`, on the file until it ends; returns a message where that fails, else None."""
    try:
        command = shlex.split(environ.get("PAGER", "")) or ["less"]
    except ValueError as error:
        return StatusMessage(f"PAGER is no command line: {error}.", Tone.BAD)
    if not path.is_file():
        return StatusMessage("There is no log yet.", Tone.WARN)
    if isinstance(app, ThrottledApp) and app.is_stalled:
        return StatusMessage("The terminal accepts no output now: no pager was opened.", Tone.WARN)
    try:
        # Paints that nobody takes would fill Textual's queue and block it for good.
        with app.batch_update(), app.suspend(), _deaf_to_interrupts():
            message = await _run([*command, str(path.absolute())], environ)
    except SuspendNotSupported:
        return StatusMessage("No pager can be shown on this terminal.", Tone.WARN)
    return message


async def _run(command: list[str], environ: Mapping[str, str]) -> StatusMessage | None:
    """Run the pager; raises only CancelledError, and that after the pager has ended and freed the terminal."""
    env = _without_secrets(environ)
    try:
        pager = await asyncio.create_subprocess_exec(*command, stdin=_STDIN, stdout=_SCREEN, stderr=_SCREEN, env=env)
    except (OSError, ValueError) as error:
        return StatusMessage(f"{command[0]} cannot be started ({error}): set PAGER.", Tone.BAD)
    try:
        status = await pager.wait()
    except asyncio.CancelledError:
        await _end(pager)
        raise
    return None if status == 0 else StatusMessage(f"{command[0]} ended with status {status}.", Tone.WARN)


async def _end(pager: asyncio.subprocess.Process) -> None:
    """Ask the pager to end, without waiting long: while the console ends, this is cancelled again."""
    with suppress(ProcessLookupError):
        pager.terminate()
    try:
        with suppress(TimeoutError):
            await asyncio.wait_for(pager.wait(), _GRACE_S)
    finally:
        with suppress(ProcessLookupError):
            pager.kill()
        await pager.wait()


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Ignore ^C, which is meant for the pager; by a handler, since the pager would inherit SIG_IGN."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def has_display(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a window can be opened on this machine."""
    return platform == "darwin" or any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def open_in_player(command: Sequence[str], path: Path, environ: Mapping[str, str]) -> StatusMessage:
    """Start the player on a file as a process of its own; returns a message about that."""
    if not has_display(environ):
        return StatusMessage(f"No display here (DISPLAY): copy {path} to a machine that has one.", Tone.WARN)
    if not path.is_file():
        return StatusMessage(f"{path} is not there any more.", Tone.WARN)
    try:
        player = subprocess.Popen(
            # An absolute path is never mistaken for an option.
            [*command, str(path.absolute())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=_without_secrets(environ),
        )
    except OSError as error:
        return StatusMessage(f"{command[0]} cannot be started ({error.strerror}): set ANR_PLAYER.", Tone.BAD)
    # A parent must take the exit status of its child, which otherwise stays as a zombie.
    threading.Thread(target=player.wait, daemon=True).start()
    return StatusMessage(f"opened {path.name} with {command[0]}", Tone.OK)
