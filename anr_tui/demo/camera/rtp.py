"""RTP and RTCP as a camera sends them: payloads of H.264, H.265, G.711 and AAC, sender reports, goodbye.

Sources: RFC 3550 (RTP, RTCP), RFC 3551 (PCMA), RFC 6184 (H.264), RFC 7798 (H.265), RFC 3640 (AAC-hbr), and the
ONVIF Streaming Specification (header extension 0xABAC of replay).
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
    """The 64-bit NTP time stamp: seconds since 1900 in the upper half, their fraction in the lower."""
    microseconds = (moment - _NTP_EPOCH) // timedelta(microseconds=1)
    return (microseconds << 32) // 1_000_000


def h264_payloads(nals: "Sequence[bytes]") -> "Iterator[bytes]":
    """The access unit's RTP payloads: a NAL unit as it is, or in FU-A fragments."""
    for nal in nals:
        if len(nal) <= MAX_PAYLOAD:
            yield nal
            continue
        indicator = bytes([nal[0] & 0xE0 | _FRAGMENT_H264])
        yield from _fragments(indicator, nal[0] & 0x1F, nal[1:])


def h265_payloads(nals: "Sequence[bytes]") -> "Iterator[bytes]":
    """The access unit's RTP payloads: a NAL unit as it is, or in fragmentation units."""
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
    """One AAC frame behind its AU header: 13 bits of size, 3 of index (RFC 3640, 3.3.6)."""
    return struct.pack(">HH", 16, len(frame) << 3) + frame


@dataclass(frozen=True, slots=True)
class ReplayMark:
    """What ONVIF replay says of an access unit in the header extension: absolute time and flags."""

    at: datetime
    is_clean_point: bool
    is_discontinuity: bool
    cseq: int

    def to_bytes(self) -> bytes:
        """The extension with its header: profile 0xABAC, three words."""
        flags = self.is_clean_point << 7 | self.is_discontinuity << 5
        return struct.pack(">HHQBBH", 0xABAC, 3, ntp_time(self.at), flags, self.cseq & 0xFF, 0)


@dataclass(slots=True)
class RtpStream:
    """One RTP stream of a session: numbers its packets and keeps count for the sender reports."""

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
        """The RTP time stamp of a moment `media_s` seconds after the stream's first."""
        return (self.first_timestamp + round(media_s * self.clock_rate)) & 0xFFFFFFFF

    def packets(self, payloads: "Sequence[bytes]", media_s: float, mark: ReplayMark | None = None) -> list[bytes]:
        """The packets of one access unit: the last has the marker bit, the first the replay mark."""
        timestamp = self.timestamp(media_s)
        made = []
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
            made.append(head + extension + payload)
            self.sequence = (self.sequence + 1) & 0xFFFF
            self._octets += len(payload)
        self._packets += len(payloads)
        return made

    def sender_report(self, at: datetime, media_s: float) -> bytes:
        """An RTCP sender report with the stream's name (RFC 3550, 6.4.1 and 6.5)."""
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
        """An RTCP compound that ends the stream: sender report, then BYE (RFC 3550, 6.6)."""
        return self.sender_report(at, media_s) + struct.pack(">BBHI", 0x81, 203, 1, self.ssrc)


def interleaved(channel: int, packet: bytes) -> bytes:
    """The packet as it goes through the RTSP connection (RFC 2326, 10.12)."""
    return struct.pack(">cBH", b"$", channel, len(packet)) + packet
