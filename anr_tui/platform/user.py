"""Who sits here: the user and host that requests, events and workers are signed with."""

import getpass
import os
import socket


def user_name() -> str:
    """The operating system's user, by name where it has one."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def host_name() -> str:
    """This machine's name."""
    return socket.gethostname()


def who_am_i() -> str:
    """The person who asks, as `user@host`."""
    return f"{user_name()}@{host_name()}"
