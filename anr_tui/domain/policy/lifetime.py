"""The lifetime of a worker."""

from enum import StrEnum


class Lifetime(StrEnum):
    """How long a worker runs: until a signal, as long as consoles are open, or until it is asked to end."""

    SERVICE = "service"
    CONSOLES = "consoles"
    STAY = "stay"
