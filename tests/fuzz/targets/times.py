"""Times as databases, cameras and people write them: read, written and read again they are the same."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from anr_tui.config.bandwidth_schedule import parse_bandwidth_schedule
from anr_tui.domain.timestamps import (
    ceil_second,
    floor_second,
    format_file_stem,
    format_stamp,
    parse_file_stem,
    parse_stamp,
)
from anr_tui.platform.spoken_time import moment_words, parse_time
from anr_tui.replay.relay.report import parse_date
from anr_tui.replay.rtsp.play_range import read_range

_NOW = datetime(2026, 6, 13, 12, 0, 0, 250_000, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_ZONES = (UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe"))
_LONGEST_SENTENCE = 600


def times(data: bytes) -> None:
    """A text in UTF-8 and in latin-1, as every reader of times sees it."""
    for text in {data.decode("utf-8", "surrogateescape"), data.decode("latin-1")}:
        _check_stamp(text)
        _check_file_stem(text)
        _check_spoken(text)
        _check_camera_times(text)
        _check_schedule(text)


def _check_stamp(text: str) -> None:
    try:
        moment = parse_stamp(text)
    except ValueError:
        return
    written = format_stamp(moment)
    assert moment.tzinfo is UTC
    assert parse_stamp(written) == moment
    assert format_stamp(parse_stamp(written)) == written
    if moment.year < 9999:
        assert floor_second(moment) <= moment <= ceil_second(moment) <= floor_second(moment) + _SECOND
    assert parse_file_stem(format_file_stem(moment)) == floor_second(moment)


def _check_file_stem(text: str) -> None:
    try:
        moment = parse_file_stem(text)
    except ValueError:
        return
    assert moment.tzinfo is UTC
    assert format_file_stem(moment) == text


def _check_spoken(text: str) -> None:
    for zone in _ZONES:
        try:
            moment = parse_time(text, _NOW, zone)
        except ValueError as error:
            assert len(str(error)) < _LONGEST_SENTENCE
            continue
        assert moment.tzinfo is UTC
        assert moment_words(moment, zone, _NOW)
        format_stamp(moment)


def _check_camera_times(text: str) -> None:
    told = read_range(text)
    if told is not None:
        assert told.is_live == (told.start is None)
        assert told.start is None or told.end is None or told.start < told.end
    moment = parse_date(text)
    assert moment is None or moment.utcoffset() == timedelta()


def _check_schedule(text: str) -> None:
    try:
        schedule = parse_bandwidth_schedule(text)
    except ValueError:
        return
    assert schedule.entries
    assert all(earlier[0] < later[0] for earlier, later in pairwise(schedule.entries))
    until = schedule.until(_NOW)
    assert until is None or until > _NOW
    rate = schedule.rate_at(_NOW)
    assert rate is None or rate >= 0
