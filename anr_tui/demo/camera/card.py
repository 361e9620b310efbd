"""A camera's own storage card: MP4 files named by their start, read as what RTP sends, access unit by access unit."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import av

from anr_tui.domain.timestamps import parse_file_stem
from anr_tui.domain.window import Window, merged

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

# Two files whose seam is shorter than this hold one section; a frame lasts longer.
_SEAM_S = 0.02


@dataclass(frozen=True, slots=True)
class VideoFormat:
    """What a session description says of the video: codec `h264` or `hevc`, and the parameter sets as NAL units."""

    codec: str
    parameter_sets: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """What a session description says of the audio: Hz, channels, decoder configuration.

    `codec` is `pcm_alaw`, `pcm_mulaw`, `g726` (32 kbit/s) or `aac`.
    """

    codec: str
    rate: int
    channels: int
    config: bytes


@dataclass(frozen=True, slots=True)
class Unit:
    """One video access unit (`parts`: its NAL units) or one audio frame (`parts`: one element).

    `skipped_s` is the total length, in seconds, of the holes between the reading's start and this unit.
    """

    media: Literal["video", "audio"]
    at: datetime
    parts: tuple[bytes, ...]
    is_key: bool
    skipped_s: float


class Card:
    """The recordings in a directory, `YYYYMMDD_HHMMSS.mp4` (UTC) with one video and at most one audio stream.

    Files that appear later are part of the card from the next question on; a file must appear whole.
    """

    def __init__(self, directory: "Path") -> None:
        self.directory = directory
        self._lengths: dict[str, float] = {}

    def sections(self) -> list[Window]:
        """The spans without a hole that the card holds, in order."""
        return merged((window for window, _ in self.files()), _SEAM_S)

    def formats(self, moment: datetime) -> tuple[VideoFormat, AudioFormat | None]:
        """What the footage at `moment`, or the next after it, is made of. Raises LookupError when there is none."""
        for window, path in self.files():
            if window.end > moment:
                with av.open(str(path)) as container:
                    return _formats(container)
        raise LookupError("the card holds nothing from then on")

    def read(self, window: Window) -> "Generator[Unit]":
        """The units of `window`, from the key frame at or before its start, over holes, in the order to send."""
        sections = self.sections()
        started: datetime | None = None
        for held, path in self.files():
            if held.overlaps(window):
                for unit in _units(path, held.start, window):
                    if started is None:
                        started = unit.at
                    skipped_s = _holes_s(sections, started, unit.at)
                    yield Unit(unit.media, unit.at, unit.parts, unit.is_key, skipped_s)

    def key_frames(self, window: Window) -> list[datetime]:
        """When the key frames of `window` were filmed, in order."""
        return [
            unit.at
            for unit in self.read(window)
            if unit.is_key and unit.media == "video" and window.start <= unit.at < window.end
        ]

    def files(self) -> "list[tuple[Window, Path]]":
        """The files, with the window that each holds, in order."""
        found = []
        for path in sorted(self.directory.glob("*.mp4")):
            if path.name not in self._lengths:
                self._lengths[path.name] = _length_s(path)
            start = parse_file_stem(path.stem)
            found.append((Window(start, start + timedelta(seconds=self._lengths[path.name])), path))
        return found


def _length_s(path: "Path") -> float:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        if stream.duration is not None and stream.time_base is not None:
            return float(stream.duration * stream.time_base)
        if container.duration is None:
            raise ValueError(f"{path.name} has no length")
        return container.duration / av.time_base


def _holes_s(sections: list[Window], start: datetime, end: datetime) -> float:
    holes = (
        (later.start - earlier.end).total_seconds()
        for earlier, later in pairwise(sections)
        if earlier.end > start and later.start <= end
    )
    return sum(holes)


def _units(path: "Path", file_start: datetime, window: Window) -> "Iterator[Unit]":
    """The file's units of the window, led by a key frame; `skipped_s` is left to the caller."""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        parameter_sets = _formats(container)[0].parameter_sets
        if window.start > file_start and video.time_base is not None:
            offset = (window.start - file_start) / timedelta(seconds=1)
            container.seek(int(offset / video.time_base), stream=video, backward=True)
        has_started = False
        for packet in container.demux():
            if packet.pts is None or packet.pts < 0 or packet.time_base is None:
                continue
            at = file_start + timedelta(microseconds=round(packet.pts * packet.time_base * 1_000_000))
            is_video = packet.stream.index == video.index
            if is_video and at >= window.end:
                return
            has_started = has_started or (is_video and packet.is_keyframe)
            if not has_started or at >= window.end:
                continue
            if not is_video:
                yield Unit("audio", at, (bytes(packet),), True, 0.0)
                continue
            nals = tuple(_split_nals(bytes(packet)))
            yield Unit("video", at, parameter_sets + nals if packet.is_keyframe else nals, packet.is_keyframe, 0.0)


def _split_nals(sample: bytes) -> "Iterator[bytes]":
    """The NAL units of an MP4 sample, each behind its length in four bytes (ISO/IEC 14496-15)."""
    at = 0
    while at + 4 <= len(sample):
        length = int.from_bytes(sample[at : at + 4], "big")
        yield sample[at + 4 : at + 4 + length]
        at += 4 + length


def _formats(container: "av.container.InputContainer") -> tuple[VideoFormat, AudioFormat | None]:
    context = container.streams.video[0].codec_context
    config = context.extradata or b""
    sets = _avcc_sets(config) if context.name == "h264" else _hvcc_sets(config)
    video = VideoFormat(context.name, tuple(sets))
    if not container.streams.audio:
        return video, None
    sound = container.streams.audio[0].codec_context
    return video, AudioFormat(sound.name, sound.sample_rate, sound.channels, sound.extradata or b"")


def _avcc_sets(config: bytes) -> "Iterator[bytes]":
    """SPS and PPS of an AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3)."""
    at = 5
    for mask in (0x1F, 0xFF):
        count, at = config[at] & mask, at + 1
        for _ in range(count):
            length = int.from_bytes(config[at : at + 2], "big")
            yield config[at + 2 : at + 2 + length]
            at += 2 + length


def _hvcc_sets(config: bytes) -> "Iterator[bytes]":
    """VPS, SPS and PPS of an HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, 8.3.3)."""
    at = 23
    for _ in range(config[22]):
        kind, count = config[at] & 0x3F, int.from_bytes(config[at + 1 : at + 3], "big")
        at += 3
        for _ in range(count):
            length = int.from_bytes(config[at : at + 2], "big")
            if kind in (32, 33, 34):
                yield config[at + 2 : at + 2 + length]
            at += 2 + length
