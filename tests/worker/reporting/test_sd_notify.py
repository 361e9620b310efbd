"""What the service manager hears: a real datagram socket in its place, and the real worker."""

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from anr_tui.worker.reporting.sd_notify import ServiceManager
from tests.engine import EngineSite, execute_on, until


class Listener:
    """The service manager's end of the socket."""

    def __init__(self, address: str) -> None:
        self.environment = {"NOTIFY_SOCKET": address}
        self.heard: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind(f"\0{address[1:]}" if address.startswith("@") else address)

    def close(self) -> None:
        self._socket.close()

    def listen(self) -> list[str]:
        """Everything heard so far, a text for each datagram."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self.heard.append(self._socket.recv(4096).decode())
        return self.heard

    def count(self, word: str) -> int:
        """How often a word came."""
        return sum(word in text.splitlines() for text in self.listen())


@pytest.fixture(params=["path", "abstract"])
def listener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Listener]:
    address = f"@anr-tui-test-{os.getpid()}" if request.param == "abstract" else str(tmp_path / "notify")
    listener = Listener(address)
    yield listener
    listener.close()


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Listener]:
    """A service manager for a worker."""
    listener = Listener(str(tmp_path / "notify"))
    yield listener
    listener.close()


def test_it_is_told_that_we_are_ready_once_and_what_we_do_when_that_changes(listener: Listener) -> None:
    manager = ServiceManager(listener.environment)
    for status in ("0 fills run.", "0 fills run.", "1 fill\nMAINPID=1 runs."):
        manager.alive(status)
    manager.stopping()
    assert listener.listen() == ["READY=1\nSTATUS=0 fills run.", "STATUS=1 fill MAINPID=1 runs.", "STOPPING=1"]


def test_a_watchdog_is_fed_each_time_and_only_where_it_watches_us(listener: Listener) -> None:
    watching = ServiceManager(listener.environment | {"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())})
    watching.alive("")
    watching.alive("")
    assert watching.watchdog_s == 30
    assert listener.listen() == ["READY=1\nWATCHDOG=1", "WATCHDOG=1"]
    other = ServiceManager(listener.environment | {"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"})
    assert other.watchdog_s is None


@pytest.mark.parametrize("microseconds", ["", "0", "-5", "soon", "1e9"])
def test_an_odd_watchdog_is_none(microseconds: str) -> None:
    assert ServiceManager({"WATCHDOG_USEC": microseconds}).watchdog_s is None


def test_what_it_cannot_hear_now_it_hears_later_and_once(listener: Listener, tmp_path: Path) -> None:
    manager = ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "late"), "WATCHDOG_USEC": "30000000"})
    manager.alive("at work")
    manager.alive("at work")
    late = Listener(str(tmp_path / "late"))
    manager.alive("at work")
    assert late.listen() == ["READY=1\nWATCHDOG=1\nSTATUS=at work"]
    late.close()


def test_one_that_stopped_reading_holds_nobody_up(listener: Listener) -> None:
    manager = ServiceManager(listener.environment | {"WATCHDOG_USEC": "30000000"})
    for number in range(2000):  # many times what a socket keeps
        manager.alive(f"{number}")
    heard = len(listener.listen())
    assert 0 < heard < 2000
    manager.alive("at last")
    assert "STATUS=at last" in listener.listen()[-1]


@pytest.mark.parametrize("address", ["", "relative", "vsock:2:1"])
def test_where_nobody_listens_nothing_is_said(address: str) -> None:
    manager = ServiceManager({"NOTIFY_SOCKET": address})
    manager.alive("at work")
    manager.stopping()


async def test_a_worker_says_that_it_is_ready_alive_and_stopping(site: EngineSite, manager: Listener) -> None:
    worker = await site.start_worker(**manager.environment, WATCHDOG_USEC="30000000")
    await until(lambda: manager.count("WATCHDOG=1") >= 2)
    assert manager.heard[0] == "READY=1\nWATCHDOG=1\nSTATUS=0 fills run, 0 wait."
    worker.terminate()
    await worker.communicate(b"")
    assert worker.returncode == 0
    assert manager.count("STOPPING=1") == 1
    assert manager.count("READY=1") == 1


async def test_a_worker_that_cannot_keep_its_lease_is_not_alive(site: EngineSite, manager: Listener) -> None:
    worker = await site.start_worker(**manager.environment, WATCHDOG_USEC="30000000")
    await until(lambda: manager.count("WATCHDOG=1") >= 1)
    # WHEN another one has taken the lease, as after a long sleep of the machine
    execute_on(site.journal, "UPDATE lease SET worker_id = (SELECT max(id) FROM workers) + 1")
    fed = manager.count("WATCHDOG=1")
    await worker.communicate(b"")
    assert worker.returncode == 1
    assert manager.count("WATCHDOG=1") - fed <= 1, "at most the one that was on its way"


async def test_a_worker_that_stands_by_is_ready_and_says_for_whom(site: EngineSite, manager: Listener) -> None:
    first = await site.start_worker()
    log = site.root / "site.anr.logs" / "worker.log"
    await until(lambda: log.exists() and "holds the site" in log.read_text())
    second = await site.start_worker("--wait", **manager.environment, WATCHDOG_USEC="30000000")
    await until(lambda: manager.count("WATCHDOG=1") >= 2)
    assert manager.heard[0].startswith("READY=1\nWATCHDOG=1\nSTATUS=Standing by: ")
    assert str(first.pid) in manager.heard[0]
    for process in (second, first):
        process.terminate()
        await process.communicate(b"")


async def test_a_watchdog_that_is_shorter_than_a_lease_is_refused(site: EngineSite) -> None:
    worker = await site.start_worker(WATCHDOG_USEC="5000000")
    output, _ = await worker.communicate(b"")
    assert worker.returncode == 2
    assert b"WatchdogSec is 5 s" in output
