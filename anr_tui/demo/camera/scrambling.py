"""Video that nobody can decode, as a camera with stream encryption sends it: all in order but the pictures."""

import zlib
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from anr_tui.demo.camera.card import Unit

_H264_SLICES = frozenset({1, 2, 3, 4, 5})
_FIRST_H265_NON_SLICE = 32


def scrambled(units: "Iterable[Unit]", codec: str, kept_bytes: int) -> "Iterator[Unit]":
    """The units with random bytes in their slices, behind the NAL header and `kept_bytes` more.

    Parameter sets and sizes stay, and so does sound. With 8 bytes, the slice header stays too: then a parser finds
    all pictures and key frames. The same slice always becomes the same bytes, as with an encryption whose key stays.
    """
    for unit in units:
        is_video = unit.media == "video"
        parts = tuple(_scrambled(nal, codec, kept_bytes) for nal in unit.parts) if is_video else unit.parts
        yield replace(unit, parts=parts)


def _scrambled(nal: bytes, codec: str, kept_bytes: int) -> bytes:
    if codec == "h264":
        header_bytes, is_slice = 1, nal[0] & 0x1F in _H264_SLICES
    else:
        header_bytes, is_slice = 2, nal[0] >> 1 & 0x3F < _FIRST_H265_NON_SLICE
    if not is_slice:
        return nal
    kept = nal[: header_bytes + kept_bytes]
    noise = Random(zlib.crc32(nal)).randbytes(len(nal) - len(kept))  # noqa: S311 -- repeatable noise, no secret
    # No byte is zero, so that no start code appears inside the NAL unit.
    return kept + noise.replace(b"\0", b"\1")
