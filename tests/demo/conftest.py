"""Footage that the tests of the simulated camera share, made once by a real ffmpeg."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anr_tui.demo.camera.card import Card
from anr_tui.demo.footage.footage import Audio, make_footage
from anr_tui.domain.timestamps import format_file_stem
from anr_tui.domain.window import Window

NOON = datetime(2026, 6, 13, 12, 0, 0, tzinfo=UTC)


def span(start_s: float, end_s: float) -> Window:
    """A window in seconds after noon."""
    return Window(NOON + timedelta(seconds=start_s), NOON + timedelta(seconds=end_s))


def make_card(directory: Path, ffmpeg: str, audio: Audio = "none") -> Card:
    """A card with footage of [0, 10), [10, 20) and [30, 40) seconds after noon."""
    for start_s in (0, 10, 30):
        window = span(start_s, start_s + 10)
        path = directory / f"{format_file_stem(window.start)}.mp4"
        make_footage(path, window, ffmpeg=ffmpeg, size=(160, 90), label="yard", audio=audio)
    return Card(directory)


@pytest.fixture(scope="session")
def card(ffmpeg: str, tmp_path_factory: pytest.TempPathFactory) -> Card:
    return make_card(tmp_path_factory.mktemp("card"), ffmpeg)


@pytest.fixture(scope="session")
def pcma_card(ffmpeg: str, tmp_path_factory: pytest.TempPathFactory) -> Card:
    return make_card(tmp_path_factory.mktemp("pcma"), ffmpeg, "pcma")


@pytest.fixture(scope="session")
def aac_card(ffmpeg: str, tmp_path_factory: pytest.TempPathFactory) -> Card:
    return make_card(tmp_path_factory.mktemp("aac"), ffmpeg, "aac")
