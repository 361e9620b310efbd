"""RTP payloads can be put together again, and reports say what the RFCs ask for."""

import struct

from hypothesis import example, given
from hypothesis import strategies as st

from anr_tui.demo.camera.rtp import (
    MAX_PAYLOAD,
    ReplayMark,
    RtpStream,
    aac_payload,
    h264_payloads,
    h265_payloads,
    interleaved,
    ntp_time,
)
from tests.demo.conftest import NOON


@example(MAX_PAYLOAD, 0x65)
@given(st.integers(min_value=1, max_value=5 * MAX_PAYLOAD), st.sampled_from([0x65, 0x41, 0x06]))
def test_h264_units_survive_fragmentation(length: int, header: int) -> None:
    nal = bytes([header]) + bytes(length)
    payloads = list(h264_payloads([nal]))
    assert all(len(payload) <= MAX_PAYLOAD for payload in payloads)
    if len(payloads) == 1:
        assert payloads == [nal]
        return
    assert all(payload[0] == header & 0xE0 | 28 for payload in payloads)
    assert [payload[1] >> 7 for payload in payloads] == [1] + [0] * (len(payloads) - 1)
    assert [payload[1] >> 6 & 1 for payload in payloads] == [0] * (len(payloads) - 1) + [1]
    whole = bytes([payloads[0][0] & 0xE0 | payloads[0][1] & 0x1F]) + b"".join(body[2:] for body in payloads)
    assert whole == nal


@example(MAX_PAYLOAD - 1)
@given(st.integers(min_value=1, max_value=5 * MAX_PAYLOAD))
def test_h265_units_survive_fragmentation(length: int) -> None:
    nal = b"\x26\x01" + bytes(length)
    payloads = list(h265_payloads([nal]))
    if len(payloads) == 1:
        assert payloads == [nal]
        return
    kind = payloads[0][2] & 0x3F
    assert [payload[2] >> 6 for payload in payloads] == [2] + [0] * (len(payloads) - 2) + [1]
    assert all(payload[0] >> 1 & 0x3F == 49 for payload in payloads)
    assert bytes([payloads[0][0] & 0x81 | kind << 1, 1]) + b"".join(body[3:] for body in payloads) == nal


def test_an_aac_frame_follows_its_header() -> None:
    assert aac_payload(b"x" * 300) == struct.pack(">HH", 16, 300 << 3) + b"x" * 300


def test_packets_count_up_and_the_last_of_a_unit_has_the_marker() -> None:
    stream = RtpStream(96, 90_000, 7, 65_535, 0xFFFF_FFFF)
    packets = stream.packets([b"a", b"b"], media_s=1.0)
    heads = [struct.unpack(">BBHII", packet[:12]) for packet in packets]
    assert heads == [(0x80, 96, 65_535, 89_999, 7), (0x80, 0x80 | 96, 0, 89_999, 7)]


def test_the_replay_mark_stands_before_the_first_payload_only() -> None:
    stream = RtpStream(96, 90_000, 7, 1, 0)
    mark = ReplayMark(NOON, is_clean_point=True, is_discontinuity=True, cseq=258)
    first, second = stream.packets([b"a", b"b"], 0.0, mark)
    assert (first[0], second[0]) == (0x90, 0x80)
    assert struct.unpack(">HHQBBH", first[12:28]) == (0xABAC, 3, ntp_time(NOON), 0xA0, 2, 0)


def test_a_goodbye_follows_a_report_on_what_was_sent() -> None:
    stream = RtpStream(96, 90_000, 7, 1, 0)
    stream.packets([b"abc"], 0.0)
    compound = stream.goodbye(NOON, 2.0)
    kind, words, ssrc, ntp, rtp, packets, octets = struct.unpack(">xBHIQIII", compound[:28])
    assert (kind, words, ssrc, ntp, rtp, packets, octets) == (200, 6, 7, ntp_time(NOON), 180_000, 1, 3)
    assert len(compound) % 4 == 0
    assert compound[-8:] == struct.pack(">BBHI", 0x81, 203, 1, 7)


def test_a_frame_names_its_channel_and_length() -> None:
    assert interleaved(2, b"abc") == b"$\x02\x00\x03abc"
