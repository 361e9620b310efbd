"""The length of a plain MP4 file, read from its boxes in a tenth of the time that PyAV takes, for thousands of files.

Only the shape that recorders and ffmpeg give to H.264 and H.265 without audio is read, whole and not fragmented. For
any other file there is no answer. Source: ISO/IEC 14496-12 (ISO base media file format), section 8.
"""

import os
import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from anr_tui.platform.files.regular_file import open_regular

_HEAD = struct.Struct(">I4s")
_LARGE_HEAD = struct.Struct(">I4sQ")
_WORD = struct.Struct(">I")
_MOST_BOXES = 64
_MOST_INDEX_BYTES = 16 * 1024 * 1024
_LARGE = 1
_FILLING = {b"free", b"skip", b"wide"}
_IN_FILE = {b"ftyp", b"mdat", b"moov"} | _FILLING
_IN_MOVIE = {b"mvhd", b"trak", b"udta", b"iods"} | _FILLING
_IN_TRACK = {b"tkhd", b"edts", b"mdia", b"udta", b"tref"} | _FILLING
_IN_TABLE = {b"stsd", b"stts", b"stss", b"ctts", b"stsc", b"stsz", b"stco", b"co64", b"sdtp"}
# Sample entries of video, the box that each one needs to be decoded, and the size of the head before that box.
_CODECS = {b"avc1": b"avcC", b"hvc1": b"hvcC", b"hev1": b"hvcC"}
_PICTURE_HEAD = 78
_RATE_1 = 0x10000
_LARGEST = 0x7FFFFFFF


class _OtherShapeError(Exception):
    """The file does not have the one shape that is read here."""


def plain_length_s(path: Path) -> float | None:
    """The seconds of video in a whole, plain MP4 file; None for any other file. Blocking. Raises OSError."""
    try:
        with open(path, "rb", buffering=0, opener=open_regular) as file:
            movie, size_bytes = _movie(file.fileno())
        return _movie_length_s(movie, size_bytes)
    except (_OtherShapeError, struct.error, ArithmeticError, LookupError, ValueError):
        # A damaged file has tables that are empty, or too long, or count what is not there.
        return None


def _movie(descriptor: int) -> tuple[memoryview, int]:
    """The content of the file's only `moov` box, and the file's size; all boxes must be complete."""
    size_bytes, at, positions = os.fstat(descriptor).st_size, 0, dict[bytes, tuple[int, int]]()
    for _ in range(_MOST_BOXES):
        if at == size_bytes:
            break
        head = os.pread(descriptor, _LARGE_HEAD.size, at)
        length, kind = _HEAD.unpack_from(head)
        begin = at + _HEAD.size
        if length == _LARGE:
            length, begin = _LARGE_HEAD.unpack_from(head)[2], at + _LARGE_HEAD.size
        at += length
        _must(kind in _IN_FILE and begin <= at <= size_bytes and (kind in _FILLING or kind not in positions))
        _must(bool(positions) or kind == b"ftyp")
        positions[kind] = begin, at
    _must(at == size_bytes and b"moov" in positions and b"mdat" in positions)
    begin, end = positions[b"moov"]
    _must(end - begin <= _MOST_INDEX_BYTES)
    movie = os.pread(descriptor, end - begin, begin)
    _must(len(movie) == end - begin)
    return memoryview(movie), size_bytes


def _movie_length_s(movie: memoryview, size_bytes: int) -> float:
    boxes = dict(_boxes(movie))
    # In the dictionary a second track would have replaced the first one.
    _must(boxes.keys() <= _IN_MOVIE and sum(kind == b"trak" for kind, _ in _boxes(movie)) == 1)
    track = dict(_boxes(_one(boxes, b"trak")))
    media = dict(_boxes(_one(track, b"mdia")))
    _must(track.keys() <= _IN_TRACK and bytes(_one(media, b"hdlr")[8:12]) == b"vide")
    table = _table(dict(_boxes(_one(media, b"minf"))))
    _must(_last_byte(table, size_bytes) <= size_bytes)
    timescale, duration = _duration(_one(media, b"mdhd"))
    length = min(duration, _steps(_one(table, b"stts")))
    if b"edts" in track:
        ticks, _ = _duration(_one(boxes, b"mvhd"))
        length = min(length, _edited(_one(dict(_boxes(track[b"edts"])), b"elst"), ticks, timescale, length))
    _must(length > 0)
    return length / timescale


