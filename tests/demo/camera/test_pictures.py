"""What the simulated camera's pictures are made of: encoded anew, undecodable, still, rare, paused, in open groups."""

import hashlib
from pathlib import Path

import av
import pytest

from anr_tui.demo.camera.card import Card
from anr_tui.demo.camera.encoding_anew import EncodedAnew
from anr_tui.demo.camera.faults import Faults, StartAt, StartRule
from anr_tui.demo.footage.footage import Codec, frame_offsets, make_footage
from anr_tui.domain.window import Window
from tests.demo.camera.client import connected
from tests.demo.camera.fetched import faulty, fetch, fetched_s, shown_s, steady_s
from tests.demo.conftest import span
from tests.recording import clips, cut_card


def digests(path: Path) -> list[str]:
    """What each packet of a file's video is, in order."""
    with av.open(str(path)) as container:
        return [hashlib.sha256(bytes(packet)).hexdigest() for packet in container.demux(video=0) if packet.size]


def filmed(directory: Path, ffmpeg: str, window: Window, **options: object) -> Card:
    """A card with one file."""
    path = directory / f"{window.start:%Y%m%d_%H%M%S}.mp4"
    make_footage(path, window, ffmpeg=ffmpeg, **{"size": (160, 90), **options})  # type: ignore[arg-type]
    return Card(directory)


async def test_no_two_replays_have_the_same_bits_and_all_show_the_same(card: Card, ffmpeg: str, tmp_path: Path) -> None:
    targets = [tmp_path / f"20260613_12000{number}.mp4" for number in range(3)]
    async with faulty(card, Faults()) as camera:
        await fetch(ffmpeg, camera, span(5, 15), targets[0])
        camera.faults = Faults(encodes_anew=True)
        for target in targets[1:]:
            await fetch(ffmpeg, camera, span(5, 15), target)
    assert [shown_s(target) for target in targets] == [steady_s(5, 15)] * 3
    found = [set(digests(target)) for target in targets]
    assert not found[0] & found[1]
    assert not found[0] & found[2]
    assert not found[1] & found[2]


@pytest.mark.parametrize("codec", ["h264", "hevc"])
async def test_a_camera_that_encodes_anew_begins_exactly_where_it_was_asked(
    tmp_path: Path, ffmpeg: str, codec: Codec
) -> None:
    card = filmed(tmp_path, ffmpeg, span(0, 30), gop_s=30, codec=codec)
    exact = Faults(encodes_anew=True, start=StartRule(StartAt.EXACT))
    (tmp_path / "got").mkdir()
    assert await fetched_s(ffmpeg, card, exact, span(12, 15), tmp_path / "got") == steady_s(12, 15)


def test_footage_encoded_anew_jumps_over_holes(card: Card) -> None:
    units = list(EncodedAnew(card, 1).read(span(18, 32)))
    assert [unit.skipped_s for unit in units] == [0] * 10 + [10] * 10


