"""What the console's app does by itself, whatever screen is shown."""

import os
import signal

import pytest

from tests.console.site import RecordingView, console, grid


async def test_ctrl_c_ends_nothing_and_says_which_key_does() -> None:
    app = console(RecordingView())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+c")
        await pilot.pause()

        assert grid(app)[22].strip() == "ctrl-c ends nothing here: q leaves the console"
        assert len(app.screen_stack) == 1


async def test_ctrl_z_suspends_the_console_where_the_terminal_can(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda pid, number: sent.append((pid, number)))
    app = console(RecordingView())
    async with app.run_test(size=(80, 24)) as pilot:
        assert app._driver is not None
        monkeypatch.setattr(type(app._driver), "can_suspend", True)
        await pilot.press("ctrl+z")
        await pilot.pause()

    assert sent == [(os.getpid(), signal.SIGTSTP)]
