"""A card whose footage is encoded anew for each replay: the same pictures by eye, in other bits every time."""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal

import av
from av.filter import Graph
from av.video.frame import PictureType

from anr_tui.demo.camera.card import AudioFormat, Card, Unit, VideoFormat
from anr_tui.domain.window import Window

_MICROSECOND = Fraction(1, 1_000_000)
_START_CODE = b"\0\0\0\1"
_PARAMETER_SETS = frozenset({7, 8})
_NOMINAL_RATE = 25
_OPTIONS = {
    "preset": "ultrafast",
    "tune": "zerolatency",
    "crf": "18",
    "forced-idr": "1",
    "x264-params": "scenecut=0:keyint=infinite:threads=1",
}
# Of 255 steps of brightness: it changes the bits, and nobody sees it.
_NOISE_STEPS = 4


@dataclass(frozen=True, slots=True)
class EncodedAnew:
    """Plays a card's pictures as H.264 of its own, without sound; noise too weak to be seen differs with `seed`.

    A key frame comes at the start of the reading, at the first picture of the window, and every `gop_s` seconds.
    """

    card: Card
    seed: int
    gop_s: float = 1.0

    def formats(self, moment: datetime) -> tuple[VideoFormat, AudioFormat | None]:
        """What is sent of the footage at `moment`, or the next after it. Raises LookupError when there is none."""
        for held in self.card.sections():
            if held.end > moment:
                first = next(self.read(Window(max(held.start, moment), held.end)))
                return VideoFormat("h264", tuple(nal for nal in first.parts if nal[0] & 0x1F in _PARAMETER_SETS)), None
        raise LookupError("the card holds nothing from then on")

    def read(self, window: Window) -> Generator[Unit]:
        """The units of `window`, from the card's key frame at or before its start, over holes."""
        encoder: _Encoder | None = None
        keyed_at = datetime.min.replace(tzinfo=window.start.tzinfo)
        for frame, unit in _pictures(self.card, window):
            encoder = encoder or _Encoder(frame, self.seed)
            is_start = keyed_at < window.start <= unit.at
            is_key = is_start or unit.at - keyed_at >= timedelta(seconds=self.gop_s)
            keyed_at = unit.at if is_key else keyed_at
            yield Unit("video", unit.at, encoder.encode(frame, is_key=is_key), is_key, unit.skipped_s)


def _pictures(card: Card, window: Window) -> Iterator[tuple[av.VideoFrame, Unit]]:
    """The decoded pictures of the card in the order in which they are shown, each with the unit that it came from."""
    video, _ = card.formats(window.start)
    decoder = _video_codec(video.codec, "r")
    decoder.thread_count = 1
    units: dict[int, Unit] = {}
    for unit in card.read(window):
        if unit.media == "video":
            packet = av.Packet(b"".join(_START_CODE + nal for nal in unit.parts))
            packet.pts = packet.dts = (unit.at - window.start) // timedelta(microseconds=1)
            packet.time_base = _MICROSECOND
            units[packet.pts] = unit
            yield from _with_units(decoder.decode(packet), units)
    yield from _with_units(decoder.decode(None), units)


def _with_units(frames: list[av.VideoFrame], units: dict[int, Unit]) -> Iterator[tuple[av.VideoFrame, Unit]]:
    for frame in frames:
        if frame.pts is not None and frame.pts in units:
            yield frame, units.pop(frame.pts)


def _video_codec(name: str, mode: Literal["r", "w"]) -> av.VideoCodecContext:
    codec = av.CodecContext.create(name, mode)
    if not isinstance(codec, av.VideoCodecContext):
        raise TypeError(f"{name} is no codec for video")
    return codec


class _Encoder:
    """Encodes pictures one by one, each as soon as it is given."""

    def __init__(self, first: av.VideoFrame, seed: int) -> None:
        self._count = 0
        self._noise = Graph()
        source = self._noise.add_buffer(
            width=first.width, height=first.height, format=first.format, time_base=Fraction(1, _NOMINAL_RATE)
        )
        noise = self._noise.add("noise", f"alls={_NOISE_STEPS}:allf=t:all_seed={seed}")
        sink = self._noise.add("buffersink")
        source.link_to(noise)
        noise.link_to(sink)
        self._noise.configure()
        self._codec = _video_codec("libx264", "w")
        self._codec.width, self._codec.height = first.width, first.height
        self._codec.pix_fmt = "yuv420p"
        self._codec.time_base = Fraction(1, _NOMINAL_RATE)
        self._codec.options = _OPTIONS

    def encode(self, frame: av.VideoFrame, *, is_key: bool) -> tuple[bytes, ...]:
        """The NAL units of one picture."""
        frame.pts, frame.time_base = self._count, Fraction(1, _NOMINAL_RATE)
        self._count += 1
        self._noise.push(frame)
        noisy = self._noise.pull()
        if not isinstance(noisy, av.VideoFrame):
            raise TypeError("the filter graph gave no picture")
        noisy.pict_type = PictureType.I if is_key else PictureType.NONE
        return tuple(nal for packet in self._codec.encode(noisy) for nal in _split(bytes(packet)))


def _split(sample: bytes) -> Iterator[bytes]:
    """The NAL units between the start codes of a byte stream (ITU-T H.264, annex B)."""
    for nal in re.split(rb"\x00*\x00\x00\x01", sample):
        if nal:
            yield nal
