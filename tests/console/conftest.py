"""What several tests of real consoles share."""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.console.real_terminal import workers
from tests.engine import EngineSite
from tests.heldar_site import IDENTITY


@pytest.fixture
def site(tmp_path: Path, ffmpeg: str) -> Iterator[EngineSite]:
    site = EngineSite(tmp_path, ffmpeg)
    yield site
    for row in workers(site):
        if row["ended_at"] is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(row["pid"], signal.SIGKILL)


@pytest.fixture(autouse=True)
def of_one_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """Console and worker of one version, whatever this one is: else every release changed every picture."""
    for module in ("drawing.worker_text", "dialogs.worker_dialog"):
        monkeypatch.setattr(f"anr_tui.console.{module}.__version__", IDENTITY.version)
