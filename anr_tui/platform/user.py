"""The user and the host with which requests, events and workers are signed."""

import getpass
import os
import socket


def user_name() -> str:
    """The name of the operating system's user, or the number where the user has no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def host_name() -> str:
    """The name of this machine."""
    return socket.gethostname()


def who_am_i() -> str:
    """The current user as `user@host`."""
    return f"{user_name()}@{host_name()}"
