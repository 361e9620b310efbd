"""Each fault of the simulated camera does what its name says."""

import base64
import contextlib
import hashlib
import math
import re
from dataclasses import fields
from email.utils import parsedate_to_datetime

import pytest

from anr_tui.demo.camera.camera import Auth, End, Faults, Pace, SimulatedCamera
from anr_tui.demo.camera.card import Card
from anr_tui.demo.camera.faults import AfterEnd, Clock, Stale, StartRule
from anr_tui.domain.timestamps import now_utc
from tests.demo.camera.client import Client, Frame, Reply, connected
from tests.demo.conftest import span
from tests.documents import PROJECT
from tests.steady_clock import let_pass, on_steady_clock

WINDOW = span(0, 10)
SECRET = "secret"


def faulty(card: Card, faults: Faults, auth: Auth = Auth.NONE) -> SimulatedCamera:
    return SimulatedCamera(card, password=SECRET, auth=auth, pace=Pace(math.inf), faults=faults)


async def describe(camera: SimulatedCamera) -> Reply:
    async with connected(camera) as client:
        return await client.ask("DESCRIBE", camera.url(WINDOW))


async def played_s(client: Client, camera: SimulatedCamera) -> tuple[float, list[Frame]]:
    """Play to the camera's close; media seconds between the first and the last time stamp."""
    await client.play(camera, WINDOW)
    frames = await client.frames()
    stamps = [frame.timestamp for frame in frames if frame.channel == 0]
    return (stamps[-1] - stamps[0]) % 2**32 / 90_000, frames


async def is_silent(client: Client, camera: SimulatedCamera) -> bool:
    """Whether the camera answers a request after its last frame and sends no frame behind the answer."""
    session = next(request.headers["session"] for request in camera.requests if request.method == "PLAY")
    await client.ask("GET_PARAMETER", camera.url(WINDOW), Session=session)
    reply = await client.ask("OPTIONS", camera.url(WINDOW))
    return reply.status == 200 and camera.sessions.current == 1


async def test_it_refuses_connections_until_it_is_mended(card: Card) -> None:
    async with faulty(card, Faults(refuses_connections=True)) as camera:
        for _ in range(2):
            with pytest.raises(ConnectionRefusedError):
                await describe(camera)
            camera.faults = Faults()
            assert (await describe(camera)).status == 200
            camera.faults = Faults(refuses_connections=True)


async def test_it_accepts_and_never_answers(card: Card) -> None:
    async with faulty(card, Faults(never_answers=True)) as camera, connected(camera) as client:
        await client.send("OPTIONS", camera.url(WINDOW))
        client.writer.write_eof()
        assert await client.reader.read() == b""
        assert camera.requests == []


async def test_it_refuses_every_login(card: Card) -> None:
    async with faulty(card, Faults(refuses_login=True)) as camera:
        assert (await describe(camera)).status == 401


@pytest.mark.parametrize("auth", [Auth.DIGEST, Auth.DIGEST_SHA256])
async def test_a_nonce_grows_stale_in_the_middle(card: Card, auth: Auth) -> None:
    async with faulty(card, Faults(nonce_requests=1), auth) as camera, connected(camera) as client:
        url = camera.url(WINDOW)
        challenge = (await client.ask("DESCRIBE", url)).headers["www-authenticate"]
        login = digest(challenge, "DESCRIBE", url)
        assert 'stale="FALSE"' in challenge
        assert (await client.ask("DESCRIBE", url, Authorization=login)).status == 200
        again = await client.ask("DESCRIBE", url, Authorization=login)
        assert (again.status, 'stale="TRUE"' in again.headers["www-authenticate"]) == (401, True)
        login = digest(again.headers["www-authenticate"], "DESCRIBE", url)
        assert (await client.ask("DESCRIBE", url, Authorization=login)).status == 200


