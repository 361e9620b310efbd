"""The open diagnoses, and their turns for a session of a device, which come before those of fills."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from anr_tui.domain.camera import Camera
from anr_tui.domain.errors import AnrError
from anr_tui.domain.request import Request
from anr_tui.worker.scheduling.session_limits import SessionLimits


@dataclass(slots=True)
class Diagnosis:
    """One diagnosis of one camera; `stopped_by` says who stopped it: a person, or the worker's end."""

    camera: Camera
    request: Request
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    stopped_by: str = ""

    def end(self, stopped_by: str) -> None:
        """Stop the diagnosis; checks that were noted stay."""
        self.stopped_by = self.stopped_by or stopped_by
        self.stop.set()


class DiagnosisQueue:
    """The diagnoses of a worker, one at a time of each camera.

    `look_again` makes the scheduler start and admit them.
    """

    def __init__(self, session_limits: SessionLimits, look_again: Callable[[], None]) -> None:
        self.open: dict[str, Diagnosis] = {}
        self._new: list[Diagnosis] = []
        self._slots = session_limits
        self._look_again = look_again
        self._turns: list[tuple[str, asyncio.Future[None]]] = []

    def add(self, diagnosis: Diagnosis) -> None:
        """Add a diagnosis. Raises AnrError while another one of the camera is open."""
        if diagnosis.camera.id in self.open:
            raise AnrError(f"{diagnosis.camera.name} is being diagnosed right now.")
        self.open[diagnosis.camera.id] = diagnosis
        self._new.append(diagnosis)
        self._look_again()

    def take_new(self) -> list[Diagnosis]:
        """Remove and return the diagnoses that have not begun."""
        new, self._new = self._new, []
        return new

    def over(self, diagnosis: Diagnosis) -> None:
        """Note that a diagnosis has ended."""
        del self.open[diagnosis.camera.id]
        self._look_again()

    def cancel(self, camera_id: str, stopped_by: str) -> str:
        """Stop the diagnosis of a camera; returns the answer for who asked. Raises AnrError where none runs."""
        if camera_id not in self.open:
            raise AnrError("It is not being diagnosed any more.")
        self.open[camera_id].end(stopped_by)
        return "Stopping."

    def end(self, stopped_by: str) -> None:
        """Stop all diagnoses; those that have not begun never do."""
        for diagnosis in self.take_new():
            self.over(diagnosis)
        for diagnosis in self.open.values():
            diagnosis.end(stopped_by)

    @property
    def devices(self) -> list[str]:
        """The devices for whose sessions a diagnosis waits."""
        return [device for device, _ in self._turns]

    def take(self, device: str) -> bool:
        """Take a session on a device; False where none is free, or another diagnosis waits for it."""
        return device not in self.devices and self._slots.take(device, time.monotonic(), is_new_fill=False)

    async def priority(self, device: str) -> None:
        """Wait for a session on a device, and take it."""
        turn: tuple[str, asyncio.Future[None]] = (device, asyncio.get_running_loop().create_future())
        self._turns.append(turn)
        self._look_again()
        try:
            await turn[1]
        except asyncio.CancelledError:
            if turn not in self._turns:  # it was admitted at the same moment
                self.give_back(device)
            raise
        finally:
            if turn in self._turns:
                self._turns.remove(turn)

    def admit(self, now: float) -> None:
        """Give free sessions to waiting diagnoses in their order; call it before fills take sessions."""
        for turn in list(self._turns):
            if self._slots.take(turn[0], now, is_new_fill=False):
                self._turns.remove(turn)
                turn[1].set_result(None)

    def give_back(self, device: str) -> None:
        """End a session on a device."""
        self._slots.release(device, time.monotonic(), was_fill=False)
        self._look_again()
