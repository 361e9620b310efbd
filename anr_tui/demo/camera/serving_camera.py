"""What a connection needs of the simulated camera that accepted it."""

from datetime import datetime
from typing import Protocol

from anr_tui.demo.camera import rtsp
from anr_tui.demo.camera.card import Card
from anr_tui.demo.camera.faults import Faults, Pace
from anr_tui.demo.camera.login import Gate
from anr_tui.domain.window import Window


class ServingCamera(Protocol):
    """What a connection reads of the camera that accepted it, and what it reports back to be counted."""

    host: str
    port: int
    card: Card
    pace: Pace
    gate: Gate
    relative_controls: bool
    tells_card: bool
    session_timeout_s: int

    @property
    def faults(self) -> Faults:
        """How it misbehaves now."""

    def window(self, asked: rtsp.ReplayUrl) -> Window:
        """The window asked for, in the camera's digits. Raises Refusal: 404 without footage, 400 for no window."""

    def on_card(self, moment: datetime) -> datetime:
        """When the card says that was which is `moment` in the camera's digits."""

    def to_play(self, window: Window) -> Window:
        """What is played for a window in the camera's digits: on the card's clock, after the start rule."""

    def truly_played(self, window: Window) -> Window:
        """From the first picture that is played for a window to the end of the last footage: in the camera's digits."""

    def sections(self) -> list[Window]:
        """The spans without a hole that the card holds, in the camera's digits."""

    def busy_status(self) -> int | None:
        """The status of a camera that is busy; None: it is not."""

    def note_session_end(self) -> None:
        """Note that a session has ended."""

    def has_no_room(self) -> bool:
        """Whether it takes no further session."""

    def note_request(self, request: rtsp.Request) -> None:
        """A client sent a request."""

    def note_session(self) -> None:
        """A session was opened."""

    def note_play(self) -> int:
        """Count a PLAY; returns its number since the faults were set, from 1."""

    def note_played(self, played_s: float) -> None:
        """So many seconds of media were sent."""

    def note_sent(self, count: int) -> None:
        """So many bytes were sent to a client."""

    async def while_held(self, played_s: float) -> None:
        """Wait as long as a PLAY that has sent so many seconds of media is kept back."""

    def note_change(self) -> None:
        """A session or a connection began or ended."""
