"""The requests that people make to the worker."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RequestKind(StrEnum):
    """What a person can ask of the worker."""

    FILL = "fill"
    RETRY = "retry"
    CANCEL = "cancel"
    FIRST = "first"
    PAUSE = "pause"
    RESUME = "resume"
    SWEEP = "sweep"
    HALT = "halt"
    GO_ON = "go_on"
    END = "end"
    DRAIN = "drain"
    STAY = "stay"
    DIAGNOSE = "diagnose"
    PLACE = "place"

    @property
    def is_about_gap(self) -> bool:
        """Whether the request is about one gap or fill, and not about the worker or a camera."""
        return self in (RequestKind.FILL, RequestKind.RETRY, RequestKind.CANCEL, RequestKind.FIRST)


class RequestState(StrEnum):
    """The state of a request."""

    ASKED = "asked"
    TAKEN = "taken"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def is_over(self) -> bool:
        """Whether the request has ended."""
        return self not in (RequestState.ASKED, RequestState.TAKEN)


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A request that is not written yet, to the worker itself, or about a gap, a fill or a camera.

    Of `RequestKind.PLACE`, `part_id` is the kept part and `moment` the time of its first picture.
    """

    kind: RequestKind
    gap_id: str | None = None
    fill_id: int | None = None
    camera_id: str | None = None
    part_id: str | None = None
    moment: datetime | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A request of a person: a row of the journal's `requests`. `part_id` and `moment` are as in `NewRequest`."""

    id: int
    kind: RequestKind
    gap_id: str | None
    fill_id: int | None
    asked_by: str
    asked_at: datetime
    state: RequestState
    reason: str
    camera_id: str | None = None
    ended_at: datetime | None = None
    part_id: str | None = None
    moment: datetime | None = None
