"""NAL units in MP4 samples, and the parameter sets that a camera sends with its key frames.

Sources: ISO/IEC 14496-15 (length prefixes), Rec. ITU-T H.264 and H.265 (types of NAL unit, Annex B).
"""

from collections.abc import Generator, Iterator

_LENGTH_BYTES = 4
_START_CODE = b"\0\0\0\1"
_SEQUENCE_SETS = {"h264": {7}, "hevc": {33}}
_PARAMETER_SETS = {"h264": {7, 8}, "hevc": {32, 33, 34}}


def sequence_sets(sample: bytes, codec: str) -> bytes:
    """The sequence parameter sets of a sample, which give profile and picture size; empty where there are none."""
    return b"".join(_of_kind(sample, codec, _SEQUENCE_SETS))


def parameter_sets(sample: bytes, codec: str) -> bytes:
    """All parameter sets of a sample, in the format of Annex B."""
    return b"".join(_START_CODE + unit for unit in _of_kind(sample, codec, _PARAMETER_SETS))


def header_sets(header: bytes, codec: str) -> list[bytes]:
    """The parameter sets in the header of a file; the header itself where it has another format than that of MP4.

    Multiplexers differ in what they write around them, so that headers of equal encoders may.
    """
    units = list(_HEADERS[codec](header)) if codec in _HEADERS and header.startswith(b"\1") else []
    return units if units and all(units) else [header] if header else []


def _units_of_avcc(header: bytes) -> Iterator[bytes]:
    """The sets in an AVCDecoderConfigurationRecord: those of sequences, then those of pictures."""
    at = yield from _counted(header, 5, header[5:6], mask=0x1F)
    yield from _counted(header, at, header[at : at + 1], mask=0xFF)


def _units_of_hvcc(header: bytes) -> Iterator[bytes]:
    """The sets in an HEVCDecoderConfigurationRecord: arrays of NAL units of one type each."""
    at = 23
    for _ in range(int.from_bytes(header[22:23])):
        at = yield from _counted(header, at + 1, header[at + 1 : at + 3], mask=0xFFFF)


def _counted(header: bytes, at: int, count: bytes, *, mask: int) -> Generator[bytes, None, int]:
    """As many NAL units as `count` at `at` says, each behind its length; returns where they end."""
    at += len(count)
    for _ in range(int.from_bytes(count) & mask):
        start = at + 2
        at = start + int.from_bytes(header[at:start])
        yield header[start:at]
    return at


_HEADERS = {"h264": _units_of_avcc, "hevc": _units_of_hvcc}


def annex_b(sample: bytes) -> bytes:
    """The sample in the format of Annex B, with start codes in place of lengths."""
    return b"".join(_START_CODE + unit for unit in _units(sample))


def _of_kind(sample: bytes, codec: str, kinds: dict[str, set[int]]) -> Iterator[bytes]:
    wanted = kinds.get(codec, set())
    for unit in _units(sample):
        if (unit[0] >> 1 & 0x3F if codec == "hevc" else unit[0] & 0x1F) in wanted:
            yield unit


def _units(sample: bytes) -> Iterator[bytes]:
    """The NAL units of a sample with lengths of four bytes; an invalid length ends them."""
    at = 0
    while at + _LENGTH_BYTES < len(sample):
        start = at + _LENGTH_BYTES
        at = start + int.from_bytes(sample[at:start])
        if at == start or at > len(sample):
            return
        yield sample[start:at]
