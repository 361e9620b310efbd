"""Cameras that hang up where others answer: connected to again, once per cause, before anything is set up."""

import asyncio
from datetime import timedelta

from anr_tui.replay.rtsp.parser import Request, Response
from tests.replay.conftest import NOON
from tests.replay.peer import Answer, ScriptedCamera, connected, frame, plain_answer, relay_to, transport

CHALLENGE = ("WWW-Authenticate", 'Digest realm="cam", nonce="n1"')


async def hang_up(camera: ScriptedCamera) -> None:
    """Close this connection only; it is no end of the camera."""
    line, camera.line = camera.line, None
    assert line is not None
    await line.close()


def hanging_up_on_challenge(*, also_on_require: bool = False, challenges: int = 1) -> Answer:
    """A camera that closes after its 401, so many times, and perhaps where it sees a Require."""
    challenged = 0

    async def answer(camera: ScriptedCamera, request: Request) -> Response | None:
        nonlocal challenged
        if request.method == "OPTIONS":
            return plain_answer(request)
        if challenged < challenges:
            challenged += 1
            await camera.send(plain_answer(request, 401, CHALLENGE).to_bytes())
            await hang_up(camera)
            return None
        if not request.headers.all("Authorization"):
            return plain_answer(request, 401, CHALLENGE)
        if also_on_require and request.headers.all("Require"):
            await hang_up(camera)
            return None
        return plain_answer(request)

    return answer


async def hang_up_on_require(camera: ScriptedCamera, request: Request) -> Response | None:
    if request.headers.all("Require") or request.headers.all("Rate-Control"):
        await hang_up(camera)
        return None
    return plain_answer(request)


async def test_a_camera_that_hangs_up_after_its_challenge_is_connected_to_again() -> None:
    log: list[str] = []
    async with (
        ScriptedCamera(hanging_up_on_challenge()) as camera,
        relay_to(camera, log) as relay,
        connected(relay) as player,
    ):
        await player.set_up(tracks=2)
        assert (await player.play()).status == 200
        await camera.send(frame(0, b"media"))
        await camera.close_line()
        assert await player.rest() == frame(0, b"media")
        assert (relay.report.error, relay.report.status) == ("", 200)
        assert relay.report.full_speed is True
    assert camera.methods == ["OPTIONS", "DESCRIBE", "DESCRIBE", "SETUP", "SETUP", "PLAY"]
    assert sum(line.startswith("connected to") for line in log) == 2
    assert "camera closed the connection after its login challenge to DESCRIBE, connecting again" in log


async def test_a_camera_that_hangs_up_on_require_is_connected_to_again_without() -> None:
    log: list[str] = []
    async with ScriptedCamera(hang_up_on_require) as camera, relay_to(camera, log) as relay, connected(relay) as player:
        await player.set_up(tracks=2)
        assert (await player.play()).status == 200
        assert relay.report.error == ""
        assert relay.report.full_speed is False
        assert relay.report.closed_by is None
    assert camera.methods[:7] == ["OPTIONS", "DESCRIBE", "SETUP", "DESCRIBE", "SETUP", "SETUP", "PLAY"]
    assert "camera closed the connection on SETUP with Require, connecting again without" in log


async def test_both_causes_are_met_in_one_replay() -> None:
    answer = hanging_up_on_challenge(also_on_require=True)
    async with ScriptedCamera(answer) as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.set_up()
        assert (await player.play()).status == 200
    assert camera.methods[:7] == ["OPTIONS", "DESCRIBE", "DESCRIBE", "SETUP", "DESCRIBE", "SETUP", "PLAY"]


async def test_a_password_that_is_challenged_again_after_connecting_again_is_refused() -> None:
    answer = hanging_up_on_challenge(challenges=9)
    async with ScriptedCamera(answer) as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.ask("OPTIONS")
        assert (await player.ask("DESCRIBE")).status == 401
        assert "refused the login" in relay.report.error
    assert sum(bool(request.headers.all("Authorization")) for request in camera.requests) == 1


def with_nonces_of_connections(*, password_is_wrong: bool = False, drops: int = 1) -> Answer:
    """A camera whose nonces hold for the connection on which they were given; the first so many are cut after one."""
    nonces: dict[int, str] = {}
    dropped = 0

    async def answer(camera: ScriptedCamera, request: Request) -> Response | None:
        nonlocal dropped
        if request.method == "OPTIONS":
            return plain_answer(request)
        nonce = nonces.setdefault(id(camera.line), f"n{len(nonces)}")
        if f'nonce="{nonce}"' in request.headers.get("Authorization") and not password_is_wrong:
            return plain_answer(request)
        refusal = plain_answer(request, 401, ("WWW-Authenticate", f'Digest realm="cam", nonce="{nonce}"'))
        if dropped == drops:
            return refusal
        dropped += 1
        await camera.send(refusal.to_bytes())
        await hang_up(camera)
        return None

    return answer


