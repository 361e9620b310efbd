"""Finding footage again in other footage by its key frames.

Cameras replay the bits that they stored, so equal key frames show the same moment. Time stamps alone do not tell, since
many cameras skip a hole without a jump.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av

from anr_tui.domain.errors import FillError
from anr_tui.fill.media.verify import intact_packets

_LENGTH_BYTES = 4
# NAL unit types of slices. Parameter sets and SEI of one key frame can differ between sessions.
_H264_SLICES = range(1, 6)
_HEVC_SLICES = range(32)


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """A key frame: its media time in its file, in seconds, and a digest of its picture data."""

    at_s: float
    digest: bytes


def key_frames(path: Path) -> tuple[KeyFrame, ...]:
    """The key frames of a file that ffmpeg wrote, in order. Blocking. Raises FillError where it cannot be read."""
    try:
        with av.open(str(path.absolute())) as container:
            video = container.streams.video[0]
            time_base = float(video.time_base or 0)
            slices = _HEVC_SLICES if video.codec_context.name == "hevc" else _H264_SLICES
            return tuple(
                KeyFrame((packet.pts or 0) * time_base, _digest(bytes(packet), slices))
                for packet in intact_packets(container.demux(video))
                if packet.is_keyframe and packet.size
            )
    except (av.FFmpegError, IndexError):
        raise FillError(f"{path.name} cannot be read as a media file.") from None


def place_of(first: KeyFrame, in_frames: Sequence[KeyFrame]) -> float | None:
    """The media time in seconds at which a key frame stands among others.

    None where it is not among them, or stands there more than once, as in a still picture.
    """
    counts = Counter(frame.digest for frame in in_frames)
    if counts[first.digest] != 1:
        return None
    return next(frame.at_s for frame in in_frames if frame.digest == first.digest)


def _digest(packet: bytes, slices: range) -> bytes:
    """A digest of a packet's slices. Packets are NAL units with a length in front of each (ISO/IEC 14496-15)."""
    digest = hashlib.blake2b(digest_size=16)
    is_hevc = slices is _HEVC_SLICES
    for unit in _units(packet):
        kind = unit[0] >> 1 & 0x3F if is_hevc else unit[0] & 0x1F
        if kind in slices:
            digest.update(unit)
    return digest.digest()


def _units(packet: bytes) -> Iterator[bytes]:
    at = 0
    while at + _LENGTH_BYTES < len(packet):
        length = int.from_bytes(packet[at : at + _LENGTH_BYTES])
        unit = packet[at + _LENGTH_BYTES : at + _LENGTH_BYTES + length]
        if not unit:
            return
        yield unit
        at += _LENGTH_BYTES + length
