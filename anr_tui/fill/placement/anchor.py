"""Anchors: moments whose media time in the footage is known."""

from dataclasses import dataclass
from datetime import datetime

# A recording's name has whole seconds: what it shows is up to this much later.
NAME_S = 1.0


@dataclass(frozen=True, slots=True)
class Anchor:
    """A moment, and the media time at which it stands in the footage."""

    moment: datetime
    at_s: float
