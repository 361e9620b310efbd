"""Times as people write them."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from anr_tui.domain.timestamps import floor_second, format_stamp, parse_stamp
from anr_tui.domain.window import Window
from anr_tui.platform.spoken_time import DASH, moment_words, parse_span, parse_time, span_words

BERLIN, SHIFT = ZoneInfo("Europe/Berlin"), timedelta(hours=12)
NOW = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)  # a Monday, 09:00 in Berlin
moments = st.datetimes(datetime(1000, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
recent = st.datetimes(datetime(1990, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
# With half an hour as the change (Lord Howe), midnight as its time (Asuncion), and a whole day left out (Apia).
zones = st.sampled_from(
    (
        "UTC Europe/Berlin America/New_York Asia/Tokyo Asia/Kolkata Australia/Lord_Howe America/Asuncion Pacific/Apia "
        "Africa/Casablanca"
    ).split()
).map(ZoneInfo)


def said(text: str, *, is_end: bool = False) -> str:
    """What is understood on that Monday in Berlin, as it is printed."""
    return moment_words(parse_time(text, NOW, BERLIN, is_end=is_end), BERLIN, NOW)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("now", "Mon 30 Nov 09:00 CET = 08:00Z"),
        ("02:10", "Mon 30 Nov 02:10 CET = 01:10Z"),
        ("22:00", "Sun 29 Nov 22:00 CET = 21:00Z"),
        ("10pm", "Sun 29 Nov 22:00 CET = 21:00Z"),
        ("10:30 PM", "Sun 29 Nov 22:30 CET = 21:30Z"),
        ("noon", "Sun 29 Nov 12:00 CET = 11:00Z"),
        ("midnight", "Mon 30 Nov 00:00 CET = Sun 29 Nov 23:00Z"),
        ("02:10Z", "Mon 30 Nov 03:10 CET = 02:10Z"),
        ("02:10 UTC", "Mon 30 Nov 03:10 CET = 02:10Z"),
        ("yesterday 22:00", "Sun 29 Nov 22:00 CET = 21:00Z"),
        ("10 pm yesterday", "Sun 29 Nov 22:00 CET = 21:00Z"),
        ("Yesterday at 22:00:05", "Sun 29 Nov 22:00:05 CET = 21:00:05Z"),
        ("last night", "Sun 29 Nov 18:00 CET = 17:00Z"),
        ("last night 22:00", "Sun 29 Nov 22:00 CET = 21:00Z"),
        ("last night 02:10", "Mon 30 Nov 02:10 CET = 01:10Z"),
        ("yesterday", "Sun 29 Nov 00:00 CET = Sat 28 Nov 23:00Z"),
        ("monday 6:00", "Mon 30 Nov 06:00 CET = 05:00Z"),
        ("monday 22:00", "Mon 23 Nov 22:00 CET = 21:00Z"),
        ("last monday", "Mon 23 Nov 00:00 CET = Sun 22 Nov 23:00Z"),
        ("Wed", "Wed 25 Nov 00:00 CET = Tue 24 Nov 23:00Z"),
        ("29 Nov 02:10", "Sun 29 Nov 02:10 CET = 01:10Z"),
        ("Nov 29 02:10", "Sun 29 Nov 02:10 CET = 01:10Z"),
        ("24 December 2025", "Wed 24 Dec 2025 00:00 CET = Tue 23 Dec 2025 23:00Z"),
        ("24 December", "Wed 24 Dec 2025 00:00 CET = Tue 23 Dec 2025 23:00Z"),
        ("2h", "Mon 30 Nov 07:00 CET = 06:00Z"),
        ("30m ago", "Mon 30 Nov 08:30 CET = 07:30Z"),
        ("30 minutes ago", "Mon 30 Nov 08:30 CET = 07:30Z"),
        ("1h 30m", "Mon 30 Nov 07:30 CET = 06:30Z"),
        ("3d", "Fri 27 Nov 09:00 CET = 08:00Z"),
        ("2026-11-29", "Sun 29 Nov 00:00 CET = Sat 28 Nov 23:00Z"),
        ("2026-11-29T02:10", "Sun 29 Nov 02:10 CET = 01:10Z"),
        ("2026-11-29 02:10Z", "Sun 29 Nov 03:10 CET = 02:10Z"),
        ("2026-11-29T02:10:05.25+02:00", "Sun 29 Nov 01:10:05.25 CET = 00:10:05.25Z"),
        ("20261129T0210", "Sun 29 Nov 02:10 CET = 01:10Z"),
        ("2026-10-25 02:30 CEST", "Sun 25 Oct 02:30 CEST = 00:30Z"),
        ("2026-10-25 02:30 CET", "Sun 25 Oct 02:30 CET = 01:30Z"),
    ],
)
def test_a_time_as_people_say_it(text: str, words: str) -> None:
    assert said(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("yesterday", "Mon 30 Nov 00:00 CET = Sun 29 Nov 23:00Z"),
        ("last night", "Mon 30 Nov 06:00 CET = 05:00Z"),
        ("today", "Mon 30 Nov 09:00 CET = 08:00Z"),
        ("2026-11-29", "Sun 29 Nov 00:00 CET = Sat 28 Nov 23:00Z"),
    ],
)
def test_as_an_end_a_word_for_a_span_means_its_end_and_nothing_after_now(text: str, words: str) -> None:
    assert said(text, is_end=True) == words


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        ("22:00", "02:10", "Sun 29 Nov 22:00 - Mon 30 Nov 02:10 CET = Sun 29 Nov 21:00 - Mon 30 Nov 01:10Z"),
        ("02:10", "02:40", "Mon 30 Nov 02:10-02:40 CET = 01:10-01:40Z"),
        ("yesterday 22:00", "23:00", "Sun 29 Nov 22:00-23:00 CET = 21:00-22:00Z"),
        ("yesterday 22:00", None, "Sun 29 Nov 22:00 - Mon 30 Nov 09:00 CET = Sun 29 Nov 21:00 - Mon 30 Nov 08:00Z"),
        ("last night", "last night", "Sun 29 Nov 18:00 - Mon 30 Nov 06:00 CET = Sun 29 Nov 17:00 - Mon 30 Nov 05:00Z"),
        (None, "06:00", "Sun 29 Nov 18:00 - Mon 30 Nov 06:00 CET = Sun 29 Nov 17:00 - Mon 30 Nov 05:00Z"),
        (None, None, "Sun 29 Nov 21:00 - Mon 30 Nov 09:00 CET = Sun 29 Nov 20:00 - Mon 30 Nov 08:00Z"),
    ],
)
def test_an_end_without_a_day_is_the_first_one_after_the_start(
    since: str | None, until: str | None, words: str
) -> None:
    assert span_words(parse_span(since, until, NOW, BERLIN, SHIFT), BERLIN, NOW).replace(DASH, "-") == words


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        ("1h", "2h", r"The span ends \(Mon 30 Nov 07:00 CET = 06:00Z\) before it begins"),
        ("soon", None, "^--since 'soon' is no time; allowed are"),
        (None, "soon", "^--until 'soon' is no time; allowed are"),
        ("2026-03-29 02:30", None, "^--since 02:30 on Sun 29 Mar 2026 does not exist in Europe/Berlin"),
    ],
)
def test_what_is_no_span_is_refused_with_the_flag_that_is_wrong(
    since: str | None, until: str | None, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        parse_span(since, until, NOW, BERLIN, SHIFT)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "2026-10-25 02:30",
            "02:30 on Sun 25 Oct 2026 comes twice in Europe/Berlin, since the clocks go back then: "
            "say 2026-10-25T02:30+02:00 (CEST) or 2026-10-25T02:30+01:00 (CET).",
        ),
        (
            "2026-03-29T02:30:00",
            "02:30 on Sun 29 Mar 2026 does not exist in Europe/Berlin, since the clocks go forward then: "
            "say 01:30 or 03:30.",
        ),
        ("2026-10-25 02:30 EST", "02:30 on Sun 25 Oct 2026 is CEST or CET in Europe/Berlin, not EST."),
    ],
)
def test_what_a_zone_has_twice_or_never_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(ValueError) as refused:
        parse_time(text, NOW, BERLIN)
    assert str(refused.value) == words


def test_of_a_time_that_comes_twice_only_what_is_past_can_be_meant() -> None:
    between = datetime(2026, 10, 25, 1, 20, tzinfo=UTC)  # 02:20 for the second time
    assert parse_time("02:45", between, BERLIN) == datetime(2026, 10, 25, 0, 45, tzinfo=UTC)
    with pytest.raises(ValueError, match="02:15 on Sun 25 Oct 2026 comes twice"):
        parse_time("02:15", between, BERLIN)


def test_a_window_over_a_change_of_the_clocks_names_both_zones() -> None:
    window = Window(datetime(2026, 10, 24, 23, 30, tzinfo=UTC), datetime(2026, 10, 25, 2, 30, tzinfo=UTC))
    words = "Sun 25 Oct 01:30 CEST-03:30 CET = Sat 24 Oct 23:30 - Sun 25 Oct 02:30Z"
    assert span_words(window, BERLIN, NOW).replace(DASH, "-") == words
    assert span_words(window, UTC, NOW).replace(DASH, "-") == "Sat 24 Oct 23:30 - Sun 25 Oct 02:30Z"


SPANS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@given(st.integers(0, 9999), st.sampled_from(sorted(SPANS)), moments, zones)
def test_since_a_span_is_that_long_before_now(count: int, unit: str, now: datetime, zone: tzinfo) -> None:
    assert parse_time(f"{count}{unit}", now, zone) == now - count * SPANS[unit]
    assert parse_time(f" {count} {unit} ", now, zone) == parse_time(f"{count}{unit} ago", now, zone)


@given(moments, moments, zones)
def test_since_a_time_is_that_time_whenever_it_is_asked(moment: datetime, now: datetime, zone: tzinfo) -> None:
    assert parse_time(format_stamp(moment), now, zone) == moment
    assert parse_time(f"{moment:%Y-%m-%dT%H:%M:%S}", now, UTC) == floor_second(moment)
    assert parse_time(f"{moment:%Y-%m-%d}", now, UTC).date() == moment.date()


@given(st.text(alphabet="0123456789smhdwTZ:+-. \u0662", max_size=30), moments, zones)
def test_since_anything_is_a_moment_or_refused_in_a_sentence(text: str, now: datetime, zone: tzinfo) -> None:
    try:
        assert parse_time(text, now, zone).utcoffset() == timedelta(0)
    except ValueError as error:
        is_no_time = str(error).startswith(repr(text[:40])) and "allowed are" in str(error)
        assert is_no_time or "comes twice" in str(error) or "does not exist" in str(error)


words = st.sampled_from(
    (
        "last night yesterday today ago at noon midnight mon monday nov 29 2026 2h 02:10 10pm 10 pm 2026-10-25 02:30 "
        "CET Z +01:00 T , 31 feb 99:99"
    ).split()
)


@given(st.lists(words, max_size=6).map(" ".join), recent, zones, st.booleans())
def test_any_words_are_a_moment_or_refused_in_a_sentence(text: str, now: datetime, zone: tzinfo, is_end: bool) -> None:
    try:
        parse_time(text, now, zone, is_end=is_end)
    except ValueError as error:
        assert str(error).endswith(".")


@given(recent, recent, zones)
def test_a_time_without_a_zone_is_the_wall_clock_of_the_zone(moment: datetime, now: datetime, zone: tzinfo) -> None:
    """And where the wall clock shows it twice, both are named, and each of them is understood."""
    wall = floor_second(moment).astimezone(zone)
    text = f"{wall:%Y-%m-%dT%H:%M:%S}"
    both = {wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
    if len(both) == 1:
        assert parse_time(text, now, zone) == floor_second(moment)
        return
    with pytest.raises(ValueError, match="comes twice"):
        parse_time(text, now, zone)
    assert parse_time(f"{text} {wall:%z}", now, zone) == floor_second(moment)


@given(st.times(), recent, zones)
def test_a_time_of_day_is_the_last_one_before_now(clock: datetime, now: datetime, zone: tzinfo) -> None:
    text = f"{clock:%H:%M}"
    try:
        moment = parse_time(text, now, zone)
    except ValueError:
        return  # its day has it twice or never
    assert now - timedelta(hours=26) <= moment <= now
    assert f"{moment.astimezone(zone):%H:%M}" == text


@given(st.times(), recent, recent, zones)
def test_an_end_without_a_day_lies_within_a_day_after_the_start(
    clock: datetime, start: datetime, now: datetime, zone: tzinfo
) -> None:
    try:
        moment = parse_time(f"{clock:%H:%M}", now, zone, is_end=True, after=start)
    except ValueError:
        return
    assert start < moment <= start + timedelta(hours=50)
    assert f"{moment.astimezone(zone):%H:%M}" == f"{clock:%H:%M}"


@given(recent, recent, zones)
def test_what_was_understood_names_the_moment_in_utc(moment: datetime, now: datetime, zone: tzinfo) -> None:
    """Whoever types the echo's UTC half gets the same moment."""
    moment = floor_second(moment)
    said_utc = moment_words(moment, UTC, now)
    assume(moment <= now)
    assert parse_time(said_utc.partition(" ")[2], now, zone) == moment
    assert parse_stamp(format_stamp(moment)) == moment


@pytest.mark.parametrize(
    "text",
    [
        *("", "h", "2", "2y", "-2h", "1.5h", "\u0662h", "tomorrow", "999999w"),
        *("0001-01-01T00:00:00+02:00", "9999-12-31T23:59:59Z"),
        *("24:00", "22", "13pm", "yesterday midnight 02:10", "31 feb", "x" * 200),
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no time; allowed are"):
        parse_time(text, datetime(2026, 6, 13, tzinfo=UTC), BERLIN)
