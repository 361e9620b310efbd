"""The diagnoses in the worker's hands, and their turns for a session of a device: people who wait come first."""

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
    """One camera, diagnosed once; `stopped_by` is who stopped it: a person, or the worker's end."""

    camera: Camera
    request: Request
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    stopped_by: str = ""

    def end(self, stopped_by: str) -> None:
        """Stop it; what it found so far stays."""
        self.stopped_by = self.stopped_by or stopped_by
        self.stop.set()


class DiagnosisQueue:
    """One at a time of each camera. `look_again` lets the worker start and admit what can be."""

    def __init__(self, session_limits: SessionLimits, look_again: Callable[[], None]) -> None:
        self.open: dict[str, Diagnosis] = {}
        self._new: list[Diagnosis] = []
        self._slots = session_limits
        self._look_again = look_again
        self._turns: list[tuple[str, asyncio.Future[None]]] = []

    def add(self, diagnosis: Diagnosis) -> None:
        """Let it begin. AnrError while another one of its camera is not over."""
        if diagnosis.camera.id in self.open:
            raise AnrError(f"{diagnosis.camera.name} is being diagnosed right now.")
        self.open[diagnosis.camera.id] = diagnosis
        self._new.append(diagnosis)
        self._look_again()

    def take_new(self) -> list[Diagnosis]:
        """Those that have not begun."""
        new, self._new = self._new, []
        return new

    def over(self, diagnosis: Diagnosis) -> None:
        """It has ended."""
        del self.open[diagnosis.camera.id]
        self._look_again()

    def cancel(self, camera_id: str, stopped_by: str) -> str:
        """Stop that of a camera; returns what is said. AnrError where none runs."""
        if camera_id not in self.open:
            raise AnrError("It is not being diagnosed any more.")
        self.open[camera_id].end(stopped_by)
        return "Stopping."

    def end(self, stopped_by: str) -> None:
        """Stop all of them; those that have not begun never do."""
        for diagnosis in self.take_new():
            self.over(diagnosis)
        for diagnosis in self.open.values():
            diagnosis.end(stopped_by)

    @property
    def devices(self) -> list[str]:
        """The devices for whose sessions somebody waits."""
        return [device for device, _ in self._turns]

    def take(self, device: str) -> bool:
        """A session on a device, if one is free and nobody waits for it."""
        return device not in self.devices and self._slots.take(device, time.monotonic(), is_new_fill=False)

    async def priority(self, device: str) -> None:
        """Wait for a session on a device."""
        priority: tuple[str, asyncio.Future[None]] = (device, asyncio.get_running_loop().create_future())
        self._turns.append(priority)
        self._look_again()
        try:
            await priority[1]
        except asyncio.CancelledError:
            if priority not in self._turns:  # it was admitted at the same moment
                self.give_back(device)
            raise
        finally:
            if priority in self._turns:
                self._turns.remove(priority)

    def admit(self, now: float) -> None:
        """Give sessions to those who wait for one, in their order; before any fill takes them."""
        for priority in list(self._turns):
            if self._slots.take(priority[0], now, is_new_fill=False):
                self._turns.remove(priority)
                priority[1].set_result(None)

    def give_back(self, device: str) -> None:
        """The end of a session."""
        self._slots.release(device, time.monotonic(), was_fill=False)
        self._look_again()
