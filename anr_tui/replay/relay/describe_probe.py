"""A probe by DESCRIBE: what a camera says of its login, clock and footage before anything is replayed (RFC 2326)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from anr_tui.domain.errors import ReplayError
from anr_tui.domain.window import Window
from anr_tui.replay.dialects.interface import ReplayRequest
from anr_tui.replay.relay.camera_connection import CameraConnection, CameraConnectionError, connect
from anr_tui.replay.relay.camera_session import CameraSession
from anr_tui.replay.relay.rate_limit import Throttle
from anr_tui.replay.relay.report import Findings, RelayReport
from anr_tui.replay.rtsp.auth import Challenge, Login
from anr_tui.replay.rtsp.parser import Headers, Media, Request
from anr_tui.replay.rtsp.play_range import described_range

_HEADERS = Headers((("User-Agent", "anr-tui"), ("Accept", "application/sdp")))


@dataclass(frozen=True, slots=True)
class ProbeReply:
    """What a camera answered to DESCRIBE.

    `challenge` is how the camera asks for a login, None where it did not ask. `is_refused`: it refused the login.
    `offers` is the window, by the camera's clock and in whole seconds, that it says it can play; None where it does not
    say.
    """

    report: RelayReport
    challenge: Challenge | None = None
    is_refused: bool = False
    offers: Window | None = None


async def probe_camera(request: ReplayRequest, log: Callable[[str], None], timeout_s: float) -> ProbeReply:
    """Send DESCRIBE to a camera and disconnect; no session is set up.

    `timeout_s` limits the connection and each answer, in seconds. `log` is called with masked one-line sentences. A
    camera that cannot be reached or refuses raises nothing: the reply's report says so. Raises ReplayError for a
    request that is not rtsp or rtsps.
    """
    if request.scheme not in {"rtsp", "rtsps"}:
        raise ReplayError(f"Only cameras that speak RTSP are asked, and this one's replay URL is {request.scheme}.")
    findings = Findings(request, log)
    login = Login(request.login.username, request.login.password, trust=request.trust)

    async def dial(known: Login) -> CameraConnection:
        return await connect(request, findings, timeout_s, known)

    try:
        connection = await dial(login)
    except CameraConnectionError as error:
        findings.fail(str(error))
        return ProbeReply(findings.report)
    camera = CameraSession(connection, dial, findings, Throttle(), full_speed=False)
    pumping = asyncio.create_task(camera.pump(_pass_over, camera.answer))
    body = b""
    try:
        response = await camera.ask(Request("DESCRIBE", request.url, _HEADERS), request.url)
        findings.answered("DESCRIBE", response)
        body = response.body
    except CameraConnectionError as error:
        findings.fail(str(error))
    finally:
        pumping.cancel()
        await asyncio.wait([pumping])
        await camera.close(request.url, at_once=True)
    return ProbeReply(findings.report, login.challenge, login.is_refused, offered(body.decode("latin-1")))


async def _pass_over(_: Media) -> None:
    return


def offered(description: str) -> Window | None:
    """The window that a session description offers by the wall clock; None where it names none, or no valid times."""
    told = described_range(description)
    return Window(told.start, told.end) if told is not None and told.start and told.end else None
