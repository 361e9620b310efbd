"""A command for events with one habit, named on the command line; it writes what it got into the file given."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def keep(seen: Path) -> None:
    """Append the event, with one `write`."""
    with seen.open("a") as file:
        file.write(sys.stdin.read())


def show_surroundings(seen: Path) -> None:
    keep(seen)
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY))
        terminal = "a terminal"
    except OSError:
        terminal = "no terminal"
    is_leader = os.getpgid(0) == os.getpid()
    seen.write_text(f"{terminal}, leader {is_leader}\n" + "\n".join(sorted(os.environ)))


def hang(seen: Path) -> None:
    seen.write_text(str(os.getpid()))
    time.sleep(3600)


def be_deaf(seen: Path) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    hang(seen)


def flood(seen: Path) -> None:
    seen.write_text(str(os.getpid()))
    while True:
        sys.stdout.buffer.write(b"x" * 65536)


def leave_grandchild(seen: Path) -> None:
    child = subprocess.Popen([sys.executable, __file__, "be_deaf", f"{seen}.grandchild"])
    while not Path(f"{seen}.grandchild").exists() or not Path(f"{seen}.grandchild").read_text():
        time.sleep(0.01)
    seen.write_text(str(child.pid))


def fail(seen: Path) -> None:
    keep(seen)
    sys.stderr.write("no mail today: smtp://anna:s3cr3t@mail.example/\n")
    sys.exit(3)


HABITS = {
    "keep": keep,
    "show_surroundings": show_surroundings,
    "hang": hang,
    "be_deaf": be_deaf,
    "flood": flood,
    "leave_grandchild": leave_grandchild,
    "fail": fail,
}

if __name__ == "__main__":
    HABITS[sys.argv[1]](Path(sys.argv[2]))
