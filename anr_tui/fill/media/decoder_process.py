"""The program that decodes pictures: one file, within bounds, then it ends. `decoding` starts it.

    python -m anr_tui.fill.media.decoder_process

What a camera sends is decoded here and nowhere else, so that a picture too large, a decoder that hangs and one that
crashes cost this process alone. It reads an order from its standard input and writes an answer to its standard output,
both JSON.
"""

import base64
import contextlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias, cast

import av
import av.logging
from av.video.frame import VideoFrame

from anr_tui.fill.media.verify import UNREADABLE, intact_packets
from anr_tui.platform.files.regular_file import regular_path

PICTURE_WIDTH, PICTURE_HEIGHT = 32, 18
SOUND, DOUBTFUL, BROKEN = "sound", "doubtful", "broken"

_Packet: TypeAlias = "av.Packet[av.VideoStream]"
_Order: TypeAlias = dict[str, Any]

# What cameras and recorders use, so that a damaged or hostile file reaches no other decoder or demuxer.
_CODECS = "h264,hevc,mpeg4,mjpeg,av1,libdav1d,vp8,vp9"
_FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,mpeg,avi,flv,nut"
_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": _FORMATS, "codec_whitelist": _CODECS}
_SAMPLED_KEY_FRAMES = 5
_SAMPLED_IN_DOUBT = 15
_FOLLOWERS = {1: 12, 2: 4}
_FEWEST_FOLLOWERS = 2
_LENGTH_BYTES = 4
_WITHOUT_SLICES = {"h264": {6, 9, 12}, "hevc": {35, 38, 39, 40}}
_MOST_WAITING_BYTES = 128 * 1024 * 1024
_MOST_OPEN_FILES = 64
_MOST_HELD_FRAMES = 24
_OWN_BYTES = 150 * 1024 * 1024
_NICENESS = 10
_PATIENCE_S = 4.0


class _RefusedError(Exception):
    """The file cannot be decoded within the bounds; says why in the words of `decoding.DecodeFailure`."""


def main() -> None:
    """Answer one order."""
    order = json.load(sys.stdin)
    _limit(order["memory_bytes"], order["cpu_s"])
    av.logging.set_level(av.logging.ERROR)
    av.logging.set_skip_repeated(False)
    try:
        answer = _TASKS[order["task"]](order)
    except MemoryError:
        answer = {"failure": "needs too much memory"}
    except _RefusedError as error:
        answer = {"failure": str(error)}
    except (*UNREADABLE, OSError):
        answer = {"failure": "cannot be read"}
    json.dump(answer, sys.stdout)


def _limit(memory_bytes: int, cpu_s: int) -> None:
    limits = (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _MOST_OPEN_FILES),
    )
    for kind, most in limits:
        hard = resource.getrlimit(kind)[1]
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # macOS knows no bound for the address space.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, hard))
    # A service's filter of system calls may forbid it.
    with contextlib.suppress(OSError):
        os.nice(_NICENESS)


@contextlib.contextmanager
def _opened(
    order: _Order, file_format: str | None = None, *, skip_loop_filter: str = "all"
) -> Iterator[tuple[av.container.InputContainer, av.VideoStream]]:
    """The file of an order, which must be a regular one, and its video. Without `file_format`, any of `_FORMATS`."""
    options = {**_OPTIONS, "max_pixels": str(order["most_pixels"])}
    with (
        regular_path(Path(order["path"])) as place,
        av.open(place, "r", format=file_format, options=options) as container,
    ):
        video = container.streams.video[0]
        codec = video.codec_context
        if codec.width * codec.height > order["most_pixels"]:
            raise _RefusedError("shows pictures that are too large")
        # What smooths the edges of blocks takes a third of the time, and nothing of it is left in a small picture.
        _set_up(codec, order, skip_loop_filter=skip_loop_filter)
        try:
            yield container, video
        except UNREADABLE:
            _refuse_where_memory_is_short(codec, order)
            raise


