"""How long a worker means to stay."""

from enum import StrEnum


class Lifetime(StrEnum):
    """How long a worker means to stay."""

    SERVICE = "service"
    CONSOLES = "consoles"
    STAY = "stay"
