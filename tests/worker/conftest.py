"""A site with simulated cameras for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine import EngineSite


@pytest.fixture
def site(tmp_path: Path, ffmpeg: str) -> Iterator[EngineSite]:
    site = EngineSite(tmp_path, ffmpeg)
    yield site
    site.kill_workers()
