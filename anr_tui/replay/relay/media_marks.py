"""What a camera's media says of itself: the end of a stream (RTCP BYE), and absolute times (ONVIF replay).

Sources: RFC 3550, sections 5.1, 5.3.1 and 6.6; ONVIF Streaming specification, "RTP header extension" of replay.
"""

import struct
from datetime import UTC, datetime, timedelta

from anr_tui.replay.relay.report import Findings, ReplayTime
from anr_tui.replay.rtsp.parser import Media

_FRAME_HEAD = 4
_RTP_HEAD = 12
_VERSION_BITS, _VERSION_2 = 0xC0, 0x80
_RTCP_BYE = 203
# A compound packet has a report, a description and a BYE; no camera sends more packets in one than this.
_MAX_RTCP_PACKETS = 16
_REPLAY_PROFILE, _REPLAY_WORDS = 0xABAC, 3
# Profile, length in words, NTP seconds and fraction, then flags and CSeq.
_EXTENSION = struct.Struct(">HHIII")
_JUMP_S = 1.0
_NTP_EPOCH = datetime(1900, 1, 1, tzinfo=UTC)
# Lower values belong to the next era, whose seconds count from 2036 (RFC 4330, section 3).
_NTP_ERA_0 = 1 << 31


class MediaMarks:
    """Finds the packets of the video stream that hold a BYE or an absolute time, and notes what they say."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._rtp_channel = self._rtcp_channel = -1
        self._clock_rate = 90_000
        self._latest: int | None = None
        self._ticks = 0
        self._offset_s: float | None = None
        self._furthest_s = 0.0
        self._has_stepped_back = False

    def watch(self, rtp_channel: int, rtcp_channel: int, clock_rate: int) -> None:
        """Set the interleaved channels of the video stream; `clock_rate` is the rate of its RTP time stamps, in Hz."""
        self._rtp_channel, self._rtcp_channel, self._clock_rate = rtp_channel, rtcp_channel, clock_rate

    def look(self, media: Media) -> None:
        """Read a run of interleaved frames. No bytes raise an error; a packet that cannot be read is ignored."""
        if self._latest is None and self._rtp_channel >= 0:
            self._begin(media.frames)
        for at in media.notable:
            channel = media.frames[at + 1]
            if channel == self._rtp_channel:
                self._place(_packet(media.frames, at))
            elif channel == self._rtcp_channel and _is_bye(_packet(media.frames, at)):
                self._findings.said_bye()

    def _begin(self, frames: memoryview) -> None:
        """Set the zero of media time: the first video packet, whether it holds an absolute time or not."""
        at = 0
        while at < len(frames):
            size = int.from_bytes(frames[at + 2 : at + _FRAME_HEAD], "big")
            if frames[at + 1] == self._rtp_channel and size >= _RTP_HEAD:
                self._latest = int.from_bytes(frames[at + 8 : at + 12], "big")
                return
            at += _FRAME_HEAD + size

    def _place(self, packet: memoryview) -> None:
        """Note an absolute time that differs from the one computed by RTP time stamps since the last noted one."""
        absolute_s = _replay_s(packet)
        if absolute_s is None or self._latest is None or self._has_stepped_back:
            return
        stamp = int.from_bytes(packet[4:8], "big")
        # Time stamps wrap around at 32 bits, and go back for pictures that are sent out of order.
        self._ticks += (stamp - self._latest + 0x8000_0000) % 0x1_0000_0000 - 0x8000_0000
        self._latest = stamp
        media_s = self._ticks / self._clock_rate
        if media_s < self._furthest_s - _JUMP_S:
            # After this point a time stamp no longer identifies one moment.
            self._has_stepped_back = True
            self._findings.times_hold_until(self._furthest_s)
            return
        self._furthest_s = max(self._furthest_s, media_s)
        offset_s = absolute_s - media_s
        if self._offset_s is None or abs(offset_s - self._offset_s) > _JUMP_S:
            self._offset_s = offset_s
            self._findings.placed(ReplayTime(media_s, _NTP_EPOCH + timedelta(seconds=absolute_s)))


def _packet(frames: memoryview, at: int) -> memoryview:
    size = int.from_bytes(frames[at + 2 : at + _FRAME_HEAD], "big")
    return frames[at + _FRAME_HEAD : at + _FRAME_HEAD + size]


def _replay_s(packet: memoryview) -> float | None:
    """The absolute time in a packet's ONVIF replay extension, in seconds since 1900; None where there is none."""
    if len(packet) < _RTP_HEAD or packet[0] & _VERSION_BITS != _VERSION_2:
        return None
    at = _RTP_HEAD + 4 * (packet[0] & 0x0F)
    if len(packet) < at + _EXTENSION.size:
        return None
    profile, words, seconds, fraction, _ = _EXTENSION.unpack_from(packet, at)
    if profile != _REPLAY_PROFILE or words != _REPLAY_WORDS or not seconds:
        return None
    if seconds < _NTP_ERA_0:
        seconds += 1 << 32
    # A float holds this to the microsecond until long after 2100.
    return float(seconds + fraction / (1 << 32))


def _is_bye(compound: memoryview) -> bool:
    """Whether a compound RTCP packet holds a BYE."""
    at = 0
    for _ in range(_MAX_RTCP_PACKETS):
        if len(compound) < at + 4 or compound[at] & _VERSION_BITS != _VERSION_2:
            return False
        if compound[at + 1] == _RTCP_BYE:
            return True
        at += 4 + 4 * int.from_bytes(compound[at + 2 : at + 4], "big")
    return False