async def test_a_digest_for_another_url_or_password_is_refused(card: Card) -> None:
    async with faulty(card, Faults(), Auth.DIGEST) as camera, connected(camera) as client:
        url = camera.url(WINDOW)
        challenge = (await client.ask("DESCRIBE", url)).headers["www-authenticate"]
        for login in (
            digest(challenge, "DESCRIBE", camera.url(span(5, 6))),
            digest(challenge, "SETUP", url),
            digest(challenge, "DESCRIBE", url, "wrong"),
            "Basic " + base64.b64encode(b"admin:secret").decode(),
            "Digest",
        ):
            assert (await client.ask("DESCRIBE", url, Authorization=login)).status == 401


def digest(challenge: str, method: str, uri: str, secret: str = SECRET) -> str:
    """An Authorization for a challenge of Digest, with qop=auth where it is offered."""
    given = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
    make = hashlib.sha256 if "SHA-256" in challenge else hashlib.md5
    account = make(f"admin:{given['realm']}:{secret}".encode()).hexdigest()
    asked = make(f"{method}:{uri}".encode()).hexdigest()
    middle = f"{given['nonce']}:00000001:abc:auth" if "qop" in given else given["nonce"]
    response = make(f"{account}:{middle}:{asked}".encode()).hexdigest()
    extra = ", qop=auth, nc=00000001, cnonce=abc" if "qop" in given else ""
    known = f'username="admin", realm="{given["realm"]}", nonce="{given["nonce"]}"'
    return f'Digest {known}, uri="{uri}", response="{response}"{extra}'


@pytest.mark.parametrize("status", [404, 503])
async def test_it_answers_with_a_status(card: Card, status: int) -> None:
    async with faulty(card, Faults(describe_status=status)) as camera:
        assert (await describe(camera)).status == status


async def test_it_is_busy_for_the_first_requests(card: Card) -> None:
    async with faulty(card, Faults(busy_requests=2)) as camera:
        assert [(await describe(camera)).status for _ in range(3)] == [453, 453, 200]


@on_steady_clock
async def test_it_is_busy_for_a_while(card: Card) -> None:
    async with faulty(card, Faults(busy_s=0.3)) as camera:
        assert (await describe(camera)).status == 453
        let_pass(0.25)
        assert (await describe(camera)).status == 453
        let_pass(0.05)
        assert (await describe(camera)).status == 200
        assert camera.requests[0].method == "DESCRIBE"
        assert len(camera.requests) > 1


async def test_it_is_busy_for_a_second_session(card: Card) -> None:
    async with faulty(card, Faults(max_sessions=1, end=End.SILENT)) as camera:
        async with connected(camera) as client:
            await client.play(camera, WINDOW)
            assert (await describe(camera)).status == 453
        await camera.idle()
        assert (await describe(camera)).status == 200
        assert camera.sessions.peak == 1


async def test_it_does_not_know_onvif_replay(card: Card) -> None:
    async with faulty(card, Faults(refuses_require=True)) as camera, connected(camera) as client:
        reply = await client.play(camera, WINDOW, Require="onvif-replay")
        assert (reply.status, reply.headers["unsupported"]) == (551, "onvif-replay")


@pytest.mark.parametrize("faults", [Faults(closes_after_s=4.0, plays=1), Faults(half_packet_after_s=4.0, plays=1)])
async def test_it_closes_in_the_middle_for_the_first_plays(card: Card, faults: Faults) -> None:
    async with faulty(card, faults) as camera:
        async with connected(camera) as client:
            await client.play(camera, WINDOW)
            sent = await client.reader.read()
        async with connected(camera) as client:
            seconds, frames = await played_s(client, camera)
    whole, rest_bytes = split(sent)
    stamps = [frame.timestamp for frame in whole if frame.channel == 0]
    assert (stamps[-1] - stamps[0]) % 2**32 / 90_000 == pytest.approx(3.8)
    assert (rest_bytes > 0) == (faults.half_packet_after_s is not None)
    assert seconds == pytest.approx(9.8)
    assert frames[-1].is_goodbye