def _boxes(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """The boxes that make up the data, with their contents; no byte may be left over."""
    at = 0
    while at < len(data):
        length, kind = _HEAD.unpack_from(data, at)
        _must(_HEAD.size <= length <= len(data) - at)
        yield kind, data[at + _HEAD.size : at + length]
        at += length


def _one(boxes: dict[bytes, memoryview], kind: bytes) -> memoryview:
    _must(kind in boxes)
    return boxes[kind]


def _duration(header: memoryview) -> tuple[int, int]:
    """Timescale (ticks per second) and duration in ticks, from a `mvhd` or `mdhd` box."""
    _must(header[0] <= 1)
    timescale, duration = struct.unpack_from(">QQIQ" if header[0] else ">IIII", header, 4)[2:]
    _must(0 < timescale <= _LARGEST)
    return timescale, duration


def _table(information: dict[bytes, memoryview]) -> dict[bytes, memoryview]:
    """The boxes of a track's sample table, after checking those that PyAV would read."""
    _counted_box(_one(dict(_boxes(_one(information, b"dinf"))), b"dref"))
    table = dict(_boxes(_one(information, b"stbl")))
    _must(table.keys() <= _IN_TABLE)
    codec, description = _counted_box(_one(table, b"stsd"))
    _must(codec in _CODECS and _CODECS[codec] in dict(_boxes(description[_PICTURE_HEAD:])))
    for name, columns in ((b"stss", 1), (b"ctts", 2)):
        if name in table:
            _numbers(table[name], columns)
    return table


def _counted_box(data: memoryview) -> tuple[bytes, memoryview]:
    """The only box of a list whose count is 1."""
    (count,) = _WORD.unpack_from(data, 4)
    boxes = list(_boxes(data[8:]))
    _must(len(boxes) == count == 1)
    return boxes[0]


def _numbers(table: memoryview, columns: int) -> tuple[int, ...]:
    """The numbers of a counted table, row by row."""
    (count,) = _WORD.unpack_from(table, 4)
    _must(table[0] == 0 and count > 0 and len(table) == 8 + 4 * columns * count)
    return struct.unpack_from(f">{columns * count}I", table, 8)


def _steps(table: memoryview) -> int:
    """The duration of all samples in ticks."""
    numbers = _numbers(table, 2)
    counts, steps = numbers[::2], numbers[1::2]
    _must(min(numbers) > 0 and max(steps) <= _LARGEST)
    return sum(count * step for count, step in zip(counts, steps, strict=True))


def _edited(table: memoryview, ticks: int, timescale: int, length: int) -> int:
    """The duration in the track's ticks that its only edit keeps."""
    (count,) = _WORD.unpack_from(table, 4)
    edit = struct.unpack_from(">QqI" if table[0] == 1 else ">IiI", table, 8)
    _must(table[0] <= 1 and count == 1 and len(table) == 8 + struct.calcsize(">QqI" if table[0] else ">IiI"))
    duration: int
    duration, start, rate = edit
    _must(rate == _RATE_1 and duration > 0 and 0 <= start < length)
    return (2 * duration * timescale + ticks) // (2 * ticks)


def _last_byte(table: dict[bytes, memoryview], size_bytes: int) -> int:
    """The position in the file where the last sample of a track ends."""
    sizes = _one(table, b"stsz")
    fixed, samples = struct.unpack_from(">II", sizes, 4)
    _must(sizes[0] == fixed == 0 and samples > 0 and len(sizes) == 12 + 4 * samples)
    each_size = struct.unpack_from(f">{samples}I", sizes, 12)
    _must(max(each_size) <= size_bytes)
    if b"co64" in table:
        (chunks,) = _WORD.unpack_from(table[b"co64"], 4)
        _must(b"stco" not in table and chunks > 0 and len(table[b"co64"]) == 8 + 8 * chunks)
        (offset,) = struct.unpack_from(">Q", table[b"co64"], 8 * chunks)
    else:
        offsets = _numbers(_one(table, b"stco"), 1)
        chunks, offset = len(offsets), offsets[-1]
    runs = _numbers(_one(table, b"stsc"), 3)
    each = runs[1::3]
    spans = [following - first for first, following in pairwise((*runs[::3], chunks + 1))]
    _must(runs[0] == 1 and min(spans) > 0 and min(each) > 0 and set(runs[2::3]) == {1})
    _must(sum(span * per_chunk for span, per_chunk in zip(spans, each, strict=True)) == samples)
    return int(offset + sum(each_size[-each[-1] :]))


def _must(holds: bool) -> None:
    if not holds:
        raise _OtherShapeError
