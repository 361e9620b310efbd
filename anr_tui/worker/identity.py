"""Who a worker is, and whether another one on this machine is still alive."""

import os
from pathlib import Path

from anr_tui import __version__
from anr_tui.journal.journal import WorkerIdentity
from anr_tui.who import host_name, user_name


def own_identity() -> WorkerIdentity:
    """This process as a worker."""
    pid = os.getpid()
    return WorkerIdentity(user_name(), host_name(), pid, process_birth(pid), __version__)


def process_birth(pid: int) -> str:
    """What tells a process from a later one with the same pid: boot id and start tick (proc(5)); "" if unknown."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        # The name in the second field may hold blanks and parentheses; the start tick is field 22.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    state, start_tick = fields[0], fields[19]
    return "" if state in "ZX" else f"{boot} {start_tick}"


def is_dead(host: str, pid: int, birth: str) -> bool:
    """Whether a worker is provably gone: it ran on this machine, and its process does not exist any more."""
    return host == host_name() and birth != "" and process_birth(pid) != birth
