"""Interleaved RTP and RTCP: no bytes make the readers of media fail, and what they note stays within bounds."""

import math
import struct
from datetime import UTC, datetime

from anr_tui.replay.dialects.interface import request_of_url
from anr_tui.replay.relay.media_marks import MediaMarks
from anr_tui.replay.relay.report import MAX_REPLAY_TIMES, Findings, RelayReport
from anr_tui.replay.relay.source_watch import SourceWatch
from anr_tui.replay.rtsp.parser import Media, Parser, RtspError
from tests.fuzz.targets.parts import received

_VIDEO, _VIDEO_RTCP = 2, 3
_RATES = (90_000, 1, 1000, 48_000, 999_999_999)
_STEP = struct.Struct(">iiB")
_EXTENDED = struct.Struct(">BBHIIHHIII")
_REQUEST = request_of_url("rtsp://192.0.2.11/")
# The furthest moments that an ONVIF time can give: from 1968 to 2104.
_EARLIEST, _LATEST = datetime(1968, 1, 1, tzinfo=UTC), datetime(2105, 1, 1, tzinfo=UTC)


def media(data: bytes) -> None:
    """The first byte chooses the clock rate, the second the portions; the others are what arrives."""
    if len(data) < 2:
        return
    _check(_report(data[2:], _RATES[data[0] % len(_RATES)], data[1] + 1))


def media_times(data: bytes) -> None:
    """Each nine bytes are a picture: how far its stamp (in ticks) and its time (in 1/256 s) went on, and its source."""
    stamp, absolute, wire = 0, 3_990_000_000 << 8, bytearray()
    for ticks, passed, flags in _STEP.iter_unpack(data[: len(data) // _STEP.size * _STEP.size]):
        stamp, absolute = (stamp + ticks) % (1 << 32), (absolute + passed) % (1 << 40)
        seconds, fraction = absolute >> 8, (absolute & 0xFF) << 24
        packet = _EXTENDED.pack(0x90, 96, 0, stamp, flags & 3, 0xABAC, 3, seconds, fraction, 0)
        wire += b"$" + bytes([_VIDEO]) + len(packet).to_bytes(2, "big") + packet
    report = _report(bytes(wire), 90_000, 1 + len(wire))
    assert not report.said_bye
    _check(report)


def _report(wire: bytes, clock_rate: int, portion: int) -> RelayReport:
    findings = Findings(_REQUEST, lambda _: None)
    marks, source, parser = MediaMarks(findings), SourceWatch(findings), Parser("peer")
    marks.watch(_VIDEO, _VIDEO_RTCP, clock_rate)
    source.watch(_VIDEO, clock_rate)
    try:
        for item in received(parser, wire, portion):
            if isinstance(item, Media):
                marks.look(item)
                source.look(item.frames)
    except RtspError:
        pass
    finally:
        parser.release()
    return findings.report


def _check(report: RelayReport) -> None:
    assert len(report.replay_times) <= MAX_REPLAY_TIMES
    assert all(math.isfinite(media_s) and _EARLIEST <= at <= _LATEST for media_s, at in report.replay_times)
    assert report.replay_rate is None or 0 < report.replay_rate < math.inf
    assert report.replay_times_until_s is None or math.isfinite(report.replay_times_until_s)
    assert report.front_s is None or (math.isfinite(report.front_s) and report.front_s >= 0)
