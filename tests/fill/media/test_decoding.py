import asyncio
import os
import random
from pathlib import Path

import av
import pytest

from anr_tui.fill.media.decoding import DecodeBounds, DecodeFailure, small_pictures
from anr_tui.fill.media.picture_check import PictureVerdict, SampledFrame, check_pictures, verdict_of

SOURCES = {
    "picture": "testsrc2=size=320x180:rate=10",
    "noise": "color=c=0x202020:size=320x180:rate=10,noise=alls=60:allf=t",
    "black": "color=c=black:size=320x180:rate=10",
}
ENCODERS = {
    "h264": ("-c:v", "libx264", "-preset", "veryfast", "-g", "10", "-sc_threshold", "0"),
    "h264-low": ("-c:v", "libx264", "-g", "10", "-b:v", "10k", "-maxrate", "10k", "-bufsize", "10k"),
    "h264-interlaced": ("-c:v", "libx264", "-g", "10", "-flags", "+ildct+ilme", "-x264-params", "interlaced=1:tff=1"),
    "h264-open": ("-c:v", "libx264", "-g", "10", "-bf", "3", "-x264-params", "open-gop=1:scenecut=0"),
    "hevc": ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params",
             "keyint=10:min-keyint=10:scenecut=0:open-gop=0:log-level=none"),
    "hevc-open": ("-c:v", "libx265", "-preset", "fast", "-x265-params",
                  "keyint=10:min-keyint=10:scenecut=0:open-gop=1:bframes=3:log-level=none"),
}  # fmt: skip
KINDS = [("picture", encoder) for encoder in ENCODERS] + [
    (source, encoder) for source in ("noise", "black") for encoder in ("h264", "hevc")
]


@pytest.fixture(scope="module")
def clip(run_ffmpeg, tmp_path_factory):
    """Makes 6 s of footage with a key frame every second, once of each kind."""
    directory = tmp_path_factory.mktemp("clips")

    def make(source: str = "picture", encoder: str = "h264") -> Path:
        path = directory / f"{source}-{encoder}.mp4"
        if not path.exists():
            encoding = (*ENCODERS[encoder], "-pix_fmt", "yuv420p")
            run_ffmpeg("-f", "lavfi", "-i", SOURCES[source], "-t", "6", *encoding, str(path))
        return path

    return make


def changed(clip: Path, to: Path, change) -> Path:
    """A copy whose packets went through `change` (their number, bytes, codec); None leaves one out."""
    with av.open(str(clip)) as source, av.open(str(to), "w", format="mp4") as target:
        video = source.streams.video[0]
        out = target.add_stream_from_template(video)
        for number, packet in enumerate(source.demux(video)):
            data = change(number, bytes(packet), video.codec_context.name) if packet.size else None
            if data is None:
                continue
            copy = av.Packet(data)
            copy.pts, copy.dts, copy.time_base, copy.duration = (
                packet.pts,
                packet.dts,
                packet.time_base,
                packet.duration,
            )
            copy.is_keyframe, copy.stream = packet.is_keyframe, out
            target.mux(copy)
    return to


def random_slices(data: bytes, codec: str, chance: random.Random) -> bytes:
    """The packet with its framing, NAL unit headers and parameter sets as they are, and slices that nobody can read."""
    written, at = b"", 0
    while at + 4 < len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4])
        unit = data[at + 4 : end]
        kind, header = (unit[0] >> 1 & 0x3F, 2) if codec == "hevc" else (unit[0] & 0x1F, 1)
        if kind < 32 if codec == "hevc" else 1 <= kind <= 5:
            unit = unit[:header] + chance.randbytes(len(unit) - header)
        written += data[at : at + 4] + unit
        at = end
    return written


@pytest.mark.parametrize(("source", "encoder"), KINDS)
async def test_good_footage_can_be_seen(clip, source: str, encoder: str) -> None:
    check = await check_pictures(clip(source, encoder))
    assert check.verdict is PictureVerdict.VISIBLE
    assert {frame.state for frame in check.frames} == {"sound"}