def _refuse_where_memory_is_short(codec: "av.VideoCodecContext", order: _Order) -> None:
    """Let memory be the reason wherever it may be one: libav reports much that it cannot allocate as damage."""
    frames_bytes = _MOST_HELD_FRAMES * codec.width * codec.height * 3 // 2
    if frames_bytes + _OWN_BYTES > order["memory_bytes"]:
        raise MemoryError


def _set_up(codec: "av.VideoCodecContext", order: _Order, **options: str) -> None:
    # One thread: the bounds on memory and time then mean the same on any machine, and an error is its packet's.
    codec.thread_count = 1
    codec.options = {"max_pixels": str(order["most_pixels"]), **options}


# Small pictures


def _pictures(order: _Order) -> _Order:
    seen: list[tuple[float, str]] = []
    budget = _Budget(order["most_frames"])
    for from_s, to_s in order["spans"]:
        due_s, count = from_s, 0
        for at_s, frame in _decoded(order, from_s, budget):
            if at_s >= to_s or count == order["most"]:
                break
            if at_s < due_s - 1e-6:
                continue
            seen.append((at_s, base64.b64encode(_small(frame)).decode("ascii")))
            count += 1
            due_s += order["every_s"] * (1 + max(0.0, at_s - due_s) // order["every_s"])
    if budget.refused:
        with _opened(order) as (_, video):
            _refuse_where_memory_is_short(video.codec_context, order)
    if not seen and budget.refused:
        raise _RefusedError("cannot be decoded")
    return {"pictures": seen}


class _Budget:
    """How many frames may still be decoded, and how many packets the decoder refused."""

    def __init__(self, most_frames: int) -> None:
        self._left = most_frames
        self.refused = 0

    def take(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise _RefusedError("took too long")


def _decoded(order: _Order, from_s: float, budget: _Budget) -> Iterator[tuple[float, VideoFrame]]:
    """The frames from a media time on, with their times; decoding starts at the key frame before it."""
    with _opened(order) as (container, video):
        time_base = float(video.time_base or 0)
        for packet in (*_from_key_frame(container, video, from_s, order), None):
            if packet is not None and order.get("only_key_frames") and not packet.is_keyframe:
                continue
            if packet is not None:
                budget.take()
            for frame in _frames_of(video, packet, budget):
                if frame.pts is not None and frame.pts * time_base >= from_s:
                    yield frame.pts * time_base, frame


def _frames_of(video: "av.VideoStream", packet: "_Packet | None", budget: _Budget) -> Sequence[VideoFrame]:
    try:
        return video.codec_context.decode(packet)
    except MemoryError:
        raise
    except av.FFmpegError:
        budget.refused += 1
        return ()


def _small(frame: VideoFrame) -> bytes:
    try:
        small = frame.reformat(width=PICTURE_WIDTH, height=PICTURE_HEIGHT, format="gray", interpolation="AREA")
    except BlockingIOError:  # it could start no thread
        raise MemoryError from None
    plane = small.planes[0]
    rows, width = memoryview(plane), plane.line_size
    return b"".join(bytes(rows[y * width : y * width + PICTURE_WIDTH]) for y in range(PICTURE_HEIGHT))


# Pictures in colour


def _colour(order: _Order) -> _Order:
    # The format is given, since a landed file of another one could name further files to open.
    with _opened(order, "mp4", skip_loop_filter="default") as (container, video):
        pictures = [_coloured(picture, offset_s, order["most"]) for picture, offset_s in _three(container, video)]
    if not pictures:
        raise _RefusedError("cannot be decoded")
    return {"pictures": pictures}


def _three(container: av.container.InputContainer, video: "av.VideoStream") -> Iterator[tuple[VideoFrame, float]]:
    """The first, middle and last frame, each with its distance from the first one in seconds."""
    base = video.time_base
    if base is None:
        return
    first = next(container.decode(video), None)
    if first is None or first.pts is None:
        return
    yield first, 0.0
    length = video.duration or 0
    for target in (first.pts + length // 2, first.pts + length):
        picture = _last_up_to(container, video, target)
        if picture is not None and picture.pts is not None:
            yield picture, float((picture.pts - first.pts) * base)


def _last_up_to(container: av.container.InputContainer, video: "av.VideoStream", target: int) -> VideoFrame | None:
    """The last frame up to a time stamp, decoded from the key frame before it; in a long wait, the one reached."""
    container.seek(target, stream=video)
    give_up_at = time.monotonic() + _PATIENCE_S
    reached = None
    for picture in container.decode(video):
        if picture.pts is None or (reached is not None and picture.pts > target):
            break
        reached = picture
        if time.monotonic() > give_up_at:
            break
    return reached


def _coloured(picture: VideoFrame, offset_s: float, most: tuple[int, int]) -> tuple[int, int, str, float]:
    shape = picture.width / picture.height
    widest, highest = most
    width = min(picture.width, widest, round(highest * shape))
    width, height = max(2, width), max(2, round(width / shape))
    (plane,) = picture.reformat(width=width, height=height, format="rgb24").planes
    data = bytes(plane)
    rows = (data[row * plane.line_size : row * plane.line_size + 3 * width] for row in range(height))
    return width, height, base64.b64encode(b"".join(rows)).decode("ascii"), offset_s


# Whether pictures can be seen


def _check(order: _Order) -> _Order:
    seen = _sampled(order, _SAMPLED_KEY_FRAMES)
    if any(state != SOUND for _, _, state in seen):
        seen = _sampled(order, _SAMPLED_IN_DOUBT)
    return {"frames": seen}


def _sampled(order: _Order, most: int) -> list[tuple[float, bool, str]]:
    """The frames that were decoded: media time, whether it is a key frame, what became of it."""
    seen: list[tuple[float, bool, str]] = []
    with _opened(order) as (_, video):
        time_base = float(video.time_base or 0)
        for sample in _samples(order, most):
            states = zip(sample, _states(sample, video.codec_context, order), strict=True)
            seen += [((packet.pts or 0) * time_base, packet.is_keyframe, state) for packet, state in states]
        if any(state != SOUND for _, _, state in seen):
            _refuse_where_memory_is_short(video.codec_context, order)
    return seen


def _samples(order: _Order, most: int) -> list[list[_Packet]]:
    """Key frames spread over the file, `most` at most, each with the frames that follow it at once."""
    from_s, to_s = order["between"]
    with _opened(order) as (container, video):
        time_base = float(video.time_base or 0)
        numbers = [
            number
            for number, packet in enumerate(intact_packets(container.demux(video)))
            if packet.is_keyframe and packet.size and from_s - 1e-3 <= (packet.pts or 0) * time_base < to_s
        ]
    last = len(numbers) - 1
    chosen = {numbers[round(step * last / (most - 1))] for step in range(most)} if numbers else set()
    followers = _FOLLOWERS.get(len(chosen), _FEWEST_FOLLOWERS)
    samples: list[list[_Packet]] = []
    with _opened(order) as (container, video):
        is_open = False
        for number, packet in enumerate(intact_packets(container.demux(video))):
            if number in chosen:
                samples.append([])
            is_open = number in chosen or (is_open and not packet.is_keyframe and len(samples[-1]) <= followers)
            if is_open and packet.size:
                samples[-1].append(packet)
    return samples


def _states(sample: Sequence[_Packet], codec: "av.VideoCodecContext", order: _Order) -> list[str]:
    """What became of each packet.

    A decoder that ends at the first error takes good footage without a word; random slices make it stumble. But it
    also refuses what some cameras get slightly wrong and everybody shows: so what it refused has to fail in a patient
    decoder too, where no picture, or one that is marked as corrupt, comes out.
    """
    refused = _refused_by_strict(sample, codec, order)
    if not any(refused):
        return [SOUND] * len(sample)
    shown = _shown_by_patient(sample, codec, order)
    return [
        SOUND if not is_refused else DOUBTFUL if is_shown else BROKEN
        for is_refused, is_shown in zip(refused, shown, strict=True)
    ]


def _refused_by_strict(sample: Sequence[_Packet], codec: "av.VideoCodecContext", order: _Order) -> list[bool]:
    decoder = _decoder(codec, order, err_detect="explode")
    refused = []
    for packet in sample:
        slices = av.Packet(_slices_alone(bytes(packet), codec))
        slices.pts, slices.dts, slices.time_base = packet.pts, packet.dts, packet.time_base
        refused.append(not _is_taken(partial(decoder.decode, slices)))
    return refused


def _shown_by_patient(sample: Sequence[_Packet], codec: "av.VideoCodecContext", order: _Order) -> list[bool]:
    decoder = _decoder(codec, order)
    good: set[int | None] = set()
    complained: set[int | None] = set()

    def decode(packet: "_Packet | None") -> None:
        good.update(frame.pts for frame in decoder.decode(packet) if not frame.is_corrupt)

    for packet in sample:
        with av.logging.Capture() as complaints:
            _is_taken(partial(decode, packet))
        # What a frame complains of that depends on others may be their loss.
        if packet.is_keyframe and complaints:
            complained.add(packet.pts)
    _is_taken(partial(decode, None))
    return [packet.pts in good and packet.pts not in complained for packet in sample]


def _decoder(codec: "av.VideoCodecContext", order: _Order, **options: str) -> "av.VideoCodecContext":
    decoder = cast("av.VideoCodecContext", av.VideoCodecContext.create(codec.name, "r"))
    decoder.extradata = codec.extradata
    _set_up(decoder, order, **options)
    return decoder


def _is_taken(decode: Callable[[], object]) -> bool:
    try:
        decode()
    except MemoryError:
        raise
    except av.FFmpegError:
        return False
    return True


def _slices_alone(packet: bytes, codec: "av.VideoCodecContext") -> bytes:
    """The packet without what is no picture: vendors put into SEI what they like, which a strict decoder refuses."""
    left_out = _WITHOUT_SLICES.get(codec.name)
    if left_out is None or not (codec.extradata or b"").startswith(b"\1"):
        return packet
    units, at = [], 0
    while at + _LENGTH_BYTES < len(packet):
        end = at + _LENGTH_BYTES + int.from_bytes(packet[at : at + _LENGTH_BYTES])
        first = packet[at + _LENGTH_BYTES]
        if (first >> 1 & 0x3F if codec.name == "hevc" else first & 0x1F) not in left_out:
            units.append(packet[at:end])
        at = end
    return b"".join(units) or packet


# Where decoding starts


def _from_key_frame(
    container: av.container.InputContainer, video: "av.VideoStream", from_s: float, order: _Order
) -> Iterator[_Packet]:
    """The packets from the last key frame not after a media time on, or from the first one if there is none."""
    time_base = float(video.time_base or 0)
    with contextlib.suppress(av.FFmpegError):
        container.seek(round(from_s / time_base), stream=video)
    waiting: list[_Packet] = []
    waiting_bytes = 0
    packets = (packet for packet in intact_packets(container.demux(video)) if packet.size)
    for packet in packets:
        at_s = (packet.pts if packet.pts is not None else packet.dts or 0) * time_base
        if packet.is_keyframe and at_s <= from_s:
            waiting, waiting_bytes = [], 0
        if waiting or packet.is_keyframe:
            waiting.append(packet)
            waiting_bytes += packet.size
        if waiting_bytes > _MOST_WAITING_BYTES:
            raise _RefusedError("needs too much memory")
        if waiting and at_s >= from_s:
            break
    yield from waiting
    yield from packets


_TASKS: dict[str, Callable[[_Order], _Order]] = {"pictures": _pictures, "colour": _colour, "check": _check}

if __name__ == "__main__":
    main()
