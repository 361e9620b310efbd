"""Finding footage again in other footage by its key frames.

Cameras replay the bits that they stored, so equal key frames show the same moment. Time stamps alone do not tell, since
many cameras skip a hole without a jump.
"""

import contextlib
import hashlib
import itertools
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from anr_tui.domain.errors import FillError
from anr_tui.fill.media.frame_times import LEAST_TOLERANCE_S, Frame, repair_times
from anr_tui.fill.media.nal_units import header_sets
from anr_tui.fill.media.open_media import open_media
from anr_tui.fill.media.verify import UNREADABLE, timed_packets, unreadable

_LENGTH_BYTES = 4
# B-frames are shown later than they are decoded; no camera keeps them back for longer.
_REORDERED_S = 1.0
_START_CODE = b"\0\0\0\1"
# Slices of pictures; parameter sets and SEI differ between the first key frame of a session and the same one later.
_SLICES = {"h264": range(1, 6), "hevc": range(32)}

TimedPacket = tuple["av.Packet[av.VideoStream]", Frame]


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """A key frame: its media time in its file, in seconds, and a digest of its picture data."""

    at_s: float
    digest: bytes


def key_frames(path: Path, *, from_s: float = 0.0, until_s: float = math.inf) -> tuple[KeyFrame, ...]:
    """The key frames of a media file, in order, at the times that `verify.find_runs` takes them to have.

    With `from_s` and `until_s` (media seconds), those between them and the last one before them: no more of the file is
    read than that takes. Blocking. FillError where it cannot be read.
    """
    try:
        if until_s < math.inf and (indexed := _indexed(path, from_s, until_s)) is not None:
            return indexed
        seen = _seen(path, from_s, until_s)
        if from_s > 0 and not any(frame.is_key and frame.pts_s < from_s for frame, _ in seen):
            # Where a file has no index, seeking may lead past the place.
            seen = _seen(path, 0.0, until_s)
    except UNREADABLE as error:
        raise unreadable(path, error) from None
    repaired = repair_times([frame for frame, _ in seen])
    times = zip(repaired, seen, strict=True)
    return tuple(KeyFrame(frame.pts_s, digest) for frame, (_, digest) in times if digest is not None)


def _indexed(path: Path, from_s: float, until_s: float) -> tuple[KeyFrame, ...] | None:
    """The key frames by the index of an MP4 file, without reading any other frame.

    None where it has no whole index, or where the times in it are not such as `repair_times` leaves alone.
    """
    with open_media(path) as container:
        video = container.streams.video[0]
        entries, time_base = video.index_entries, video.time_base
        # Matroska's index has key frames alone, that of fragments only those which were read.
        if not time_base or "mp4" not in container.format.name or not 0 < len(entries) == video.frames:
            return None
        at = max(0, entries.search_timestamp(_ticks_before(from_s, time_base)))
        until, longest_step = until_s / float(time_base), LEAST_TOLERANCE_S / float(time_base)
        listed = list(itertools.takewhile(lambda entry: entry.timestamp < until, _from(entries, at)))
        steps = (later.timestamp - earlier.timestamp for earlier, later in itertools.pairwise(listed))
        if not all(0 <= step <= longest_step for step in steps):
            return None
        found = []
        for group in _groups(listed):
            # With B-frames, a key frame is shown, and sought, at a later time than the index has.
            container.seek(group[-1].timestamp, stream=video)
            packet, frame = next(timed_packets(container, video), (None, None))
            if packet is None or frame is None or packet.dts != group[0].timestamp or not frame.is_key:
                return None
            digest = _digest(bytes(packet), video.codec_context.name)
            found += [KeyFrame(frame.pts_s, digest)] if digest is not None else []
        return tuple(found)


def _ticks_before(from_s: float, time_base: Fraction) -> int:
    """Where a file is sought: its index has decoding times, which are a little earlier than those of showing."""
    return math.floor((from_s - _REORDERED_S) / float(time_base))


def _from(entries: av.index.IndexEntries, at: int) -> Iterator[av.index.IndexEntry]:
    return (entries[index] for index in range(at, len(entries)))


