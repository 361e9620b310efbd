"""NAL units in MP4 samples, and the parameter sets that a camera sends with its key frames.

Sources: ISO/IEC 14496-15 (length prefixes), Rec. ITU-T H.264 and H.265 (types of NAL unit, Annex B).
"""

from collections.abc import Iterator

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
