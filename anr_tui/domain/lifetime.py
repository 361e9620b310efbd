"""How long a worker runs."""

from enum import StrEnum


class Lifetime(StrEnum):
    """How long a worker runs."""

    SERVICE = "service"
    CONSOLES = "consoles"
    STAY = "stay"
