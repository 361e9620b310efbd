"""A front of an earlier session is known by its SSRC, at the media time at which it ends."""

import struct

import pytest

from anr_tui.replay.dialects.interface import request_of_url
from anr_tui.replay.relay import source_watch
from anr_tui.replay.relay.report import Findings
from anr_tui.replay.relay.source_watch import SourceWatch
from tests.replay.peer import frame

RATE = 90_000


def packet(source: int, at_s: float, first: int = 0xFFFF_0000) -> bytes:
    stamp = (first + round(at_s * RATE)) & 0xFFFF_FFFF
    return struct.pack(">BBHII", 0x80, 96, 1, stamp, source) + b"picture"


def watched(*frames: bytes, is_whole: bool = True) -> float | None:
    """What is found out of frames that arrive at once, or each by itself."""
    findings = Findings(request_of_url("rtsp://192.0.2.1/"), lambda _: None)
    watch = SourceWatch(findings)
    watch.watch(0, RATE)
    for run in [b"".join(frames)] if is_whole else frames:
        watch.look(memoryview(run))
    return findings.report.front_s


def session(source: int, length_s: int, first: int = 0xFFFF_0000, channel: int = 0) -> list[bytes]:
    return [frame(channel, packet(source, at_s, first)) for at_s in range(length_s + 1)]


@pytest.mark.parametrize("is_whole", [True, False])
def test_a_front_ends_where_the_source_changes(is_whole: bool) -> None:
    assert watched(*session(1, 3, first=7), *session(2, 10), is_whole=is_whole) == 3
    assert watched(*session(2, 10), is_whole=is_whole) is None


def test_fronts_of_several_sessions_are_one() -> None:
    assert watched(*session(1, 3, first=7), *session(3, 2), *session(2, 10)) == 5


def test_a_front_is_as_long_as_its_stamps_reach_whatever_their_order() -> None:
    """GIVEN a front whose stamps step back THEN no picture of it counts as footage, and it has no negative length."""
    out_of_order = [frame(0, packet(1, at_s, first=7)) for at_s in (0, 3, 1, 2)]
    backwards = [frame(0, packet(1, -at_s, first=7)) for at_s in range(5)]

    assert watched(*out_of_order, *session(2, 10)) == 3
    assert watched(*backwards, *session(2, 10)) == 0


def test_sources_that_take_turns_are_no_front() -> None:
    turns = [each for pair in zip(session(1, 5), session(2, 5, first=7), strict=True) for each in pair]
    assert watched(*turns) is None


def test_a_source_for_each_file_whose_stamps_go_on_is_one_session() -> None:
    first, *rest = (frame(0, packet(1 + at_s // 3, at_s)) for at_s in range(12))
    assert watched(first, *rest) is None


def test_what_is_longer_than_a_front_is_none() -> None:
    assert watched(*session(1, 31, first=7), *session(2, 10)) is None


def test_other_streams_say_nothing() -> None:
    report = [frame(1, b"\x80\xc8\x00\x06" + bytes(24)), frame(2, packet(9, 0)), frame(0, b"\x80"), frame(0, b"")]
    assert watched(*session(2, 3), *report, *session(2, 3)) is None


def test_what_comes_late_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_watch, "_LONGEST_FRONT_BYTES", 100)
    assert watched(*session(1, 30, first=7), *session(2, 10), is_whole=False) is None
