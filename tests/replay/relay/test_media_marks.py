"""What media says of itself: BYE and absolute times are found, and no bytes raise or grow anything."""

import struct
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.demo.camera.rtp import ReplayMark, RtpStream
from anr_tui.replay.dialects.interface import request_of_url
from anr_tui.replay.relay.media_marks import MediaMarks
from anr_tui.replay.relay.report import MAX_REPLAY_TIMES, Findings, RelayReport, ReplayTime
from anr_tui.replay.rtsp.parser import Media, Parser
from tests.replay.conftest import NOON
from tests.replay.peer import frame, items

TARGET = request_of_url("rtsp://cam/")
VIDEO, VIDEO_RTCP, AUDIO, AUDIO_RTCP = 2, 3, 0, 1


class Watched:
    """A watch on the video stream, and what it found."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.findings = Findings(TARGET, self.log.append)
        self._watch = MediaMarks(self.findings)
        self._watch.watch(VIDEO, VIDEO_RTCP, 90_000)
        self._parser = Parser("peer")

    def see(self, wire: bytes) -> RelayReport:
        for item in items(self._parser, wire):
            assert isinstance(item, Media)
            self._watch.look(item)
        return self.findings.report


def stream(first_timestamp: int = 0) -> RtpStream:
    return RtpStream(96, 90_000, 7, 1, first_timestamp)


def picture(rtp: RtpStream, media_s: float, at: datetime | None, channel: int = VIDEO) -> bytes:
    """One access unit in two packets, with its absolute time."""
    mark = None if at is None else ReplayMark(at, is_clean_point=True, is_discontinuity=False, cseq=5)
    return b"".join(frame(channel, packet) for packet in rtp.packets([b"one", b"two"], media_s, mark))


def moment(media_s: float) -> datetime:
    return NOON + timedelta(seconds=media_s)


def close_to(*marks: ReplayTime) -> list[tuple[float, object]]:
    return [(media_s, pytest.approx(at, abs=timedelta(milliseconds=1))) for media_s, at in marks]


@pytest.mark.parametrize("first_timestamp", [0, 0xFFFF_FF00, 0x7FFF_FFFF])
def test_footage_without_holes_has_one_mark_also_where_time_stamps_run_over(first_timestamp: int) -> None:
    watched, rtp = Watched(), stream(first_timestamp)
    for number in range(1000):
        report = watched.see(picture(rtp, number * 60, moment(number * 60)))
    assert list(report.replay_times) == close_to(ReplayTime(0.0, NOON))


def test_a_hole_that_the_time_stamps_skip_is_marked() -> None:
    watched, rtp = Watched(), stream()
    for number in range(20):
        hole_s = 30 if number >= 10 else 0
        report = watched.see(picture(rtp, number, moment(number + hole_s)))
    assert list(report.replay_times) == close_to(ReplayTime(0.0, NOON), ReplayTime(10.0, moment(40)))


def test_a_hole_that_the_time_stamps_show_and_pictures_out_of_order_are_not_marked() -> None:
    watched, rtp = Watched(), stream()
    for media_s in (0.0, 0.2, 0.1, 0.4, 0.3, 60.0, 60.2, 60.1):
        report = watched.see(picture(rtp, media_s, moment(media_s)))
    assert len(report.replay_times) == 1


def test_a_slow_drift_is_marked_once_it_is_more_than_a_second() -> None:
    watched, rtp = Watched(), stream()
    for number in range(60):
        report = watched.see(picture(rtp, number, moment(number * 1.02)))
    assert [media_s for media_s, _ in report.replay_times] == [0.0, 51.0]


def marks_of(stamps: list[tuple[float, float]]) -> RelayReport:
    """What is found in pictures with these stamps and times, in seconds."""
    watched, rtp = Watched(), stream()
    report = watched.findings.report
    for media_s, at_s in stamps:
        report = watched.see(picture(rtp, media_s, moment(at_s)))
    return report


STEADY = [(number / 5, number / 5) for number in range(50)]


@pytest.mark.parametrize("off_s", [36_000.0, -36_000.0, 30.0, -30.0, 5.0])
@pytest.mark.parametrize("wrong", [(7,), (7, 30), (7, 8), (0,), (0, 20)])
def test_wrong_stamps_change_nothing_where_the_others_go_on(off_s: float, wrong: tuple[int, ...]) -> None:
    stamps = [(at_s + (off_s if number in wrong else 0.0), at_s) for number, (_, at_s) in enumerate(STEADY)]
    report = marks_of(stamps)
    assert report.replay_times_until_s is None
    assert report.replay_times[1:] == ()
    # The file begins with the first picture, whatever its stamp.
    assert list(report.replay_times) == close_to(ReplayTime(0.0, NOON))


def test_stamps_that_stay_ahead_are_a_jump() -> None:
    report = marks_of([(at_s + (30 if at_s > 5 else 0), at_s) for _, at_s in STEADY])
    assert list(report.replay_times) == close_to(ReplayTime(0.0, NOON), ReplayTime(35.2, moment(5.2)))
    assert report.replay_times_until_s is None


def test_what_comes_last_and_jumps_has_no_time() -> None:
    report = marks_of([*STEADY, (500.0, 10.0), (500.2, 10.2)])
    assert report.replay_times_until_s == pytest.approx(9.8)
    assert len(report.replay_times) == 1


def test_stamps_that_step_back_for_good_end_what_is_known() -> None:
    report = marks_of([*STEADY, *((media_s, at_s + 60) for media_s, at_s in STEADY)])
    assert report.replay_times_until_s == pytest.approx(9.8)
    assert len(report.replay_times) == 1


@pytest.mark.parametrize("rate", [0.5, 0.75, 1.25, 2.0])
def test_stamps_of_another_pace_show_it(rate: float) -> None:
    report = marks_of([(number / 5, number / 5 * rate) for number in range(100)])
    assert report.replay_rate == pytest.approx(rate, rel=0.001)


def test_holes_and_a_pace_that_changes_show_none() -> None:
    clips = [(number / 5, number / 5 + 2 * (number // 10)) for number in range(100)]
    assert marks_of(clips).replay_rate is None
    changes = [(number / 5, number / 5 * 1.5 if number < 50 else 15 + (number - 50) / 5 * 0.5) for number in range(100)]
    assert marks_of(changes).replay_rate is None
    assert marks_of(STEADY).replay_rate is None


def test_a_hole_does_not_hide_the_pace() -> None:
    stamps = [(number / 5, number / 5 * 1.5 + (30 if number >= 50 else 0)) for number in range(100)]
    report = marks_of(stamps)
    assert report.replay_rate == pytest.approx(1.5, rel=0.001)
    assert ReplayTime(10.0, moment(45.0)) in [ReplayTime(round(at_s, 3), when) for at_s, when in report.replay_times]


def test_media_seconds_count_from_the_first_video_packet_marked_or_not() -> None:
    watched, rtp = Watched(), stream(500)
    watched.see(picture(rtp, 0.0, moment(0), channel=AUDIO))
    watched.see(picture(rtp, 2.0, None))
    report = watched.see(picture(rtp, 5.0, moment(5)))
    assert list(report.replay_times) == close_to(ReplayTime(3.0, moment(5)))


def test_the_sound_and_other_extensions_say_nothing() -> None:
    watched, rtp = Watched(), stream()
    report = watched.see(picture(rtp, 0.0, NOON, channel=AUDIO))
    head = struct.pack(">BBHII", 0x90, 96, 1, 0, 7)
    for extension in (b"\xbe\xde\0\3" + bytes(12), b"\xab\xac\0\2" + bytes(12), b"\xab\xac\0\3" + bytes(11), b""):
        report = watched.see(frame(VIDEO, head + extension))
    assert report.replay_times == ()


def test_contributing_sources_come_before_the_extension() -> None:
    head = struct.pack(">BBHII", 0x92, 96, 1, 0, 7) + bytes(8)
    report = Watched().see(frame(VIDEO, head + ReplayMark(NOON, True, False, 1).to_bytes()))
    assert list(report.replay_times) == close_to(ReplayTime(0.0, NOON))


def test_seconds_that_ran_over_count_from_2036() -> None:
    head = struct.pack(">BBHII", 0x90, 96, 1, 0, 7) + struct.pack(">HHIII", 0xABAC, 3, 60, 0, 0)
    report = Watched().see(frame(VIDEO, head))
    assert list(report.replay_times) == close_to(ReplayTime(0.0, datetime(2036, 2, 7, 6, 29, 16, tzinfo=UTC)))


def test_marks_are_bounded() -> None:
    watched, rtp = Watched(), stream()
    for number in range(MAX_REPLAY_TIMES + 100):
        report = watched.see(picture(rtp, number, moment(number * 60)))
    assert len(report.replay_times) == MAX_REPLAY_TIMES


def test_a_bye_on_the_video_stream_is_seen_and_logged_once() -> None:
    watched, rtp = Watched(), stream()
    assert not watched.see(frame(VIDEO_RTCP, rtp.sender_report(NOON, 0.0))).said_bye
    assert not watched.see(frame(AUDIO_RTCP, rtp.goodbye(NOON, 0.0))).said_bye
    assert not watched.see(frame(VIDEO, rtp.goodbye(NOON, 0.0))).said_bye
    for _ in range(3):
        assert watched.see(frame(VIDEO_RTCP, rtp.goodbye(NOON, 0.0))).said_bye
    assert watched.log == ["the camera said BYE on the video stream"]


def test_a_bye_behind_endless_reports_is_no_cameras() -> None:
    empty_report = b"\x80\xc9\x00\x00"
    bye = b"\x81\xcb\x00\x01" + bytes(4)
    assert Watched().see(frame(VIDEO_RTCP, empty_report * 2 + bye)).said_bye
    assert not Watched().see(frame(VIDEO_RTCP, empty_report * 16_000 + bye)).said_bye


RTPISH = st.builds(
    bytes.__add__, st.sampled_from([b"\x90", b"\x9f", b"\x80", b"\x81\xcb", b"\x80\xc8"]), st.binary(max_size=64)
) | st.builds(
    lambda stamp, ntp: struct.pack(">BBHIIHHQI", 0x90, 96, 1, stamp, 7, 0xABAC, 3, ntp, 0),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**64 - 1),
)


@given(
    st.lists(st.tuples(st.integers(0, 4), RTPISH | st.binary(max_size=64)), max_size=40), st.integers(1, 999_999_999)
)
def test_no_bytes_raise_or_grow_anything(frames: list[tuple[int, bytes]], clock_rate: int) -> None:
    watched = Watched()
    watched._watch.watch(VIDEO, VIDEO_RTCP, clock_rate)
    report = watched.see(b"".join(frame(channel, payload) for channel, payload in frames))
    assert len(report.replay_times) <= min(len(frames), MAX_REPLAY_TIMES)
    for _, at in report.replay_times:
        assert at.tzinfo is UTC
