"""Messages to the service manager: ready, status, watchdog, stopping. Without a service manager nothing is sent.

Protocol: sd_notify(3), https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
"""

import contextlib
import os
import socket
from collections.abc import Mapping

_LONGEST_STATUS = 200


class ServiceManager:
    """The service manager that started us and listens at NOTIFY_SOCKET. What it cannot take at once is sent later.

    `watchdog_s` is the interval in seconds within which it must be told that we are alive, or it kills us; None where
    it does not watch.
    """

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = _address(environment.get("NOTIFY_SOCKET", ""))
        self._owed: dict[str, str] = {}
        self._status = ""
        self._is_ready = False
        self.watchdog_s = _watchdog_s(environment)

    def alive(self, status: str) -> None:
        """Tell that all is well, with a line of `status`. Only a caller that has just verified this may call it."""
        line = " ".join(status.split())[:_LONGEST_STATUS]
        news = {} if self._is_ready else {"READY": "1"}
        if self.watchdog_s is not None:
            news["WATCHDOG"] = "1"
        if line != self._status:
            news["STATUS"] = line
        self._is_ready, self._status = True, line
        self._tell(news)

    def stopping(self) -> None:
        """Tell that the end has begun, which may take a while."""
        self._tell({"STOPPING": "1"})

    def _tell(self, news: Mapping[str, str]) -> None:
        self._owed |= news
        if self._address is None or not self._owed:
            return
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as connection:
            connection.setblocking(False)
            connection.sendto("\n".join(map("=".join, self._owed.items())).encode(), self._address)
            self._owed = {}


def _address(name: str) -> bytes | None:
    """The socket's address, None where there is none; `@` stands for the zero byte of an abstract socket."""
    if not name.startswith(("/", "@")):
        return None
    raw = os.fsencode(name)
    return b"\0" + raw[1:] if name.startswith("@") else raw


def _watchdog_s(environment: Mapping[str, str]) -> float | None:
    """WATCHDOG_USEC in seconds, where it applies to this process (sd_watchdog_enabled(3))."""
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None
    text = environment.get("WATCHDOG_USEC", "")
    return int(text) / 1e6 if text.isdecimal() and int(text) > 0 else None
