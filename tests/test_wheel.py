"""The wheel holds all that the console needs, styles included: built, installed where nothing else is, and started."""

import os
import pty
import select
import subprocess
import sys
import time
import venv
from pathlib import Path

import pytest

from anr_tui.sites.heldar.schema import create_site_database

PROJECT = Path(__file__).parent.parent
# Whoever makes a journal waits for the disk, and others may write a lot: a start then takes 15 s instead of 2.
_PATIENCE_S = 100


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that holds the wheel and what it asks for."""
    wheels = tmp_path_factory.mktemp("wheels")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(wheels), str(PROJECT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = wheels.glob("*.whl")
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment, with_pip=False)
    programs = environment / "bin"
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "--disable-pip-version-check"]
    install = [*pip, "install", "--quiet", "--no-compile", str(wheel)]
    subprocess.run(install, check=True, capture_output=True, cwd=wheels)
    return programs


def screen_of(arguments: list[str], cwd: Path, wanted: str) -> tuple[str, int]:
    """Run a program in a real pseudo-terminal until it shows `wanted`, press q; its output and exit status."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(cwd)
        os.environ.update(TERM="xterm-256color", COLUMNS="100", LINES="30", PYTHONPATH="")
        os.execv(arguments[0], arguments)
    seen, has_left, deadline = "", False, time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            seen += os.read(terminal, 65536).decode(errors="replace")
        except OSError:
            break
        if wanted in seen and not has_left:
            has_left = True
            os.write(terminal, b"q")
    os.close(terminal)
    return seen, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@pytest.mark.timeout(300)
def test_the_console_starts_from_an_installed_wheel(installed: Path, tmp_path: Path) -> None:
    create_site_database(tmp_path / "site.db")
    (tmp_path / "recordings").mkdir()
    seen, status = screen_of([str(installed / "anr-tui"), "--database", "site.db"], tmp_path, "Cameras")
    assert "Cameras" in seen
    assert "Traceback" not in seen
    assert status == 0


@pytest.mark.timeout(240)
def test_the_wheel_says_its_version(installed: Path) -> None:
    shown = subprocess.run([str(installed / "anr-tui"), "--version"], check=True, capture_output=True, text=True)
    assert shown.stdout.startswith("anr-tui ")


@pytest.mark.timeout(240)
def test_whoever_installs_the_wheel_gets_its_types_and_its_licence(installed: Path) -> None:
    listed = "import importlib.metadata as m; print(*(str(file) for file in m.files('anr-tui')), sep='\\n')"
    shown = subprocess.run([str(installed / "python"), "-c", listed], check=True, capture_output=True, text=True)
    names = set(shown.stdout.splitlines())
    assert "anr_tui/py.typed" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
