"""MP4 boxes and NAL units as our own code reads them; what libav reads is libav's to test."""

import math
import tempfile
from pathlib import Path

from anr_tui.fill.media.nal_units import annex_b, header_sets, sequence_sets
from anr_tui.fill.media.nal_units import parameter_sets as sets_of_sample
from anr_tui.sites.recordings.mp4_length import plain_length_s


def mp4(data: bytes) -> None:
    """A recording of these bytes has a length, or none is said."""
    with tempfile.NamedTemporaryFile(suffix=".mp4", buffering=0) as file:
        file.write(data)
        length_s = plain_length_s(Path(file.name))
    assert length_s is None or 0 < length_s < math.inf


def parameter_sets(data: bytes) -> None:
    """The first byte chooses the codec; the others are a sample, and a header."""
    codec = ("h264", "hevc", "mjpeg")[data[0] % 3] if data else "h264"
    sample = data[1:]
    plain = annex_b(sample)
    # Each unit has four bytes in front of it, in both formats.
    assert len(plain) <= len(sample)
    sets = sets_of_sample(sample, codec)
    assert len(sets) <= len(plain) and len(sequence_sets(sample, codec)) <= len(sets)
    assert sets == sets_of_sample(_with_lengths(plain), codec) or b"\0\0\0\1" in sample
    units = header_sets(sample, codec)
    assert sum(map(len, units)) <= len(sample)
    assert all(unit in sample for unit in units)


def _with_lengths(plain: bytes) -> bytes:
    """Annex B as it would be in a sample, where no unit holds a start code."""
    units = plain.split(b"\0\0\0\1")[1:]
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in units)