def _groups(entries: Sequence[av.index.IndexEntry]) -> list[list[av.index.IndexEntry]]:
    """Each key frame with the frames that follow it, up to the next."""
    groups: list[list[av.index.IndexEntry]] = []
    for entry in entries:
        if entry.is_keyframe:
            groups.append([entry])
        elif groups:
            groups[-1].append(entry)
    return groups


def _seen(path: Path, from_s: float, until_s: float) -> list[tuple[Frame, bytes | None]]:
    """The frames of a file from the last key frame before `from_s` on, each with its digest if it is a key frame."""
    with open_media(path) as container:
        video = container.streams.video[0]
        codec = video.codec_context.name
        if from_s > 0 and video.time_base:
            # What cannot be sought in is read from its beginning.
            with contextlib.suppress(av.FFmpegError):
                container.seek(_ticks_before(from_s, video.time_base), stream=video)
        return [
            (frame, _digest(bytes(packet), codec) if frame.is_key and packet.size else None)
            for packet, frame in _until(until_s, timed_packets(container, video))
        ]


def _until(until_s: float, packets: Iterator[TimedPacket]) -> Iterator[TimedPacket]:
    """The packets up to the first two in a row at or after `until_s`: one alone may have a wrong stamp."""
    is_over = False
    for packet, frame in packets:
        if frame.dts_s >= until_s and is_over:
            return
        is_over = frame.dts_s >= until_s
        yield packet, frame


def encoder_description(path: Path) -> frozenset[bytes]:
    """The parameter sets in a media file's header for its video: equal where encoders of equal settings made it.

    Blocking. Empty where the file cannot be read, or names none.
    """
    try:
        with open_media(path) as container:
            codec = container.streams.video[0].codec_context
            return frozenset(header_sets(codec.extradata or b"", codec.name))
    except (FillError, *UNREADABLE):
        return frozenset()


def place_of(first: KeyFrame, in_frames: Sequence[KeyFrame]) -> float | None:
    """The media time at which a key frame stands among others; None if it does not, or more than once (a still)."""
    return _times_of_unique(in_frames).get(first.digest)


def shared_key_frames(fetched: Sequence[KeyFrame], recorded: Sequence[KeyFrame]) -> tuple[tuple[float, float], ...]:
    """Where the same key frames stand in two pieces of footage: pairs of media times in seconds, (fetched, recorded).

    They are in the order of the fetched footage. A key frame that stands more than once in either of them shows a still
    and tells nothing: it is left out.
    """
    theirs = _times_of_unique(recorded)
    ours = _times_of_unique(fetched)
    return tuple((at_s, theirs[digest]) for digest, at_s in ours.items() if digest in theirs)


def _times_of_unique(frames: Sequence[KeyFrame]) -> dict[bytes, float]:
    """The media times of the key frames that stand once, by digest."""
    counts = Counter(frame.digest for frame in frames)
    return {frame.digest: frame.at_s for frame in frames if counts[frame.digest] == 1}


def _digest(packet: bytes, codec: str) -> bytes | None:
    """A digest of a picture's slices; of the whole packet where the codec knows none. None where a picture is missing.

    The same picture has the same digest whether its NAL units stand behind their lengths (MP4) or behind start codes.
    """
    slices = _SLICES.get(codec)
    units = [packet] if slices is None else [unit for unit in _units(packet) if _kind(unit, codec) in slices]
    if not units:
        return None
    digest = hashlib.blake2b(digest_size=16)
    for unit in units:
        digest.update(unit)
    return digest.digest()


def _kind(unit: bytes, codec: str) -> int:
    return unit[0] >> 1 & 0x3F if codec == "hevc" else unit[0] & 0x1F


def _units(packet: bytes) -> Iterator[bytes]:
    """The NAL units of a packet: ISO/IEC 14496-15, or Rec. ITU-T H.264, Annex B (MPEG-TS has these)."""
    # As a length it would be one byte, which no unit has.
    if packet.startswith(_START_CODE):
        yield from filter(None, (unit.rstrip(b"\0") for unit in packet.split(_START_CODE[1:])))
        return
    at = 0
    while at + _LENGTH_BYTES < len(packet):
        length = int.from_bytes(packet[at : at + _LENGTH_BYTES])
        unit = packet[at + _LENGTH_BYTES : at + _LENGTH_BYTES + length]
        if not unit:
            return
        yield unit
        at += _LENGTH_BYTES + length
