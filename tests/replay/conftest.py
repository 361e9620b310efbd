"""What the replay tests share: footage on a simulated camera's card."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from anr_tui.demo.camera.card import Card
from anr_tui.demo.footage.footage import make_footage
from anr_tui.domain.timestamps import format_file_stem
from anr_tui.domain.window import Window

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 6, 13, 12, 0, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def window() -> Window:
    """Ten seconds that the card holds."""
    return Window(NOON, NOON + timedelta(seconds=10))


@pytest.fixture(scope="session")
def card(ffmpeg: str, window: Window, tmp_path_factory: pytest.TempPathFactory) -> Card:
    directory: Path = tmp_path_factory.mktemp("card")
    path = directory / f"{format_file_stem(window.start)}.mp4"
    make_footage(path, window, ffmpeg=ffmpeg, size=(160, 90), label="gate", audio="pcma")
    return Card(directory)
