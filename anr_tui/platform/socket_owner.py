"""Who is at the other end of a connection over loopback: the kernel knows, and nobody can claim to be somebody else.

Linux only. Sources: sock_diag(7); proc(5), `/proc/PID/net/tcp`; credentials(7) on sessions.
"""

import os
import socket
import struct
import sys
from pathlib import Path
from typing import NamedTuple

Address = tuple[str, int]
"""An IPv4 address in dotted form, and a port."""

_PROC = Path("/proc")
_NETLINK_SOCK_DIAG, _SOCK_DIAG_BY_FAMILY, _NLM_F_REQUEST, _NLMSG_ERROR = 4, 20, 1, 2
_MESSAGE = struct.Struct("=IHHII")
_REQUEST = struct.Struct("=BBBBI")
_PORTS = struct.Struct(">HH")
_NO_INTERFACE_NO_COOKIE = struct.pack("=III", 0, 0xFFFFFFFF, 0xFFFFFFFF)
_ALL_STATES = 0xFFFFFFFF
# Family and state, the addresses, then timers and queues; at the end user and inode (linux/inet_diag.h).
_STATE_BYTES, _ADDRESSES_BYTES = 4, 48
_OWNER = struct.Struct("=II")
_OWNER_AT = _MESSAGE.size + _STATE_BYTES + _ADDRESSES_BYTES + 12
_PORTS_AT = _MESSAGE.size + _STATE_BYTES
_ANSWER_BYTES = 8192


class SocketOwner(NamedTuple):
    """The user that opened a socket, and the number by which processes that hold it are found."""

    uid: int
    inode: int


def owner_of(peer: Address, ours: Address) -> SocketOwner | None:
    """Who holds the other end of a connection from `peer` to `ours`; None: nobody, it is closed. Takes microseconds.

    Raises OSError where the kernel does not say: not Linux, or no netlink sockets allowed.
    """
    if not sys.platform.startswith("linux"):
        raise OSError("only Linux tells who holds a socket")
    addresses = _PORTS.pack(peer[1], ours[1]) + _padded(peer[0]) + _padded(ours[0]) + _NO_INTERFACE_NO_COOKIE
    request = _REQUEST.pack(socket.AF_INET, socket.IPPROTO_TCP, 0, 0, _ALL_STATES) + addresses
    size = _MESSAGE.size + len(request)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_SOCK_DIAG) as kernel:
        kernel.settimeout(1.0)
        kernel.send(_MESSAGE.pack(size, _SOCK_DIAG_BY_FAMILY, _NLM_F_REQUEST, 1, 0) + request)
        return _owner_in(kernel.recv(_ANSWER_BYTES), peer, ours)


def owner_in_table(peer: Address, ours: Address) -> SocketOwner | None:
    """The same from the table of all connections, which takes milliseconds. Blocking. Raises OSError."""
    wanted = f"{_hex(peer)} {_hex(ours)}".encode()
    with (_PROC / "self" / "net" / "tcp").open("rb") as table:
        # The two addresses come second and third; user and inode eighth and tenth.
        for line in table:
            if wanted not in line:
                continue
            fields = line.split()
            owner = SocketOwner(int(fields[7]), int(fields[9]))
            return owner if owner.inode else None
    return None


def is_held_by(inode: int, pid: int) -> bool:
    """Whether a process, or one of its session, holds the socket of this number.

    A program may be a script around another one; and nobody gets into the session of a process except by being its
    child. Raises PermissionError where the process hides what it holds. Blocking.
    """
    if _holds(pid, inode):
        return True
    return any(_is_in_session(other, pid) and _holds(other, inode) for other in _processes() if other != pid)


def _holds(pid: int, inode: int) -> bool:
    wanted, directory = f"socket:[{inode}]", _PROC / str(pid) / "fd"
    try:
        return any(_target(link) == wanted for link in directory.iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return False


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _processes() -> list[int]:
    return [int(path.name) for path in _PROC.iterdir() if path.name.isdecimal()]


def _is_in_session(pid: int, leader: int) -> bool:
    try:
        return os.getsid(pid) == leader
    except OSError:
        return False


def _owner_in(answer: bytes, peer: Address, ours: Address) -> SocketOwner | None:
    _, kind, *_ = _MESSAGE.unpack_from(answer)
    if kind == _NLMSG_ERROR:
        number = -struct.unpack_from("=i", answer, _MESSAGE.size)[0]
        error = OSError(number, os.strerror(number))
        if isinstance(error, FileNotFoundError):
            return None
        raise error
    # Where the connection is gone, the kernel may answer with somebody who listens at its port.
    if _PORTS.unpack_from(answer, _PORTS_AT) != (peer[1], ours[1]):
        return None
    owner = SocketOwner(*_OWNER.unpack_from(answer, _OWNER_AT))
    return owner if owner.inode else None


def _padded(address: str) -> bytes:
    return socket.inet_aton(address).ljust(16, b"\0")


def _hex(address: Address) -> str:
    """An address as the table writes it: a number in the machine's byte order."""
    number = int.from_bytes(socket.inet_aton(address[0]), sys.byteorder)
    return f"{number:08X}:{address[1]:04X}"
