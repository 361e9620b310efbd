"""What a camera's media says of itself: the end of a stream (RTCP BYE), and absolute times (ONVIF replay).

Sources: RFC 3550, sections 5.1, 5.3.1 and 6.6; ONVIF Streaming specification, "RTP header extension" of replay.
"""

import struct
from dataclasses import dataclass
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
# So many pictures in a row must agree that their stamps jumped, or that their times did, before that is believed.
_ENOUGH_STAMPS, _ENOUGH_TIMES = 3, 2
# Stamps run at most so many times as fast as time; beside that, a step of them is no jump up to this many seconds.
_FASTEST, _LEAST_JUMP_S = 2.2, 0.5
# Between two pictures media time may drift by that much for each of its seconds, beside that of stamps that jitter.
_MOST_DRIFT, _JITTER_S = 1.2, 0.1
# Stretches whose pace differs by more show none.
_STEADY_SHARE = 0.05
_MOST_STRETCHES = 1000
_NTP_EPOCH = datetime(1900, 1, 1, tzinfo=UTC)
# Lower values belong to the next era, whose seconds count from 2036 (RFC 4330, section 3).
_NTP_ERA_0 = 1 << 31


@dataclass(slots=True)
class _Picture:
    """A picture with an absolute time: its stamp, its media time, and that time, in seconds."""

    stamp: int
    media_s: float
    absolute_s: float

    @property
    def offset_s(self) -> float:
        return self.absolute_s - self.media_s

    def goes_on_after(self, other: "_Picture") -> bool:
        """Whether its stamp may be right, if that of the other one is: it ran on, and hardly further than time has."""
        media_s, passed_s = self.media_s - other.media_s, self.absolute_s - other.absolute_s
        return -_JUMP_S <= media_s <= _LEAST_JUMP_S + _FASTEST * max(0.0, passed_s)

    def is_steady_after(self, other: "_Picture") -> bool:
        """Whether media time ran on from the other one to this one, at whatever pace."""
        media_s = self.media_s - other.media_s
        return abs(self.offset_s - other.offset_s) <= _JITTER_S + _MOST_DRIFT * abs(media_s)


