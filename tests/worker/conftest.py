"""A site with simulated cameras for each test, and what the parts of a worker are given, without a worker."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.engine import EngineSite
from tests.heldar_site import HeldarSite
from tests.worker.parts import WorkerParts, worker_parts


@pytest.fixture
def site(tmp_path: Path, ffmpeg: str) -> Iterator[EngineSite]:
    site = EngineSite(tmp_path, ffmpeg)
    yield site
    site.kill_workers()


@pytest.fixture
async def parts(heldar_site: HeldarSite) -> AsyncIterator[WorkerParts]:
    async with worker_parts(heldar_site) as parts:
        yield parts
