"""Who looks on: locks that the kernel lets go of however their holder ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from anr_tui.journal.presence import Presence, is_anyone_present, present

CONSOLE = """
import signal, sys
from pathlib import Path
from anr_tui.journal.presence import Presence
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it is ignored
seat = Presence(Path(sys.argv[1]))
print("there", flush=True)
signal.pause()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "site.anr.consoles"


@pytest.fixture
def other(path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """Another console's process, there already."""
    with subprocess.Popen([sys.executable, "-c", CONSOLE, str(path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"there\n"
        yield process
        process.kill()


def test_nobody_is_there_before_the_first_one_and_after_the_last_one(path: Path) -> None:
    assert not is_anyone_present(path)
    with present(path), present(path):
        assert is_anyone_present(path)
    assert path.exists()
    assert not is_anyone_present(path)


def test_looking_takes_nothing_away(path: Path) -> None:
    with present(path) as seat:
        assert is_anyone_present(path)
        assert seat.is_last()
        assert is_anyone_present(path), "asking whether it is the last gave up the seat"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_console_is_gone_however_it_ends(
    path: Path, other: "subprocess.Popen[bytes]", number: signal.Signals
) -> None:
    with present(path) as seat:
        assert not seat.is_last()
        other.send_signal(number)
        other.wait()
        assert seat.is_last()
    assert not is_anyone_present(path)


def test_a_process_that_a_console_starts_does_not_hold_its_seat(path: Path) -> None:
    with present(path):
        child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    with child:
        assert not is_anyone_present(path)
        assert child.stdin is not None
        child.stdin.close()


def test_the_file_is_shared_with_the_group_and_nobody_else(path: Path) -> None:
    umask = os.umask(0o077)
    try:
        with present(path):
            assert path.stat().st_mode & 0o777 == 0o660
    finally:
        os.umask(umask)


def test_a_seat_is_taken_again_where_the_file_was_removed(path: Path) -> None:
    with present(path) as seat:
        path.unlink()
        assert not is_anyone_present(path)
        seat.take()
        assert is_anyone_present(path)
    assert not is_anyone_present(path)


def test_a_guest_counts_where_there_is_a_file_makes_none_and_decides_nothing(path: Path) -> None:
    guest = Presence(path, is_guest=True)
    assert not path.exists()
    with present(path):
        guest.take()
    assert is_anyone_present(path)
    assert not guest.is_last()
    guest.close()
    assert not is_anyone_present(path)


def test_what_cannot_be_locked_counts_for_nothing_and_is_told(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path.symlink_to(path.parent / "elsewhere")
    with present(path) as seat:
        assert not seat.is_last()
    assert not (path.parent / "elsewhere").exists()
    assert "cannot be counted as open" in caplog.text
    with pytest.raises(OSError, match="symbolic links"):
        is_anyone_present(path)