class MediaMarks:
    """Finds the packets of the video stream that hold a BYE or an absolute time, and notes what they say.

    A picture whose stamp steps back, or further ahead than time has, is believed only once others go on after it: one
    or two after which the others go on where they were before are wrong. What comes last, and jumps so, has no time.
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._rtp_channel = self._rtcp_channel = -1
        self._clock_rate = 90_000
        self._zero: int | None = None
        self._last: _Picture | None = None
        self._noted: _Picture | None = None
        self._is_first = True
        self._doubted: list[_Picture] = []
        self._pace = _Pace()
        self._furthest_s = 0.0
        self._is_held = False
        self._has_stepped_back = False

    def watch(self, rtp_channel: int, rtcp_channel: int, clock_rate: int) -> None:
        """Set the interleaved channels of the video stream; `clock_rate` is the rate of its RTP time stamps, in Hz."""
        self._rtp_channel, self._rtcp_channel, self._clock_rate = rtp_channel, rtcp_channel, clock_rate

    def look(self, media: Media) -> None:
        """Read a run of interleaved frames. No bytes raise an error; a packet that cannot be read is ignored."""
        if self._zero is None and self._rtp_channel >= 0:
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
                self._zero = int.from_bytes(frames[at + 8 : at + 12], "big")
                return
            at += _FRAME_HEAD + size

    def _place(self, packet: memoryview) -> None:
        """Take in a packet with an absolute time."""
        absolute_s = _replay_s(packet)
        if absolute_s is None or self._zero is None or self._has_stepped_back:
            return
        stamp = int.from_bytes(packet[4:8], "big")
        picture = self._after(self._last, stamp, absolute_s)
        if self._last is None or picture.goes_on_after(self._last):
            self._believe(picture)
            return
        if self._doubted and self._doubted[-1].stamp == stamp:
            return
        self._doubt(picture)

    def _after(self, last: _Picture | None, stamp: int, absolute_s: float) -> _Picture:
        """A picture with its media time counted from that of another one.

        Time stamps wrap around at 32 bits, and go back for pictures that are sent out of order.
        """
        from_stamp, from_s = (last.stamp, last.media_s) if last else (self._zero or 0, 0.0)
        ticks = (stamp - from_stamp + 0x8000_0000) % 0x1_0000_0000 - 0x8000_0000
        return _Picture(stamp, from_s + ticks / self._clock_rate, absolute_s)

    def _doubt(self, picture: _Picture) -> None:
        """Take in a picture that does not go on where the last believed one stood."""
        former = self._doubted[-1] if self._doubted else None
        following = self._after(former, picture.stamp, picture.absolute_s)
        is_one_of_them = former is not None and following.goes_on_after(former)
        self._doubted = [*self._doubted, following] if is_one_of_them else [picture]
        self._hold(self._furthest_s)
        if len(self._doubted) >= self._enough(self._doubted[0]):
            self._settle()

    def _hold(self, media_s: float | None) -> None:
        if self._is_held is (media_s is None):
            self._is_held = media_s is not None
            self._findings.times_hold_until(media_s)

    def _enough(self, picture: _Picture) -> int:
        """How many pictures must agree that something jumped: where only the stamps did, they may be wrong."""
        is_stamp = self._last is not None and 0 <= picture.absolute_s - self._last.absolute_s <= _JUMP_S
        return _ENOUGH_STAMPS if is_stamp else _ENOUGH_TIMES

    def _settle(self) -> None:
        """Believe the doubted pictures: time has jumped, or the stamp of the very first picture was wrong."""
        doubted, self._doubted = self._doubted, []
        since_s = doubted[0].absolute_s - self._last.absolute_s if self._last else 0.0
        if self._last is not None and self._is_first and 0 < since_s <= _JUMP_S:
            moved_s = self._last.media_s + since_s - doubted[0].media_s
            for picture in doubted:
                picture.media_s += moved_s
        elif doubted[0].media_s < self._furthest_s - _JUMP_S:
            # After this point a time stamp no longer identifies one moment.
            self._has_stepped_back = True
            return
        for picture in doubted:
            self._believe(picture)

    def _believe(self, picture: _Picture) -> None:
        """Note a picture's time where it differs from what the last noted one has for it by now."""
        self._hold(None)
        self._doubted.clear()
        last, self._last = self._last, picture
        self._is_first = last is None or (self._is_first and picture.stamp == last.stamp)
        self._furthest_s = max(self._furthest_s, picture.media_s)
        if self._pace.take(picture, last):
            self._findings.paced(self._pace.rate)
        if self._noted is None or abs(picture.offset_s - self._noted.offset_s) > _JUMP_S:
            self._noted = picture
            at = _NTP_EPOCH + timedelta(seconds=picture.absolute_s)
            self._findings.placed(ReplayTime(picture.media_s, at))


class _Pace:
    """The seconds that pass while media time runs on for one, as far as pictures show it.

    It is measured over stretches without a jump in which the two have drifted apart by a second.
    """

    def __init__(self) -> None:
        self._from: _Picture | None = None
        self._media_s = self._passed_s = 0.0
        self._rates: list[float] = []

    @property
    def rate(self) -> float | None:
        """The seconds that pass in one of media time; None where stretches differ."""
        rate = self._passed_s / self._media_s
        is_steady = all(abs(each - rate) <= _STEADY_SHARE * rate for each in self._rates)
        return rate if is_steady else None

    def take(self, picture: _Picture, last: _Picture | None) -> bool:
        """Take in the next picture; whether that completes a stretch."""
        if self._from is None or last is None or not picture.is_steady_after(last):
            self._from = picture
            return False
        media_s = picture.media_s - self._from.media_s
        passed_s = picture.absolute_s - self._from.absolute_s
        if abs(passed_s - media_s) <= _JUMP_S or media_s <= 0 or passed_s <= 0:
            return False
        self._from = picture
        self._media_s, self._passed_s = self._media_s + media_s, self._passed_s + passed_s
        self._rates = [*self._rates, passed_s / media_s][-_MOST_STRETCHES:]
        return True


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
