from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.timestamps import (
    ceil_second,
    floor_second,
    format_file_stem,
    format_stamp,
    parse_file_stem,
    parse_stamp,
)

moments = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
nanoseconds = st.integers(0, 999_999_999)


def heldar_stamp(moment: datetime, nanos: int) -> str:
    """As the recorder writes it: 0, 3, 6 or 9 fraction digits, as many as it takes."""
    head = f"{moment:%Y-%m-%dT%H:%M:%S}"
    if nanos == 0:
        return f"{head}+00:00"
    digits = f"{nanos:09}"
    while digits.endswith("000"):
        digits = digits[:-3]
    return f"{head}.{digits}+00:00"


@given(moments)
def test_what_was_written_is_read_back(moment: datetime) -> None:
    assert parse_stamp(format_stamp(moment)) == moment


@given(moments, nanoseconds, moments, nanoseconds)
def test_reading_never_reverses_the_order_of_texts(a: datetime, a_ns: int, b: datetime, b_ns: int) -> None:
    first, second = sorted([heldar_stamp(a, a_ns), heldar_stamp(b, b_ns)])
    assert parse_stamp(first) <= parse_stamp(second)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 6, 13, 5, 2, 19, tzinfo=UTC), "2026-06-13T05:02:19+00:00"),
        (datetime(2026, 6, 13, 5, 2, 19, 120_000, tzinfo=UTC), "2026-06-13T05:02:19.120+00:00"),
        (datetime(2026, 6, 13, 5, 2, 19, 123_456, tzinfo=UTC), "2026-06-13T05:02:19.123456+00:00"),
        (datetime(2026, 6, 13, 7, 2, 19, tzinfo=timezone(timedelta(hours=2))), "2026-06-13T05:02:19+00:00"),
    ],
)
def test_stamps_have_the_recorders_shape(moment: datetime, text: str) -> None:
    assert format_stamp(moment) == text


def test_nanoseconds_are_cut_not_rounded() -> None:
    assert parse_stamp("2026-06-13T05:02:19.999999999+00:00").microsecond == 999_999


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-06-13", "2026-06-13T05:02:19", "2026-13-01T00:00:00Z", "٢٠٢٦-06-13T05:02:19Z"]
)
def test_what_is_no_stamp_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        parse_stamp(text)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        format_stamp(datetime(2026, 6, 13))  # noqa: DTZ001


@given(moments)
def test_file_names_hold_the_whole_second(moment: datetime) -> None:
    assert parse_file_stem(format_file_stem(moment)) == floor_second(moment)


@pytest.mark.parametrize("stem", ["00010101_000000", "09990101_000000", "99991231_235959"])
def test_the_name_of_any_year_is_written_as_it_is_read(stem: str) -> None:
    assert format_file_stem(parse_file_stem(stem)) == stem


@pytest.mark.parametrize("stem", ["", "20260613", "20260613_1200000", "20261313_120000", "live", "20260613_12000x"])
def test_other_names_are_no_recordings(stem: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_file_stem(stem)


@given(moments)
def test_a_moment_lies_between_its_seconds(moment: datetime) -> None:
    assert floor_second(moment) <= moment <= ceil_second(moment)
    assert ceil_second(moment) - floor_second(moment) <= timedelta(seconds=1)
