"""RTP and RTCP packets as a camera sends them: payloads of H.264, H.265, G.711, G.726 and AAC, sender reports and BYE.

Sources: RFC 3550 (RTP, RTCP), RFC 3551 (G.711, G.726), RFC 6184 (H.264), RFC 7798 (H.265), RFC 3640 (AAC-hbr), and the
ONVIF Streaming Specification (RTP header extension 0xABAC of replay).
"""

import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_PAYLOAD = 1400

_NTP_EPOCH = datetime(1900, 1, 1, tzinfo=UTC)
_FRAGMENT_H264 = 28
_FRAGMENT_H265 = 49


def ntp_time(moment: datetime) -> int:
    """A moment as a 64-bit NTP time stamp: seconds since 1900 and their fraction, 32 bits each (RFC 3550, 4)."""
    microseconds = (moment - _NTP_EPOCH) // timedelta(microseconds=1)
    return (microseconds << 32) // 1_000_000


def h264_payloads(nals: "Sequence[bytes]") -> "Iterator[bytes]":
    """The RTP payloads of an access unit: NAL units whole, or as FU-A fragments if too long (RFC 6184, 5.6, 5.8)."""
    for nal in nals:
        if len(nal) <= MAX_PAYLOAD:
            yield nal
            continue
        indicator = bytes([nal[0] & 0xE0 | _FRAGMENT_H264])
        yield from _fragments(indicator, nal[0] & 0x1F, nal[1:])


def h265_payloads(nals: "Sequence[bytes]") -> "Iterator[bytes]":
    """The RTP payloads of an access unit: NAL units whole, or in fragments if too long (RFC 7798, 4.4.1, 4.4.3)."""
    for nal in nals:
        if len(nal) <= MAX_PAYLOAD:
            yield nal
            continue
        header = bytes([nal[0] & 0x81 | _FRAGMENT_H265 << 1, nal[1]])
        yield from _fragments(header, nal[0] >> 1 & 0x3F, nal[2:])


def _fragments(header: bytes, kind: int, body: bytes) -> "Iterator[bytes]":
    # Room for the headers is taken off, so that what is too long for one payload never becomes one fragment.
    room = MAX_PAYLOAD - len(header) - 1
    for at in range(0, len(body), room):
        start, end = at == 0, at + room >= len(body)
        yield header + bytes([start << 7 | end << 6 | kind]) + body[at : at + room]


def aac_payload(frame: bytes) -> bytes:
    """An AAC frame with its AU header before it: 13 bits of size in bytes, 3 bits of index (RFC 3640, 3.3.6)."""
    return struct.pack(">HH", 16, len(frame) << 3) + frame


@dataclass(frozen=True, slots=True)
class ReplayMark:
    """The header extension of ONVIF replay for an access unit: absolute time, flags, and the CSeq of the PLAY."""

    at: datetime
    is_clean_point: bool
    is_discontinuity: bool
    cseq: int

    def to_bytes(self) -> bytes:
        """The extension with its header: profile 0xABAC, a length of three 32-bit words."""
        flags = self.is_clean_point << 7 | self.is_discontinuity << 5
        return struct.pack(">HHQBBH", 0xABAC, 3, ntp_time(self.at), flags, self.cseq & 0xFF, 0)


@dataclass(slots=True)
class RtpStream:
    """One RTP stream of a session: numbers its packets, and counts packets and bytes for the sender reports."""

    payload_type: int
    clock_rate: int
    ssrc: int
    sequence: int
    first_timestamp: int
    _packets: int = field(default=0, init=False)
    _octets: int = field(default=0, init=False)

    def of_another_session(self) -> "RtpStream":
        """A stream of the same kind under another SSRC, with other numbers."""
        sequence, timestamp = (self.sequence + 30_011) & 0xFFFF, (self.first_timestamp + 1_500_000_007) & 0xFFFFFFFF
        return RtpStream(self.payload_type, self.clock_rate, self.ssrc ^ 0x3C3C_3C3C, sequence, timestamp)

    def timestamp(self, media_s: float) -> int:
        """The RTP time stamp of the moment `media_s` seconds after the start of the stream (RFC 3550, 5.1)."""
        return (self.first_timestamp + round(media_s * self.clock_rate)) & 0xFFFFFFFF

    def packets(self, payloads: "Sequence[bytes]", media_s: float, mark: ReplayMark | None = None) -> list[bytes]:
        """The packets of one access unit, `media_s` seconds after the stream's start.

        The last has the marker bit (RFC 3550, 5.1), the first the replay mark, if any.
        """
        timestamp = self.timestamp(media_s)
        packets = []
        for index, payload in enumerate(payloads):
            extension = mark.to_bytes() if mark is not None and index == 0 else b""
            marker = index == len(payloads) - 1
            head = struct.pack(
                ">BBHII",
                0x80 | bool(extension) << 4,
                marker << 7 | self.payload_type,
                self.sequence,
                timestamp,
                self.ssrc,
            )
            packets.append(head + extension + payload)
            self.sequence = (self.sequence + 1) & 0xFFFF
            self._octets += len(payload)
        self._packets += len(payloads)
        return packets

    def sender_report(self, at: datetime, media_s: float) -> bytes:
        """An RTCP sender report with the stream's CNAME (RFC 3550, 6.4.1 and 6.5.1).

        It maps the media time `media_s`, in seconds, to the wall-clock time `at`.
        """
        report = struct.pack(
            ">BBHIQIII",
            0x80,
            200,
            6,
            self.ssrc,
            ntp_time(at),
            self.timestamp(media_s),
            self._packets & 0xFFFFFFFF,
            self._octets & 0xFFFFFFFF,
        )
        return report + struct.pack(">BBHIBB6s4x", 0x81, 202, 4, self.ssrc, 1, 6, b"camera")

    def goodbye(self, at: datetime, media_s: float) -> bytes:
        """The RTCP packets that end a stream: sender report and BYE (RFC 3550, 6.6).

        The arguments are those of `sender_report`.
        """
        return self.sender_report(at, media_s) + struct.pack(">BBHI", 0x81, 203, 1, self.ssrc)


def interleaved(channel: int, packet: bytes) -> bytes:
    """An RTP or RTCP packet framed for the RTSP connection (RFC 2326, 10.12): `$`, channel, length, packet."""
    return struct.pack(">cBH", b"$", channel, len(packet)) + packet
