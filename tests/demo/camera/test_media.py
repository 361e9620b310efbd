"""Strange media of the simulated camera: other streams than usual, odd time stamps, sound of every kind."""

import math
from collections import Counter
from pathlib import Path

import pytest

from anr_tui.demo.camera.camera import Auth, Faults, Pace, SimulatedCamera
from anr_tui.demo.camera.card import Card
from anr_tui.demo.camera.faults import Offer
from anr_tui.demo.footage.footage import Audio, make_footage
from tests.demo.camera.client import Frame, connected, track_url
from tests.demo.conftest import make_card, span

WINDOW = span(1, 9)


def camera(card: Card, faults: Faults) -> SimulatedCamera:
    return SimulatedCamera(card, auth=Auth.NONE, pace=Pace(math.inf), faults=faults)


async def description(card: Card, faults: Faults) -> list[str]:
    """The media that the camera's description offers."""
    async with camera(card, faults) as source, connected(source) as client:
        reply = await client.ask("DESCRIBE", source.url(WINDOW))
    return [line.split()[0] + " " + line.split()[3] for line in reply.body.splitlines() if line.startswith("m=")]


async def frames(card: Card, faults: Faults) -> list[Frame]:
    """What a PLAY of video (channel 0) and sound (channel 2) brings."""
    async with camera(card, faults) as source, connected(source) as client:
        url = source.url(WINDOW)
        session = ""
        for track, channels in ((1, "0-1"), (2, "2-3")):
            transport = f"RTP/AVP/TCP;interleaved={channels}"
            headers = {"Session": session} if session else {}
            setup = await client.ask("SETUP", track_url(url, track), Transport=transport, **headers)
            session = setup.headers["session"].partition(";")[0]
        await client.ask("PLAY", url, Session=session)
        return await client.frames()


async def stamps_s(card: Card, faults: Faults) -> list[float]:
    """The time stamp of each picture, in seconds after the first one's, which wrap at 32 bits."""
    video = [frame for frame in await frames(card, faults) if frame.channel == 0]
    stamps = [frame.timestamp for frame in video if frame.packet[1] & 0x80]
    assert stamps[0] > stamps[-1]
    ticks = [(stamp - stamps[0] + 2**31) % 2**32 - 2**31 for stamp in stamps]
    return [round(tick / 90_000, 3) for tick in ticks]


@pytest.mark.parametrize(
    ("offer", "media"),
    [
        (Offer.FOOTAGE, ["m=video 96", "m=audio 8"]),
        (Offer.MORE, ["m=application 107", "m=video 96", "m=audio 8", "m=video 26"]),
        (Offer.SOUND, ["m=audio 8"]),
        (Offer.NOTHING, []),
    ],
)
async def test_it_offers_what_it_is_told(pcma_card: Card, offer: Offer, media: list[str]) -> None:
    assert await description(pcma_card, Faults(offer=offer)) == media


@pytest.mark.parametrize(("audio", "payload_type", "bytes_per_s"), [("pcmu", 0, 8000), ("g726", 98, 4000)])
async def test_sound_of_telephones_comes_at_its_own_rate(
    tmp_path_factory: pytest.TempPathFactory, ffmpeg: str, audio: Audio, payload_type: int, bytes_per_s: int
) -> None:
    card = make_card(tmp_path_factory.mktemp(audio), ffmpeg, audio)
    assert f"m=audio {payload_type}" in await description(card, Faults())
    sound = [frame.packet for frame in await frames(card, Faults()) if frame.channel == 2]
    assert {packet[1] & 0x7F for packet in sound} == {payload_type}
    assert sum(len(packet) - 12 for packet in sound) == pytest.approx(8 * bytes_per_s, rel=0.1)
    spoken = [int.from_bytes(packet[4:8]) for packet in sound]
    assert (spoken[-1] - spoken[0]) / 8000 == pytest.approx(8, abs=0.5)


async def test_silent_sound_is_offered_and_never_sent(pcma_card: Card) -> None:
    assert "m=audio 8" in await description(pcma_card, Faults(silent_audio=True))
    channels = Counter(frame.channel for frame in await frames(pcma_card, Faults(silent_audio=True)))
    assert set(channels) == {0, 1}
    assert set(Counter(frame.channel for frame in await frames(pcma_card, Faults()))) == {0, 1, 2, 3}


async def test_it_opens_at_the_very_moment_asked_for(tmp_path: Path, ffmpeg: str) -> None:
    make_footage(tmp_path / "20260613_120000.mp4", span(0, 10), ffmpeg=ffmpeg, size=(160, 90), gop_s=4.0)
    card = Card(tmp_path)

    async def first_kinds(faults: Faults) -> set[int]:
        pictures = [frame for frame in await frames(card, faults) if frame.channel == 0]
        return {frame.packet[12] & 0x1F for frame in pictures if frame.timestamp == pictures[0].timestamp}

    before_a_key_frame = {7, 8}
    assert before_a_key_frame <= await first_kinds(Faults())
    assert not before_a_key_frame & await first_kinds(Faults(opens_mid_gop=True))


async def test_time_stamps_jump_stand_and_wrap(card: Card) -> None:
    steady = [round(number * 0.2, 3) for number in range(40)]
    assert await stamps_s(card, Faults()) == steady
    assert await stamps_s(card, Faults(stamps_jump=(4, -3))) == steady[:20] + [round(at - 3, 3) for at in steady[20:]]
    assert await stamps_s(card, Faults(stamps_jump=(4, 60))) == steady[:20] + [round(at + 60, 3) for at in steady[20:]]
    assert await stamps_s(card, Faults(stamps_stand=(4, 5))) == steady[:20] + [4.0] * 5 + steady[25:]
