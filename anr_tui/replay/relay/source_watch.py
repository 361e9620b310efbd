"""Watches from which source the video comes while a replay begins: a front of an earlier session has another SSRC.

Source: RFC 3550, section 5.1 (SSRC, time stamp). Some devices send the rest of the session before first. Others take a
new SSRC for each file that they play: there the time stamps go on.
"""

from anr_tui.replay.relay.report import Findings

_FRAME_HEAD = 4
_RTP_HEAD = 12
# No device keeps more of an earlier session than this; what comes later is not looked at, packet by packet.
_LONGEST_FRONT_BYTES = 16 * 1024 * 1024
_LONGEST_FRONT_S = 30.0
_GOES_ON_S = 1.0


class SourceWatch:
    """Looks at the packets of the video stream, from the first on, until more came than a front can hold."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._channel = -1
        self._clock_rate = 90_000
        self._left_bytes = _LONGEST_FRONT_BYTES
        self._sources: set[bytes] = set()
        self._source = b""
        self._latest = 0
        self._front_s = self._length_s = self._position_s = 0.0

    def watch(self, rtp_channel: int, clock_rate: int) -> None:
        """Set the interleaved channel of the video stream; `clock_rate` is the rate of its RTP time stamps, in Hz."""
        self._channel, self._clock_rate = rtp_channel, clock_rate

    def look(self, frames: memoryview) -> None:
        """Read a run of interleaved frames; a packet that cannot be read is ignored."""
        if self._left_bytes <= 0 or self._channel < 0:
            return
        self._left_bytes -= len(frames)
        at = 0
        while at + _FRAME_HEAD <= len(frames):
            size = int.from_bytes(frames[at + 2 : at + _FRAME_HEAD], "big")
            if frames[at + 1] == self._channel and size >= _RTP_HEAD:
                self._take(frames[at + _FRAME_HEAD : at + _FRAME_HEAD + _RTP_HEAD])
            at += _FRAME_HEAD + size

    def _take(self, head: memoryview) -> None:
        stamp, source = int.from_bytes(head[4:8], "big"), bytes(head[8:12])
        step_s = ((stamp - self._latest + 0x8000_0000) % 0x1_0000_0000 - 0x8000_0000) / self._clock_rate
        self._latest = stamp
        if source == self._source or (self._sources and abs(step_s) <= _GOES_ON_S):
            # Stamps may step back: for pictures that are sent out of order, or at a device's whim.
            self._position_s += step_s
            self._length_s = max(self._length_s, self._position_s)
            self._source = source
        elif source in self._sources:
            # Two that take turns are no front, and one after another again is none either.
            self._is_no_front()
        else:
            self._begin(source)

    def _begin(self, source: bytes) -> None:
        """Take in the first packet of a source that goes on from none before."""
        if self._sources:
            self._front_s += self._length_s
            if self._front_s > _LONGEST_FRONT_S:
                return self._is_no_front()
            self._findings.front_of_another_session(self._front_s)
        self._sources.add(source)
        self._source, self._length_s, self._position_s = source, 0.0, 0.0

    def _is_no_front(self) -> None:
        self._findings.front_of_another_session(None)
        self._left_bytes = 0
