"""A journal of its own for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from anr_tui.journal.journal import Journal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "heldar.anr.db"


@pytest.fixture
async def journal(path: Path) -> AsyncIterator[Journal]:
    journal = await Journal.open(path)
    yield journal
    await journal.close()
