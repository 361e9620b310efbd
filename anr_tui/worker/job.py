"""A job of the worker: one gap that waits for its fill, or is being filled."""

import asyncio
from dataclasses import dataclass, field

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import ReplayError
from anr_tui.domain.gap import RecordingGap
from anr_tui.fill.fill_run import FillRun
from anr_tui.platform.logging_setup import log_fields
from anr_tui.replay.dialects.registry import device_of

DISK = "the full disk"


@dataclass(slots=True)
class Job:
    """A gap that waits for its fill, or is being filled.

    `requests` are the ids of requests to answer when it ends. `stopped_by` says who stopped it: a person, the worker's
    end, or the disk.
    """

    gap: RecordingGap
    camera: Camera
    asked_by: str
    requests: list[int] = field(default_factory=list)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    stopped_by: str = ""
    fill_id: int = 0
    run: FillRun | None = None
    # The position among the jobs that people asked for, where somebody brought this one forward.
    first: float | None = None

    @property
    def is_asked_for(self) -> bool:
        """Whether a person wants it, so that a pause does not hold it back."""
        return bool(self.requests)

    @property
    def asked(self) -> float | None:
        """Its position among the jobs that people asked for, the lowest first; None where nobody did."""
        return self.first if self.first is not None else float(min(self.requests)) if self.requests else None

    @property
    def device(self) -> str:
        """The device whose sessions are limited; a name of its own where the camera row names none."""
        try:
            return device_of(self.camera)
        except ReplayError:
            return f"camera {self.camera.id}"

    @property
    def log_fields(self) -> dict[str, object]:
        """What a line of the worker's log about it is about, as `extra` of a logging call."""
        return log_fields(camera=self.camera.id, gap=self.gap.id, fill=self.fill_id or None)

    def end(self, stopped_by: str) -> None:
        """Stop its fill; footage that arrived is kept."""
        self.stopped_by = self.stopped_by or stopped_by
        self.stop.set()