async def test_a_connection_that_drops_after_its_challenge_is_no_refused_login() -> None:
    """GIVEN a camera whose nonces belong to their connections WHEN the connection drops after the challenge THEN the
    nonce of the next one is answered, and the password was not called wrong."""
    answer = with_nonces_of_connections()
    async with ScriptedCamera(answer) as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.set_up(tracks=2)
        assert (await player.play()).status == 200
        assert (relay.report.error, relay.report.status) == ("", 200)
    assert camera.methods[:5] == ["OPTIONS", "DESCRIBE", "DESCRIBE", "DESCRIBE", "SETUP"]


async def test_a_wrong_password_is_still_found_out_after_such_a_drop_and_sent_no_more_than_twice() -> None:
    answer = with_nonces_of_connections(password_is_wrong=True)
    async with ScriptedCamera(answer) as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.ask("OPTIONS")
        assert (await player.ask("DESCRIBE")).status == 401
        assert "refused the login" in relay.report.error
    assert sum(bool(request.headers.all("Authorization")) for request in camera.requests) == 2


async def test_a_camera_that_drops_each_connection_after_its_challenge_is_not_reached_and_refuses_no_login() -> None:
    answer = with_nonces_of_connections(drops=9)
    async with ScriptedCamera(answer) as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.ask("OPTIONS")
        assert (await player.ask("DESCRIBE")).status == 502
        assert "closed the connection before it answered" in relay.report.error


async def test_a_camera_that_always_hangs_up_is_an_error_after_one_more_connection() -> None:
    async def answer(camera: ScriptedCamera, request: Request) -> Response | None:
        if request.method != "SETUP":
            return plain_answer(request)
        await hang_up(camera)
        return None

    log: list[str] = []
    async with ScriptedCamera(answer) as camera, relay_to(camera, log) as relay, connected(relay) as player:
        await player.ask("DESCRIBE")
        assert (await player.ask("SETUP", "/0", transport(0))).status == 502
        assert await player.rest() == b""
        assert "before it answered SETUP" in relay.report.error
        assert relay.report.closed_by == "camera"
    assert camera.methods == ["DESCRIBE", "SETUP", "DESCRIBE", "SETUP"]


async def test_a_camera_that_is_gone_when_it_is_connected_to_again_is_a_clear_error() -> None:
    async def answer(camera: ScriptedCamera, request: Request) -> Response | None:
        if request.method != "SETUP":
            return plain_answer(request)
        camera.stop_listening()
        await hang_up(camera)
        return None

    async with ScriptedCamera(answer) as camera, relay_to(camera, []) as relay, connected(relay) as player:
        await player.ask("DESCRIBE")
        assert (await player.ask("SETUP", "/0", transport(0))).status == 502
        assert await player.rest() == b""
        assert relay.report.error.endswith("Connection refused.")
        assert relay.report.closed_by == "camera"


async def test_nothing_is_connected_to_again_once_a_session_is_set_up() -> None:
    async def answer(camera: ScriptedCamera, request: Request) -> Response | None:
        if request.method == "DESCRIBE" or request.uri.endswith("trackID=1"):
            return plain_answer(request)
        await hang_up(camera)
        return None

    log: list[str] = []
    async with ScriptedCamera(answer) as camera, relay_to(camera, log) as relay, connected(relay) as player:
        await player.ask("DESCRIBE")
        assert (await player.ask("SETUP", "/0", transport(0))).status == 200
        assert (await player.ask("SETUP", "/1", transport(1))).status == 502
    assert sum(line.startswith("connected to") for line in log) == 1


async def test_leaving_while_connecting_again_leaves_nothing_behind() -> None:
    """GIVEN a camera that hangs up and then says nothing WHEN the block is left THEN no task is left."""
    is_back = asyncio.Event()

    async def answer(camera: ScriptedCamera, request: Request) -> Response | None:
        if request.method == "OPTIONS":
            return plain_answer(request)
        if request.headers.all("Authorization"):
            is_back.set()
            return None
        await camera.send(plain_answer(request, 401, CHALLENGE).to_bytes())
        await hang_up(camera)
        return None

    async with ScriptedCamera(answer) as camera:
        async with relay_to(camera, [], timeout_s=0.5) as relay, connected(relay) as player:
            await player.ask("OPTIONS")
            await player.post("DESCRIBE")
            await is_back.wait()
            player.connection.abort()
        left = {task.get_name() for task in asyncio.all_tasks() - {asyncio.current_task()} - camera.tasks}
        assert left == set()


async def test_the_cameras_clock_is_told_by_its_first_dated_answer() -> None:
    dates = iter(["nonsense", "Sat, 13 Jun 2026 12:00:00 GMT", "Sat, 13 Jun 2026 18:00:00 GMT"])

    async def answer(_: ScriptedCamera, request: Request) -> Response:
        return plain_answer(request, 200, ("Date", next(dates)))

    log: list[str] = []
    async with (
        ScriptedCamera(answer) as camera,
        relay_to(camera, log, clock=lambda: NOON + timedelta(seconds=90.5)) as relay,
        connected(relay) as player,
    ):
        await player.ask("OPTIONS")
        assert relay.report.clock_skew_s is None
        await player.ask("DESCRIBE")
        assert relay.report.clock_skew_s == -90.5
        await player.ask("SETUP", "/0", transport(0))
        assert relay.report.clock_skew_s == -90.5
    assert log.count("the camera's clock is 90 s behind") == 1
