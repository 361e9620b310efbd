"""Parameter sets are found among other NAL units, and damaged samples end where they end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.fill.media.nal_units import annex_b, header_sets, parameter_sets, sequence_sets

START = b"\0\0\0\1"
# The first byte says the kind: the lower five bits in H.264, six bits above the lowest in H.265.
H264 = {"sps": b"\x67sps", "pps": b"\x68pps", "sei": b"\x06sei", "idr": b"\x65idr"}
HEVC = {"vps": b"\x40\1vps", "sps": b"\x42\1sps", "pps": b"\x44\1pps", "idr": b"\x26\1idr"}


def sample_of(*units: bytes) -> bytes:
    return b"".join(len(unit).to_bytes(4) + unit for unit in units)


@pytest.mark.parametrize(
    ("codec", "units", "sequence", "all_sets"),
    [("h264", H264, ["sps"], ["sps", "pps"]), ("hevc", HEVC, ["sps"], ["vps", "sps", "pps"])],
)
def test_parameter_sets_are_found_among_other_units(
    codec: str, units: dict[str, bytes], sequence: list[str], all_sets: list[str]
) -> None:
    sample = sample_of(*units.values())

    assert sequence_sets(sample, codec) == b"".join(units[name] for name in sequence)
    assert parameter_sets(sample, codec) == b"".join(START + units[name] for name in all_sets)


def test_a_codec_that_nobody_knows_has_no_parameter_sets() -> None:
    sample = sample_of(*H264.values())

    assert (sequence_sets(sample, "mjpeg"), parameter_sets(sample, "mjpeg")) == (b"", b"")


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=5))
def test_start_codes_take_the_place_of_lengths_and_nothing_else_changes(units: list[bytes]) -> None:
    assert annex_b(sample_of(*units)) == b"".join(START + unit for unit in units)


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=5), st.data())
def test_a_unit_that_is_cut_off_is_left_out(units: list[bytes], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(units[-1])))

    assert annex_b(sample_of(*units)[:-cut]) == annex_b(sample_of(*units[:-1]))


@given(st.binary(max_size=200))
def test_any_bytes_at_all_are_read_to_an_end(sample: bytes) -> None:
    assert len(annex_b(sample)) <= len(sample)


def counted(*units: bytes) -> bytes:
    return b"".join(len(unit).to_bytes(2) + unit for unit in units)


def test_the_sets_in_a_header_are_the_same_whatever_is_around_them() -> None:
    avcc = b"\1\x64\0\x1f\xff\xe1" + counted(H264["sps"]) + b"\1" + counted(H264["pps"])
    assert header_sets(avcc, "h264") == [H264["sps"], H264["pps"]]
    assert header_sets(avcc + b"\xfd\xf8\xf8\0", "h264") == [H264["sps"], H264["pps"]]
    arrays = [b"\xa0\0\1" + counted(HEVC[name]) for name in ("vps", "sps", "pps")]
    hvcc = b"\1" + bytes(21) + b"\3" + b"".join(arrays)
    assert header_sets(hvcc, "hevc") == [HEVC["vps"], HEVC["sps"], HEVC["pps"]]


@given(header=st.binary(max_size=60), codec=st.sampled_from(["h264", "hevc", "mpeg4"]))
def test_any_other_header_stands_for_itself(header: bytes, codec: str) -> None:
    assert header_sets(b"\0" + header, codec) == [b"\0" + header]
    assert all(header_sets(b"\1" + header, codec))
    assert header_sets(b"", codec) == []