@pytest.mark.parametrize("codec", ["h264", "hevc"])
async def test_pictures_that_nobody_can_decode_come_in_perfect_order(tmp_path: Path, ffmpeg: str, codec: Codec) -> None:
    card = filmed(tmp_path, ffmpeg, span(0, 10), codec=codec)
    target = tmp_path / "got" / "20260613_120000.mp4"
    target.parent.mkdir()
    async with faulty(card, Faults(scrambles_after=8)) as camera:
        await fetch(ffmpeg, camera, span(2, 8), target)
    with av.open(str(target)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    assert [packet.is_keyframe for packet in packets] == ([True] + 4 * [False]) * 6
    with pytest.raises((av.FFmpegError, ValueError)):
        shown_s(target)


@pytest.mark.parametrize("kept_bytes", [0, 8])
async def test_scrambled_pictures_are_the_same_in_each_replay(card: Card, kept_bytes: int) -> None:
    sent = []
    for faults in (Faults(), *[Faults(scrambles_after=kept_bytes)] * 2):
        async with faulty(card, faults) as camera, connected(camera) as client:
            await client.play(camera, span(2, 4))
            sent.append([frame.packet for frame in await client.frames() if frame.channel == 0])
    assert [len(packet) for packet in sent[0]] == [len(packet) for packet in sent[1]]
    assert sent[0] != sent[1] == sent[2]


async def test_a_covered_lens_gives_the_same_bits_again_and_again(tmp_path: Path, ffmpeg: str) -> None:
    card = filmed(tmp_path, ffmpeg, span(0, 20), is_still=True)
    keys = [unit.parts for unit in card.read(span(0, 20)) if unit.is_key]
    assert len(keys) == 20
    assert len(set(keys)) == 1
    target = tmp_path / "got" / "20260613_120000.mp4"
    target.parent.mkdir()
    async with faulty(card, Faults()) as camera:
        await fetch(ffmpeg, camera, span(5, 15), target)
    assert len(digests(target)) == 50
    with pytest.raises(ValueError, match="time code"):
        shown_s(target)


async def test_one_picture_in_five_seconds(tmp_path: Path, ffmpeg: str) -> None:
    card = filmed(tmp_path, ffmpeg, span(0, 120), fps=0.2, gop_s=20)
    assert card.key_frames(span(10, 70)) == [span(start_s, 120).start for start_s in (20, 40, 60)]
    (tmp_path / "got").mkdir()
    found = await fetched_s(ffmpeg, card, Faults(), span(20, 80), tmp_path / "got")
    assert found == [20 + 5 * number for number in range(12)]


async def test_a_pause_of_the_frame_rate_is_no_hole(tmp_path: Path, ffmpeg: str) -> None:
    offsets_s = frame_offsets(30, 5, pauses=[(10.2, 12.6), (20, 22)])
    card = filmed(tmp_path, ffmpeg, span(0, 30), offsets_s=offsets_s)
    assert card.sections() == [span(0, 30)]
    (tmp_path / "got").mkdir()
    found = await fetched_s(ffmpeg, card, Faults(skips_holes=True), span(0, 30), tmp_path / "got")
    assert found == pytest.approx(offsets_s, abs=0.011)
    async with faulty(card, Faults()) as camera, connected(camera) as client:
        await client.play(camera, span(0, 30))
        stamps = [frame.timestamp for frame in await client.frames() if frame.ends_picture]
    assert [(stamp - stamps[0]) % 2**32 / 90_000 for stamp in stamps] == pytest.approx(offsets_s, abs=0.001)


@pytest.mark.parametrize("codec", ["h264", "hevc"])
async def test_open_groups_of_pictures(tmp_path: Path, ffmpeg: str, codec: Codec) -> None:
    card = filmed(tmp_path, ffmpeg, span(0, 20), codec=codec, b_frames=2, has_open_gops=True)
    moments = [unit.at for unit in card.read(span(8, 14))]
    assert moments[0] == span(8, 9).start
    assert min(moments) < moments[0]
    (tmp_path / "got").mkdir()
    found = await fetched_s(ffmpeg, card, Faults(), span(8, 14), tmp_path / "got")
    # What comes before the first key frame is beyond a plain client: only the later pictures are sure.
    assert set(steady_s(9, 13)) <= set(found) <= set(steady_s(7, 14))


@pytest.mark.parametrize("skips_holes", [False, True])
async def test_motion_clips_with_and_without_jumps_of_stamps(tmp_path: Path, ffmpeg: str, skips_holes: bool) -> None:
    (tmp_path / "all").mkdir()
    whole = filmed(tmp_path / "all", ffmpeg, span(0, 40))
    card = cut_card(whole, tmp_path / "clips", *clips(span(0, 40), 2, 2))
    assert card.sections() == [span(start_s, start_s + 2) for start_s in range(0, 40, 4)]
    async with faulty(card, Faults(skips_holes=skips_holes)) as camera, connected(camera) as client:
        await client.play(camera, span(4, 12))
        stamps = [frame.timestamp for frame in await client.frames() if frame.ends_picture]
    elapsed_s = [round((stamp - stamps[0]) % 2**32 / 90_000, 2) for stamp in stamps]
    assert elapsed_s == (steady_s(0, 4) if skips_holes else steady_s(0, 2) + steady_s(4, 6))
    (tmp_path / "got").mkdir()
    found = await fetched_s(ffmpeg, card, Faults(), span(4, 15), tmp_path / "got")
    assert found == steady_s(4, 6) + steady_s(8, 10) + steady_s(12, 14)


@pytest.mark.parametrize("rate", [0.5, 0.7, 1.3, 2.0])
async def test_stamps_run_at_another_rate(card: Card, rate: float) -> None:
    async with faulty(card, Faults(stamp_rate=rate)) as camera, connected(camera) as client:
        await client.play(camera, span(0, 20))
        stamps = [frame.timestamp for frame in await client.frames() if frame.ends_picture]
    assert len(stamps) == 100
    assert (stamps[-1] - stamps[0]) % 2**32 / 90_000 == pytest.approx(19.8 * rate)


async def test_one_stamp_is_ten_hours_off(card: Card) -> None:
    async with faulty(card, Faults(stamp_outlier=(4, 36_000))) as camera, connected(camera) as client:
        await client.play(camera, span(0, 10))
        stamps = [frame.timestamp for frame in await client.frames() if frame.ends_picture]
    elapsed_s = [round((stamp - stamps[0]) % 2**32 / 90_000, 2) for stamp in stamps]
    assert elapsed_s == [*steady_s(0, 4), 36_004, *steady_s(4.2, 10)]


async def test_onvif_replay_begins_at_the_clean_point_before_the_start(tmp_path: Path, ffmpeg: str) -> None:
    card = filmed(tmp_path, ffmpeg, span(0, 30), gop_s=4)
    async with faulty(card, Faults()) as camera, connected(camera) as client:
        await client.play(camera, span(10, 20), Require="onvif-replay")
        marks = [frame.mark for frame in await client.frames() if frame.channel == 0 and frame.mark]
    assert marks[0] == (span(8, 9).start, True)
    assert [mark for mark in marks if mark and mark[1]] == [(span(at, 30).start, True) for at in (8, 12, 16)]
