"""A site with simulated cameras for each test."""

from pathlib import Path

import pytest

from tests.engine import EngineSite


@pytest.fixture
def site(tmp_path: Path, ffmpeg: str) -> EngineSite:
    return EngineSite(tmp_path, ffmpeg)