def split(sent: bytes) -> tuple[list[Frame], int]:
    """The whole frames of a stream, and how many bytes are left behind them."""
    frames, at = [], 0
    while at + 4 <= len(sent):
        length = int.from_bytes(sent[at + 2 : at + 4], "big")
        if at + 4 + length > len(sent):
            break
        frames.append(Frame(sent[at + 1], sent[at + 4 : at + 4 + length]))
        at += 4 + length
    return frames, len(sent) - at


@pytest.mark.parametrize("faults", [Faults(stalls_after_s=4.0), Faults(ends_early_after_s=4.0)])
async def test_it_falls_silent_in_the_middle_and_stays_open(card: Card, faults: Faults) -> None:
    async with faulty(card, faults) as camera, connected(camera) as client:
        await client.play(camera, WINDOW)
        first = last = await client.frame()
        assert first is not None
        while last is not None and not (last.channel == 0 and is_at(last, 3.8)):
            last = await client.frame()
        if faults.ends_early_after_s is not None:
            while last is not None and not last.is_goodbye:
                last = await client.frame()
        assert await is_silent(client, camera)
        assert camera.played_s == pytest.approx(3.8)


def is_at(frame: Frame, media_s: float) -> bool:
    """Whether the frame ends the unit at that media time; the camera's video starts at 0xFFFF0000."""
    is_last = bool(frame.packet[1] & 0x80)
    return is_last and (frame.timestamp - 0xFFFF_0000) % 2**32 == round(media_s * 90_000)


@pytest.mark.parametrize("end", [End.BYE, End.CLOSE])
async def test_it_closes_at_the_end_with_or_without_a_goodbye(card: Card, end: End) -> None:
    async with faulty(card, Faults(end=end)) as camera:
        async with connected(camera) as client:
            seconds, frames = await played_s(client, camera)
        await camera.idle()
    assert seconds == pytest.approx(9.8)
    assert frames[-1].is_goodbye == (end is End.BYE)


async def test_it_stays_open_silently_at_the_end(card: Card) -> None:
    async with faulty(card, Faults(end=End.SILENT)) as camera, connected(camera) as client:
        await client.play(camera, WINDOW)
        while (frame := await client.frame()) is not None and not (frame.channel == 0 and is_at(frame, 9.8)):
            assert not frame.is_goodbye
        assert await is_silent(client, camera)


async def test_it_announces_the_end_and_stays_open(card: Card) -> None:
    async with faulty(card, Faults(end=End.ANNOUNCE)) as camera, connected(camera) as client:
        await client.play(camera, WINDOW)
        while (frame := await client.frame()) is not None and not (frame.channel == 0 and is_at(frame, 9.8)):
            pass
        announced = (await client.reader.readuntil(b"\r\n\r\n")).decode()
        assert announced.startswith("ANNOUNCE ")
        client.writer.write(b"RTSP/1.0 501 Not Implemented\r\nCSeq: 1\r\n\r\n")
        assert await is_silent(client, camera)


async def test_it_starts_at_the_next_footage(card: Card) -> None:
    async with faulty(card, Faults(starts_at_next_footage=True)) as camera, connected(camera) as client:
        reply = await client.play(camera, span(22, 27), Require="onvif-replay")
        assert reply.status == 200
        frames = [frame for frame in await client.frames() if frame.channel == 0]
    expected = span(30, 35).start.timestamp() + 2_208_988_800
    assert int.from_bytes(frames[0].packet[16:20], "big") == expected
    assert is_at(frames[-1], 4.8)


async def test_it_skips_a_hole_without_a_pause(card: Card) -> None:
    async with faulty(card, Faults(skips_holes=True)) as camera, connected(camera) as client:
        await client.play(camera, span(18, 32))
        frames = [frame for frame in await client.frames() if frame.channel == 0]
    elapsed_s = sorted({(frame.timestamp - frames[0].timestamp) % 2**32 / 90_000 for frame in frames})
    assert elapsed_s == pytest.approx([index / 5 for index in range(20)])


