"""What the service manager is told: ready, how it goes, alive, stopping; nothing where none started us.

The protocol is sd_notify(3): https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
"""

import contextlib
import os
import socket
from collections.abc import Mapping

_LONGEST_STATUS = 200


class ServiceManager:
    """The one that started us and listens at NOTIFY_SOCKET. We never wait: what it cannot take now, it is told later.

    `watchdog_s`: it kills us unless it is told within so many seconds that we are alive; None: it does not watch.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = _address(environment.get("NOTIFY_SOCKET", ""))
        self._owed: list[str] = []
        self._status = ""
        self.watchdog_s = _watchdog_s(environment)

    def ready(self, status: str) -> None:
        """The start is over; `status` says what we do, in a line."""
        self._tell("READY=1", *self._news(status))

    def alive(self, status: str) -> None:
        """All is well right now. Only who has just seen that may say so."""
        watched = ["WATCHDOG=1"] if self.watchdog_s is not None else []
        self._tell(*watched, *self._news(status))

    def stopping(self) -> None:
        """The end has begun, and may take a while."""
        self._tell("STOPPING=1", *self._news("Ending: running fills land what arrived."))

    def _news(self, status: str) -> list[str]:
        line = " ".join(status.split())[:_LONGEST_STATUS]
        if line == self._status:
            return []
        self._status = line
        return [f"STATUS={line}"]

    def _tell(self, *words: str) -> None:
        if self._address is None:
            return
        self._owed = list(dict.fromkeys([*self._owed, *words]))
        if not self._owed:
            return
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as connection:
            connection.setblocking(False)
            connection.sendto("\n".join(self._owed).encode(), self._address)
            self._owed = []


def _address(name: str) -> bytes | None:
    """The socket's address, None where there is none; `@` stands for the zero byte of an abstract one."""
    if not name.startswith(("/", "@")):
        return None
    raw = os.fsencode(name)
    return b"\0" + raw[1:] if name.startswith("@") else raw


def _watchdog_s(environment: Mapping[str, str]) -> float | None:
    """WATCHDOG_USEC in seconds, where it is meant for this process (sd_watchdog_enabled(3))."""
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    text = environment.get("WATCHDOG_USEC", "")
    return int(text) / 1e6 if text.isdecimal() and int(text) > 0 else None
