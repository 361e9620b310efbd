"""The recorded files, and the command line on the one small site of the baseline."""

import contextlib
import io
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
import time_machine
import tzlocal

from anr_tui import __version__
from anr_tui.cli.main import main
from tests.baseline.record import Baseline
from tests.baseline.site import make_site
from tests.heldar_site import IDENTITY, NOW, PASSWORD, TEMPLATE_PASSWORD, HeldarSite

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def baseline(request: pytest.FixtureRequest) -> Baseline:
    return Baseline(is_recording=request.config.getoption("--record-baseline"))


@pytest.fixture
def same_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One user, host, time zone, disk, width and settings file, whatever this machine has."""
    for name, value in (("LOGNAME", "anna"), ("TZ", "UTC"), ("COLUMNS", "100"), ("XDG_CONFIG_HOME", "/none")):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(socket, "gethostname", lambda: "nvr-07")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=500_000_000_000))
    tzlocal.reload_localzone()
    yield
    monkeypatch.undo()
    tzlocal.reload_localzone()


@pytest.fixture
def run(heldar_site: HeldarSite, same_machine: None) -> Iterator[Run]:
    """Runs a command at `NOW` on the small site; gives its exit status and what it printed."""

    def run_command(*arguments: str) -> tuple[int, str]:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            try:
                status = main([*arguments, *heldar_site.flags])
            except SystemExit as end:
                status = int(end.code or 0)
        return status, masked(printed.getvalue(), heldar_site)

    with time_machine.travel(NOW, tick=False):
        make_site(heldar_site)
        yield run_command


def masked(text: str, site: HeldarSite) -> str:
    """A text without what differs from one run to the next: where the site lies, our version and the worker's."""
    for secret in (PASSWORD, TEMPLATE_PASSWORD):
        assert secret not in text
    text = text.replace(str(site.root), "/SITE")
    for version in (__version__, IDENTITY.version):
        text = re.sub(rf"(?<![\d.]){re.escape(version)}(?![\d.])", "VERSION", text)
    return text