async def test_it_sends_garbage_once_and_goes_on(card: Card) -> None:
    async with faulty(card, Faults(garbage_after_s=4.0)) as camera, connected(camera) as client:
        await client.play(camera, WINDOW)
        sent = await client.reader.read()
    garbage = bytes(range(256)) * 8
    before, _, after = sent.partition(garbage)
    assert split(before)[1] == 0
    frames, rest_bytes = split(after)
    assert (rest_bytes, frames[-1].is_goodbye) == (0, True)
    assert garbage not in after


async def test_it_answers_with_a_huge_header(card: Card) -> None:
    async with faulty(card, Faults(header_bytes=2**20)) as camera:
        assert len((await describe(camera)).headers["x-filler"]) == 2**20


async def test_it_redirects_once(card: Card) -> None:
    async with faulty(card, Faults()) as camera, connected(camera) as client:
        target = camera.url(WINDOW, track=201)
        camera.faults = Faults(redirect_to=target)
        reply = await client.ask("DESCRIBE", camera.url(WINDOW))
        assert (reply.status, reply.headers["location"]) == (302, target)
        assert (await client.ask("DESCRIBE", target)).status == 200


async def test_it_names_another_host(card: Card) -> None:
    async with faulty(card, Faults(content_base_host="192.0.2.7:554")) as camera:
        reply = await describe(camera)
    assert reply.headers["content-base"].startswith("rtsp://192.0.2.7:554/Streaming/")
    assert "a=control:rtsp://192.0.2.7:554/Streaming/tracks/101/trackID=1" in reply.body


async def test_its_clock_is_wrong(card: Card) -> None:
    async with faulty(card, Faults(clock_offset_s=3600.0)) as camera, connected(camera) as client:
        assert (await client.ask("DESCRIBE", camera.url(WINDOW))).status == 404
        await client.play(camera, span(3605, 3610), Require="onvif-replay")
        frames = [frame for frame in await client.frames() if frame.channel == 0]
    expected = span(3605, 3610).start.timestamp() + 2_208_988_800
    assert int.from_bytes(frames[0].packet[16:20], "big") == expected


@pytest.mark.parametrize("offset_s", [0.0, 3600.0, -90.0])
async def test_every_answer_tells_the_time_by_its_own_clock(card: Card, offset_s: float) -> None:
    async with faulty(card, Faults(clock_offset_s=offset_s)) as camera, connected(camera) as client:
        for method, url in (("OPTIONS", camera.url(WINDOW)), ("DESCRIBE", camera.url(WINDOW)), ("PLAY", "rtsp://x/")):
            date = parsedate_to_datetime((await client.ask(method, url)).headers["date"])
            assert (date - now_utc()).total_seconds() == pytest.approx(offset_s, abs=5)


async def test_it_hangs_up_on_whoever_is_connected_and_takes_the_next(card: Card) -> None:
    async with faulty(card, Faults(end=End.SILENT)) as camera:
        async with connected(camera) as client:
            await client.play(camera, WINDOW)
            camera.hang_up()
            with contextlib.suppress(ConnectionError):
                await client.reader.read()
            await camera.idle()
        assert (await describe(camera)).status == 200


async def test_a_running_replay_feels_faults_that_are_set_later(card: Card) -> None:
    camera = SimulatedCamera(card, auth=Auth.NONE)
    async with camera, connected(camera) as client:
        await client.play(camera, WINDOW)
        await camera.played(0.2)
        camera.faults = Faults(closes_after_s=0.0)
        await client.frames()


@pytest.mark.parametrize("values", [Faults, Clock, StartRule, AfterEnd, Stale])
def test_every_fault_is_played_and_tested(values: type) -> None:
    played = "\n".join(path.read_text() for path in (PROJECT / "anr_tui/demo/camera").glob("*.py"))
    tested = "\n".join(path.read_text() for path in (PROJECT / "tests").rglob("*.py"))
    names = [field.name for field in fields(values)]

    assert [name for name in names if not re.search(rf"\.{name}\b", played)] == []
    assert [name for name in names if not re.search(rf"\b{name}=", tested)] == []
