"""Guests: who may read the site's files and write none of them, as another user where this one is root."""

import os
import pty
import select
import shutil
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.heldar_site import HeldarSite, execute

# What a guest runs is loaded before the privileges go: the interpreter's own files may be out of a guest's reach.
_AS_GUEST = """
import concurrent.futures.thread, encodings.ascii, os, sys
import anr_tui.cli.main, anr_tui.view.gap.evidence, anr_tui.view.site_reader
import anr_tui.console.run, textual.drivers.linux_driver
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
sys.exit(anr_tui.cli.main.main())
"""
LISTS = ("status", "cameras", "gaps", "fills", "requests", "verify")


@pytest.fixture
def guarded(working_site: HeldarSite) -> Iterator[HeldarSite]:
    """The site at a place that guests reach, where they may read everything and write nothing."""
    root = Path(tempfile.mkdtemp(prefix="anr-guest-")) / "site"
    shutil.copytree(working_site.root, root)
    site = object.__new__(HeldarSite)
    site.root, site.database, site.recordings = root, root / "heldar.db", root / "recordings"
    site.journal = root / "heldar.anr.db"
    allow(root.parent, 0o555, 0o444)
    yield site
    allow(root.parent, 0o755, 0o644)
    shutil.rmtree(root.parent)


def allow(root: Path, directory: int, file: int) -> None:
    root.chmod(directory)
    for path in root.rglob("*"):
        path.chmod(directory if path.is_dir() else file)


def as_guest(site: HeldarSite, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", _AS_GUEST, *arguments, *site.flags]
    environ = os.environ | {"XDG_CONFIG_HOME": "/"}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=environ)


@pytest.mark.parametrize("command", LISTS)
def test_a_list_needs_no_write_permission(guarded: HeldarSite, command: str) -> None:
    said = as_guest(guarded, command)

    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout
    assert sorted(path.name for path in guarded.root.glob("heldar*")) == ["heldar.anr.db", "heldar.db"]


def test_a_guest_sees_what_a_worker_writes_meanwhile(guarded: HeldarSite) -> None:
    allow(guarded.root.parent, 0o755, 0o644)
    keep = "import sqlite3, sys; held = sqlite3.connect(sys.argv[1]); held.execute('SELECT * FROM fills').fetchone();"
    change = "held.execute('UPDATE fills SET reason = ?', ['seen']); held.commit(); print(1, flush=True); input()"
    command = [sys.executable, "-c", keep + change, str(guarded.journal)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        worker.stdout.readline()
        allow(guarded.root.parent, 0o555, 0o444)
        said = as_guest(guarded, "fills")
        worker.communicate(b"\n", timeout=10)
    assert (said.returncode, said.stderr) == (0, "")
    assert "seen" in said.stdout


def test_asking_is_refused_in_a_sentence(guarded: HeldarSite) -> None:
    said = as_guest(guarded, "retry", "gap_1")

    assert said.returncode == 2
    assert "cannot be" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_journal_that_guests_may_not_read_is_said(guarded: HeldarSite) -> None:
    guarded.journal.chmod(0)
    said = as_guest(guarded, "gaps")

    assert said.returncode == 2
    assert f"The journal {guarded.journal} cannot be read." in said.stderr


def test_a_list_makes_no_journal(heldar_site: HeldarSite) -> None:
    assert as_guest(heldar_site, "gaps").returncode in (0, 2)
    assert not heldar_site.journal.exists()
    assert execute(heldar_site.database, "SELECT count(*) AS gaps FROM recording_gaps") == [{"gaps": 0}]


def test_the_console_looks_without_a_permission_to_write(guarded: HeldarSite) -> None:
    user, program = pty.openpty()
    termios.tcsetwinsize(program, (24, 80))
    command = [sys.executable, "-c", _AS_GUEST, "--read-only", *guarded.flags]
    environ = os.environ | {"XDG_CONFIG_HOME": "/", "TERM": "xterm", "PYTHONUTF8": "1"}
    with subprocess.Popen(command, env=environ, stdin=program, stdout=program, stderr=program) as console:
        os.close(program)
        shown = read_until(user, b"Loading dock")
        os.write(user, b"f")
        shown += read_until(user, b"this console changes nothing")
        os.write(user, b"q")
        read_until(user, b"\x1b[?1049l")
        assert console.wait(30) == 0
    os.close(user)

    assert b"read-only" in shown
    assert b"Front gate" in shown
    assert sorted(path.name for path in guarded.root.glob("heldar*")) == ["heldar.anr.db", "heldar.db"]


def read_until(terminal: int, words: bytes) -> bytes:
    """What the program draws, up to these words."""
    shown = b""
    while words not in shown:
        assert select.select([terminal], [], [], 30)[0], shown[-2000:]
        try:
            shown += os.read(terminal, 1 << 16)
        except OSError:
            raise AssertionError(shown.decode()) from None
    return shown
