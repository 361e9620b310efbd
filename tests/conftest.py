"""What all tests share: no settings of the developer's own, and a real ffmpeg."""

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

from anr_tui.fill.ffmpeg.program import find_ffmpeg
from tests.heldar_site import HeldarSite

# The same examples every time: a run that fails today fails tomorrow, for whoever looks.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")


def pytest_addoption(parser: pytest.Parser) -> None:
    words = "write tests/baseline/recorded anew instead of comparing with it"
    parser.addoption("--record-baseline", action="store_true", help=words)


def pytest_collection_finish() -> None:
    """Spare the garbage collector what was imported: it stays until the end, and takes a quarter of a second to see."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in list(os.environ):
        if name.startswith(("HELDAR_", "ANR_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.getbasetemp() / "no-config"))


@pytest.fixture(scope="session")
def ffmpeg() -> str:
    """The ffmpeg on PATH, else the wheel's."""
    return find_ffmpeg("ffmpeg")


@pytest.fixture
def heldar_site(tmp_path: Path) -> HeldarSite:
    """A site's files with two cameras and no gaps."""
    return HeldarSite(tmp_path)
