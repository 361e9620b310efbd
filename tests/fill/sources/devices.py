"""The devices that any source is tried on: one per transport, each with the same footage and the same faults."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum

from anr_tui.demo.camera.camera import SimulatedCamera
from anr_tui.demo.camera.card import Card
from anr_tui.demo.camera.faults import Faults, Pace
from anr_tui.demo.mediamtx.faults import Body, HttpFaults
from anr_tui.demo.mediamtx.server import playback_server
from anr_tui.domain.camera import Camera
from anr_tui.domain.secret import Secret
from tests.fill.camera_row import camera_row

USER, PASSWORD = "operator", "s3cr3t/@:pass"


class Fault(StrEnum):
    """What a device does wrong, in no transport's words."""

    NONE = "none"
    NOBODY_THERE = "nobody there"
    LOGIN_REFUSED = "login refused"
    BUSY = "busy"
    CUT = "cut"  # after some seconds of footage the connection is gone
    STALL = "stall"  # after some seconds of footage nothing more comes
    GARBAGE = "garbage"  # no footage, but bytes


@dataclass(frozen=True)
class Device:
    """A running device: its camera row, how many requests carried a login so far, and the wait for its stall."""

    row: Camera
    logins: Callable[[], int]
    stalled: Callable[[], Awaitable[object]]


Start = Callable[[Card, Fault], AbstractAsyncContextManager[Device]]

_RTSP_FAULTS = {
    Fault.NONE: Faults(),
    Fault.NOBODY_THERE: Faults(refuses_connections=True),
    Fault.LOGIN_REFUSED: Faults(refuses_login=True),
    Fault.BUSY: Faults(describe_status=453),
    Fault.CUT: Faults(closes_after_s=8),
    Fault.STALL: Faults(stalls_after_s=8),
    Fault.GARBAGE: Faults(garbage_after_s=0, closes_after_s=0),
}


@asynccontextmanager
async def rtsp_device(card: Card, fault: Fault) -> AsyncIterator[Device]:
    """A camera that replays over RTSP, as fast as the line takes where it is asked to."""
    pace = Pace(honours_rate_control=True)
    async with SimulatedCamera(card, username=USER, password=PASSWORD, pace=pace, faults=_RTSP_FAULTS[fault]) as camera:
        row = camera_row(camera.port, username=USER, password=Secret(PASSWORD))

        def logins() -> int:
            """By the first request that needs one: RTSP says it again with each request of a session."""
            return sum(
                "authorization" in request.headers for request in camera.requests if request.method == "DESCRIBE"
            )

        yield Device(row, logins, lambda: camera.played(7.5))
        await camera.idle()


_HTTP_FAULTS = {
    Fault.NONE: HttpFaults(),
    Fault.NOBODY_THERE: HttpFaults(refuses_connections=True),
    Fault.LOGIN_REFUSED: HttpFaults(refuses_login=True),
    Fault.BUSY: HttpFaults(status=503),
    Fault.CUT: HttpFaults(cuts_after_s=8),
    Fault.STALL: HttpFaults(stalls_after_s=8),
    Fault.GARBAGE: HttpFaults(body=Body.GARBAGE),
}


@asynccontextmanager
async def http_device(card: Card, fault: Fault) -> AsyncIterator[Device]:
    """A MediaMTX playback server."""
    async with playback_server(card, username=USER, password=PASSWORD, faults=_HTTP_FAULTS[fault]) as server:
        row = camera_row(server.port, vendor="mediamtx", username=USER, password=Secret(PASSWORD))
        yield Device(
            row, lambda: sum("authorization" in asked.headers for asked in server.requests), server.stalled.wait
        )


DEVICES: dict[str, Start] = {"rtsp": rtsp_device, "http": http_device}
