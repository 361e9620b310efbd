"""Who holds the other end of a connection over loopback."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from anr_tui.platform import socket_owner
from anr_tui.platform.socket_owner import Address, SocketOwner, is_held_by, owner_in_table, owner_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who holds a socket")
ASK = pytest.mark.parametrize("ask", [owner_of, owner_in_table], ids=["kernel", "table"])
Ask = Callable[[Address, Address], SocketOwner | None]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        yield server


@ASK
def test_the_owner_is_the_user_and_the_socket_of_whoever_connected(ask: Ask, listener: socket.socket) -> None:
    with socket.create_connection(listener.getsockname()) as client:
        accepted, peer = listener.accept()

        owner = ask(peer, listener.getsockname())

        accepted.close()
        assert owner == SocketOwner(os.geteuid(), os.fstat(client.fileno()).st_ino)


@ASK
def test_a_connection_that_is_closed_or_never_was_has_no_owner(ask: Ask, listener: socket.socket) -> None:
    ours = listener.getsockname()
    client = socket.create_connection(ours)
    accepted, peer = listener.accept()
    client.close()

    assert ask(peer, ours) is None
    accepted.close()
    assert ask(("127.0.0.1", 9), ours) is None


def test_somebody_who_listens_at_the_port_of_one_who_left_is_not_taken_for_it(listener: socket.socket) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert owner_of(other.getsockname(), listener.getsockname()) is None


def test_a_socket_is_found_at_the_process_that_holds_it_and_at_no_other(listener: socket.socket) -> None:
    inode = os.fstat(listener.fileno()).st_ino

    with subprocess.Popen([sys.executable, "-I", "-c", "input()"], stdin=subprocess.PIPE) as other:
        assert is_held_by(inode, os.getpid())
        assert not is_held_by(inode, other.pid)
        other.communicate(b"\n")

    assert not is_held_by(inode, other.pid)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start a process of another user")
def test_the_owner_of_a_connection_of_another_user_is_that_user(listener: socket.socket) -> None:
    # Not as the process's user: that one may not be allowed to read this Python.
    connects = f"held = socket.create_connection({listener.getsockname()!r})"
    code = f"import encodings.idna, os, socket; os.setuid(65534); {connects}; input()"
    with subprocess.Popen([sys.executable, "-I", "-c", code], stdin=subprocess.PIPE) as other:
        accepted, peer = listener.accept()

        owners = [ask(peer, listener.getsockname()) for ask in (owner_of, owner_in_table)]

        other.communicate(b"\n")
        accepted.close()
    assert [owner and owner.uid for owner in owners] == [65534, 65534]


def test_where_the_kernel_cannot_be_asked_that_is_an_error_and_not_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_owner.sys, "platform", "darwin")

    with pytest.raises(OSError, match="only Linux"):
        owner_of(("127.0.0.1", 9), ("127.0.0.1", 10))