@pytest.mark.parametrize(("source", "encoder"), KINDS)
async def test_random_slices_in_perfect_frames_cannot(clip, tmp_path, source: str, encoder: str) -> None:
    chance = random.Random(1)
    path = changed(clip(source, encoder), tmp_path / "x.mp4", lambda _, data, codec: random_slices(data, codec, chance))
    assert (await check_pictures(path)).verdict is PictureVerdict.UNDECODABLE


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("number", [0, 1, 30])
@pytest.mark.parametrize("loss", ["cut", "lost"])
async def test_one_damaged_or_lost_packet_hides_no_footage(
    clip, tmp_path, encoder: str, number: int, loss: str
) -> None:
    if loss == "lost" and number == 0:
        number = 59

    def change(at: int, data: bytes, _codec: str) -> bytes | None:
        if at != number:
            return data
        return None if loss == "lost" else data[: len(data) // 2] + bytes(len(data) - len(data) // 2)

    check = await check_pictures(changed(clip("picture", encoder), tmp_path / "x.mp4", change))
    assert check.verdict is PictureVerdict.VISIBLE


async def test_a_single_key_frame_that_is_damaged_says_nothing(clip, tmp_path) -> None:
    path = changed(
        clip(), tmp_path / "x.mp4",
        lambda at, data, _: None if at >= 10 else data[: len(data) // 2] + bytes(len(data) // 2) if at == 0 else data,
    )  # fmt: skip
    assert (await check_pictures(path)).verdict is PictureVerdict.UNKNOWN


async def test_a_file_that_breaks_off_can_be_seen(make_part, tmp_path) -> None:
    cut = tmp_path / "cut.mp4.part"
    cut.write_bytes(make_part().read_bytes()[:-1000])
    assert (await check_pictures(cut)).verdict is PictureVerdict.VISIBLE


@pytest.mark.parametrize("states", ["", "b", "bs", "sbbbbb", "bsbsbs"])
def test_states_that_prove_nothing(states: str) -> None:
    names = {"s": "sound", "b": "broken"}
    frames = [SampledFrame(float(at), at == 0, names[state]) for at, state in enumerate(states)]
    assert verdict_of(frames) is PictureVerdict.UNKNOWN


async def test_what_cannot_be_looked_at_is_not_called_undecodable(clip, tmp_path) -> None:
    for path, bounds, failure in (
        (tmp_path / "gone.mp4", DecodeBounds(), DecodeFailure.NOT_READABLE),
        (clip(), DecodeBounds(wall_s=0.01), DecodeFailure.TOOK_TOO_LONG),
        (clip(), DecodeBounds(most_pixels=100), DecodeFailure.TOO_LARGE),
    ):
        check = await check_pictures(path, bounds=bounds)
        assert (check.verdict, check.failure) == (PictureVerdict.UNKNOWN, failure)


async def test_small_pictures_stand_at_the_times_asked_for(clip) -> None:
    pictures = await small_pictures(clip(), [(1.5, 3.0), (4.2, 5.3), (50, 60)], every_s=0.5, most=10)
    assert not isinstance(pictures, DecodeFailure)
    assert [picture.at_s for picture in pictures] == pytest.approx([1.5, 2.0, 2.5, 4.2, 4.7, 5.2])
    assert {len(picture.grey) for picture in pictures} == {32 * 18}
    assert len({picture.grey for picture in pictures}) == len(pictures)


async def test_of_each_span_come_no_more_pictures_than_asked_for(clip) -> None:
    pictures = await small_pictures(clip(), [(0, 6), (3, 6)], every_s=0.1, most=3)
    assert [picture.at_s for picture in pictures] == pytest.approx([0, 0.1, 0.2, 3, 3.1, 3.2])


@pytest.mark.parametrize(
    ("bounds", "failure"),
    [
        (DecodeBounds(most_frames=5), DecodeFailure.TOOK_TOO_LONG),
        (DecodeBounds(wall_s=0.01), DecodeFailure.TOOK_TOO_LONG),
        (DecodeBounds(most_pixels=100), DecodeFailure.TOO_LARGE),
    ],
)
async def test_bounds_that_are_reached_are_a_value(clip, bounds: DecodeBounds, failure: DecodeFailure) -> None:
    assert await small_pictures(clip(), [(0, 6)], every_s=0.1, most=60, bounds=bounds) is failure


async def test_too_little_memory_is_not_put_down_to_the_footage(run_ffmpeg, tmp_path) -> None:
    large = tmp_path / "large.mp4"
    source = ("-f", "lavfi", "-i", "color=size=3840x2160:rate=5", "-t", "2")
    run_ffmpeg(*source, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", str(large))
    for megabytes in (130, 150, 180):
        bounds = DecodeBounds(memory_bytes=megabytes * 1024 * 1024)
        got = await small_pictures(large, [(0, 2)], every_s=0.2, most=10, bounds=bounds)
        short = (DecodeFailure.NEEDS_TOO_MUCH_MEMORY, DecodeFailure.DECODER_ENDED)
        assert isinstance(got, tuple) or got in short
        assert (await check_pictures(large, bounds=bounds)).verdict is not PictureVerdict.UNDECODABLE


async def test_the_decoder_sees_no_secret_and_bears_the_mark(clip, monkeypatch) -> None:
    monkeypatch.setenv("SOME_PASSWORD", "secret")
    started: list[dict[str, str]] = []
    execute = asyncio.get_running_loop().subprocess_exec

    def watched(*arguments, env, **options):
        started.append(env)
        return execute(*arguments, env=env, **options)

    monkeypatch.setattr(asyncio.get_running_loop(), "subprocess_exec", watched)
    await small_pictures(clip(), [(0, 1)], every_s=0.5, most=2, mark={"WHOSE": "ours"})
    (environment,) = started
    assert environment["WHOSE"] == "ours"
    assert "secret" not in environment.values()


async def test_a_cancelled_caller_leaves_no_process(clip, monkeypatch) -> None:
    pids: list[int] = []
    execute = asyncio.get_running_loop().subprocess_exec

    async def watched(*arguments, **options):
        transport, protocol = await execute(*arguments, **options)
        pids.append(transport.get_pid())
        return transport, protocol

    monkeypatch.setattr(asyncio.get_running_loop(), "subprocess_exec", watched)
    task = asyncio.create_task(small_pictures(clip(), [(0, 6)], every_s=0.1, most=60))
    while not pids:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)


async def test_key_frames_alone_are_decoded_where_no_more_is_wanted(clip) -> None:
    pictures = await small_pictures(clip(), [(1.5, 6)], every_s=0.1, most=100, only_key_frames=True)
    assert isinstance(pictures, tuple)
    assert [round(picture.at_s, 2) for picture in pictures] == [2, 3, 4, 5]
