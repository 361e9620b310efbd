"""Strange media from end to end: what a real worker puts on disk of it, where, and what the row and the fill say."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import av
import pytest

from anr_tui.demo.camera.card import Card
from anr_tui.demo.camera.faults import Faults, Offer, Pace
from anr_tui.demo.camera.sdp import rtp_streams
from anr_tui.demo.footage.footage import Audio, Codec, make_footage
from anr_tui.demo.footage.picture import read_picture_time
from anr_tui.domain.timestamps import format_file_stem, parse_file_stem
from tests.engine import EngineSite

FULL_SPEED = Pace(honours_rate_control=True)
FRAME_S = 0.2
# Odd time stamps are told by a camera that gives no absolute times, which could be believed instead: refuses_require.


@dataclass(frozen=True)
class Recording:
    """A landed file, read and decoded to its end: seconds after the footage began, and what its pictures show."""

    starts_s: float
    seconds: float
    tag: str
    size: tuple[int, int]
    sound: str
    sound_s: float
    opens_with_key: bool
    off_s: float  # how far the picture that is furthest off is from its place

    @property
    def ends_s(self) -> float:
        return self.starts_s + self.seconds


def read(site: EngineSite, path: Path) -> Recording:
    start = parse_file_stem(path.stem)
    with av.open(str(path)) as container:
        video, sounds = container.streams.video[0], container.streams.audio
        packets = [packet for packet in container.demux(video) if packet.pts is not None]
        ends = [float((packet.pts + packet.duration) * packet.time_base) for packet in packets]
        tag, size = video.codec_context.codec_tag, (video.codec_context.width, video.codec_context.height)
        sound = sounds[0].codec_context.name if sounds else ""
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    assert {(frame.width, frame.height) for frame in frames} == {size}
    assert len(frames) == len(packets)
    off = [read_picture_time(frame) - start - timedelta(seconds=frame.time or 0.0) for frame in frames]
    with av.open(str(path)) as container:
        samples = sum(frame.samples / frame.sample_rate for frame in container.decode(audio=0)) if sound else 0.0
    return Recording(
        starts_s=(start - site.began).total_seconds(),
        seconds=max(ends),
        tag=tag,
        size=size,
        sound=sound,
        sound_s=samples,
        opens_with_key=packets[0].is_keyframe and packets[0].pts == 0,
        off_s=max((abs(each.total_seconds()) for each in off), default=0.0),
    )


def film(site: EngineSite, *stretches: tuple[float, float], **options: Any) -> Card:
    """A card with footage of these seconds; `sizes` gives each its own picture size."""
    sizes = options.pop("sizes", [(160, 90)] * len(stretches))
    directory = site.root / "card"
    directory.mkdir()
    for stretch, size in zip(stretches, sizes, strict=True):
        window = site.window(*stretch)
        path = directory / f"{format_file_stem(window.start)}.mp4"
        make_footage(path, window, ffmpeg=site.ffmpeg, size=size, label="yard", **options)
    return Card(directory)


async def fill(
    site: EngineSite,
    card: Card,
    start_s: float,
    end_s: float,
    faults: Faults | None = None,
    keeps: bool = False,
    **columns: Any,
) -> list[Recording]:
    """Sweep once over a gap of these seconds; all recordings, each of which must open with a key frame."""
    async with site.camera(card=card, pace=FULL_SPEED, faults=faults or Faults()) as camera:
        site.add_camera("gate", camera.port, **columns)
        site.add_gap("gap_1", "gate", site.window(start_s, end_s))
        await site.sweep()
        await camera.idle()
    assert any(name.endswith(".mp4.part") for name in site.left_behind()) == keeps
    assert keeps or site.left_behind() == []
    found = [read(site, path) for path in sorted((site.recordings / "gate").glob("*.mp4"))]
    assert all(recording.opens_with_key and recording.ends_s <= end_s + FRAME_S for recording in found)
    return found


def said(site: EngineSite) -> tuple[str, str, int]:
    """The fill's outcome, the gap's state, and its attempts."""
    gap = site.gap("gap_1")
    return site.fills()[0]["outcome"], gap["fill_state"], gap["fill_attempts"]


@pytest.mark.parametrize(("codec", "tag"), [("h264", "avc1"), ("hevc", "hvc1")])
async def test_each_second_is_kept_in_its_place_and_under_the_name_that_players_know(
    site: EngineSite, codec: Codec, tag: str
) -> None:
    (recording,) = await fill(site, film(site, (0, 16), codec=codec), 5, 13)
    assert (recording.starts_s, recording.tag) == (5, tag)
    assert recording.seconds == pytest.approx(8, abs=0.001)
    assert recording.off_s == pytest.approx(0, abs=0.001)
    assert said(site) == ("filled", "filled", 1)


async def test_the_time_stamps_of_every_test_here_wrap_at_32_bits() -> None:
    stream = rtp_streams(None)["video"]
    assert stream.timestamp(0.0) > stream.timestamp(1.0)


@pytest.mark.parametrize("codec", ["h264", "hevc"])
async def test_b_frames_start_in_place_and_end_before_the_window_does(site: EngineSite, codec: Codec) -> None:
    (recording,) = await fill(site, film(site, (0, 18), codec=codec, b_frames=2, gop_s=2.0), 4, 14)
    assert recording.starts_s == 4
    assert recording.ends_s == pytest.approx(14, abs=3 * FRAME_S)
    assert recording.ends_s <= 14
    assert recording.off_s <= FRAME_S + 0.001
    assert said(site) == ("filled", "filled", 1)


@pytest.mark.parametrize("audio", ["pcma", "pcmu", "g726", "aac"])
async def test_sound_that_mp4_cannot_hold_is_kept_as_aac(site: EngineSite, audio: Audio) -> None:
    (recording,) = await fill(site, film(site, (0, 16), audio=audio), 5, 13, record_audio=1)
    assert recording.sound == "aac"
    assert recording.sound_s == pytest.approx(8, abs=0.5)
    assert (recording.starts_s, recording.off_s) == (5, pytest.approx(0, abs=FRAME_S))
    assert said(site) == ("filled", "filled", 1)


@pytest.mark.parametrize("audio", ["pcma", "aac"])
async def test_sound_that_is_announced_and_never_sent_costs_no_picture(site: EngineSite, audio: Audio) -> None:
    card = film(site, (0, 16), audio=audio)
    (recording,) = await fill(site, card, 5, 13, Faults(silent_audio=True), record_audio=1)
    assert (recording.starts_s, recording.seconds) == (5, pytest.approx(8, abs=FRAME_S + 0.001))
    assert recording.sound == "", "an empty track would stay behind"
    assert said(site) == ("filled", "filled", 1)


@pytest.mark.parametrize("record_audio", [0, 1])
async def test_of_several_streams_the_first_video_is_kept(site: EngineSite, record_audio: int) -> None:
    card = film(site, (0, 16), audio="aac")
    (recording,) = await fill(site, card, 5, 13, Faults(offer=Offer.MORE), record_audio=record_audio)
    assert (recording.starts_s, recording.tag) == (5, "avc1")
    assert recording.seconds == pytest.approx(8, abs=FRAME_S)
    assert recording.sound == ("aac" if record_audio else "")
    assert said(site) == ("filled", "filled", 1)


@pytest.mark.parametrize("offer", [Offer.NOTHING, Offer.SOUND])
@pytest.mark.parametrize("record_audio", [0, 1])
async def test_a_description_without_video_leaves_nothing_behind(
    site: EngineSite, offer: Offer, record_audio: int
) -> None:
    card = film(site, (0, 16), audio="aac")
    assert await fill(site, card, 5, 13, Faults(offer=offer), record_audio=record_audio) == []
    assert said(site)[1] == "pending"


@pytest.mark.parametrize("faults", [Faults(ends_early_after_s=0), Faults(closes_after_s=0)], ids=["bye", "close"])
async def test_a_play_without_a_packet_is_no_footage(site: EngineSite, faults: Faults) -> None:
    assert await fill(site, film(site, (0, 16)), 5, 13, faults) == []
    assert said(site) == ("no_footage", "pending", 1)


@pytest.mark.parametrize("b_frames", [0, 2])
async def test_a_replay_that_opens_between_key_frames_lands_where_its_first_key_frame_is(
    site: EngineSite, b_frames: int
) -> None:
    card = film(site, (0, 20), gop_s=4.0, b_frames=b_frames)
    (recording,) = await fill(site, card, 5, 16, Faults(opens_mid_gop=True))
    assert recording.starts_s == 8
    # A picture that later ones refer to may lie beyond the end, and takes those with it.
    assert recording.ends_s == pytest.approx(16, abs=4 * FRAME_S + 0.001)
    assert recording.off_s <= FRAME_S + 0.001
    assert said(site) == ("partly_filled", "pending", 1)


@pytest.mark.parametrize(("codec", "tag"), [("h264", "avc1"), ("hevc", "hvc1")])
async def test_where_the_picture_changes_its_size_each_half_is_a_file_that_says_its_own(
    site: EngineSite, codec: Codec, tag: str
) -> None:
    card = film(site, (0, 9), (9, 18), sizes=[(160, 90), (320, 180)], codec=codec)
    before, after = await fill(site, card, 5, 15)
    assert (before.starts_s, before.size, before.tag) == (5, (160, 90), tag)
    assert (after.starts_s, after.size, after.tag) == (9, (320, 180), tag)
    assert before.seconds + after.seconds == pytest.approx(10, abs=0.001)
    assert max(before.off_s, after.off_s) == pytest.approx(0, abs=0.001)
    assert said(site) == ("filled", "filled", 1)


async def test_time_stamps_that_jump_over_a_hole_give_a_file_on_either_side(site: EngineSite) -> None:
    before, after = await fill(site, film(site, (0, 9), (13, 20)), 5, 18)
    assert (before.starts_s, before.seconds) == (5, pytest.approx(4, abs=FRAME_S + 0.001))
    assert (after.starts_s, after.seconds) == (13, pytest.approx(5, abs=FRAME_S + 0.001))
    assert max(before.off_s, after.off_s) <= FRAME_S + 0.001
    assert said(site) == ("partly_filled", "pending", 1)


@pytest.mark.parametrize(("clips", "keeps"), [([(9.0, 9.6)], False), ([(9.0, 9.6), (11.0, 11.6)], True)])
async def test_clips_too_short_for_a_recording_are_kept_where_they_are_a_second_in_all(
    site: EngineSite, clips: list[tuple[float, float]], keeps: bool
) -> None:
    before, after = await fill(site, film(site, (0, 7), *clips, (13, 20)), 5, 18, keeps=keeps)
    assert (before.starts_s, after.starts_s) == (5, 13)
    assert said(site) == ("partly_filled", "pending", 1)


async def test_time_stamps_that_jump_ahead_past_the_end_cost_nothing(site: EngineSite) -> None:
    recordings = await fill(site, film(site, (0, 20)), 5, 17, Faults(refuses_require=True, stamps_jump=(5, 3600)))
    assert recordings[0].starts_s == 5
    assert sum(recording.seconds for recording in recordings) >= 12 - FRAME_S
    assert all(recording.off_s <= 2 for recording in recordings)
    assert said(site)[:2] == ("filled", "filled")


async def test_time_stamps_that_jump_back_show_no_second_in_the_place_of_another(site: EngineSite) -> None:
    recordings = await fill(site, film(site, (0, 20)), 5, 17, Faults(refuses_require=True, stamps_jump=(6, -4)))
    assert recordings[0].starts_s == 5
    assert sum(recording.seconds for recording in recordings) >= 6 - FRAME_S
    assert all(recording.off_s <= 2 for recording in recordings)
    assert said(site)[:2] == ("partly_filled", "pending")


async def test_time_stamps_that_stand_still_for_long_cost_no_more_than_that_time(site: EngineSite) -> None:
    before, after = await fill(site, film(site, (0, 20)), 5, 17, Faults(refuses_require=True, stamps_stand=(4, 7)))
    assert (before.starts_s, before.seconds) == (5, pytest.approx(4, abs=FRAME_S))
    assert (after.starts_s, after.seconds) == (12, pytest.approx(5, abs=0.001))
    assert max(before.off_s, after.off_s) <= 0.001
    assert said(site) == ("partly_filled", "pending", 1)


async def test_time_stamps_that_stand_still_for_a_moment_cost_nothing(site: EngineSite) -> None:
    (recording,) = await fill(site, film(site, (0, 16)), 5, 13, Faults(refuses_require=True, stamps_stand=(3, 3.8)))
    assert (recording.starts_s, recording.seconds) == (5, pytest.approx(8, abs=0.001))
    assert recording.off_s <= 0.8
    assert said(site) == ("filled", "filled", 1)
