"""The identity of a worker, and whether another worker on this machine is still alive."""

import os
from pathlib import Path

from anr_tui import __version__
from anr_tui.journal.journal import WorkerIdentity
from anr_tui.platform.user import host_name, user_name


def own_identity() -> WorkerIdentity:
    """The identity of this process as a worker."""
    pid = os.getpid()
    return WorkerIdentity(user_name(), host_name(), pid, process_birth(pid), __version__)


def process_birth(pid: int) -> str:
    """A text that distinguishes a process from a later one with the same pid; "" where it is gone or unknown.

    Its form is `BOOT/NAMESPACE TICK`: the boot id, our pid namespace (each container has pids of its own), and the
    start time in clock ticks (proc(5)).
    """
    try:
        # The name in the second field may hold blanks and parentheses; the start tick is field 22.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return "" if fields[0] in "ZX" else f"{_world()} {fields[19]}"
    except OSError:
        return ""


def is_dead(host: str, pid: int, birth: str) -> bool:
    """Whether a worker is provably gone: it ran on this machine, and its process does not exist any more."""
    if host != host_name() or not birth:
        return False
    try:
        world = _world()
    except OSError:
        return False
    boot, _, namespace = birth.partition(" ")[0].partition("/")
    if boot != world.partition("/")[0]:
        return True
    return namespace == world.partition("/")[2] and _is_gone(pid, birth)


def _is_gone(pid: int, birth: str) -> bool:
    birth_now = process_birth(pid)
    if birth_now:
        return birth_now != birth
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False  # it lives, although /proc hides it from us
    return Path(f"/proc/{pid}/stat").exists()  # then it is a zombie


def _world() -> str:
    if Path("/proc/self").readlink().name != str(os.getpid()):
        raise OSError("this /proc counts the processes of another namespace")
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"{boot}/{Path('/proc/self/ns/pid').readlink()}"
