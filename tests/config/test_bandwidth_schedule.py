"""Caps and timetables: what is read, what is refused with a clear sentence, and what holds when."""

from datetime import UTC, datetime, time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from anr_tui.config.bandwidth_schedule import (
    HIGHEST_RATE,
    LOWEST_RATE,
    MAX_ENTRIES,
    BandwidthSchedule,
    parse_bandwidth_schedule,
)

RATES = st.none() | st.just(0) | st.integers(LOWEST_RATE, HIGHEST_RATE)
TIMES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
TABLES = st.dictionaries(TIMES, RATES, min_size=1, max_size=MAX_ENTRIES)
PIECES = st.sampled_from(
    ["08:00", "8:0", "24:00", "12:60", "2M", "500k", "off", "halt", "-1", "1e9", ",", " ", ":", "²"]
)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 6, 13, hour, minute, tzinfo=UTC)


def written(rate: int | None) -> str:
    return "unlimited" if rate is None else str(rate)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("2M", 2_000_000),
        ("500k", 500_000),
        ("500K", 500_000),
        ("2m", 2_000_000),
        ("1.5M", 1_500_000),
        ("1G", 1_000_000_000),
        ("64000", 64_000),
        (" 2M ", 2_000_000),
        ("off", None),
        ("unlimited", None),
        ("Unlimited", None),
        ("0", 0),
        ("0k", 0),
        ("halt", 0),
    ],
)
def test_a_cap_holds_all_day(text: str, rate: int | None) -> None:
    table = parse_bandwidth_schedule(text)
    assert [table.rate_at(at(hour)) for hour in (0, 12, 23)] == [rate] * 3


def test_a_timetable_changes_through_the_day_and_holds_over_night() -> None:
    table = parse_bandwidth_schedule("08:00 2M, 19:00 off, 6:30 halt")
    assert [table.rate_at(at(*clock)) for clock in ((0, 0), (6, 29), (6, 30), (7, 59), (8, 0), (18, 59), (19, 0))] == [
        *[None, None, 0, 0, 2_000_000, 2_000_000, None]
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "'' is no rate"),
        ("2X", "'2X' is no rate"),
        ("-1", "'-1' is no rate"),
        ("2 M", "'2 M' is no rate"),
        ("2M, 3M", "'2M' is no time of the day with a rate"),
        ("08:00", "'08:00' is no time of the day with a rate"),
        ("08:00 2M,", "'' is no time of the day with a rate"),
        ("08:00 fast", "'fast' is no rate"),
        ("24:00 2M", "24:00 is no time of the day"),
        ("12:60 2M", "12:60 is no time of the day"),
        ("08:00 2M, 8:00 3M", "08:00 is in it twice; use each time of day once"),
        ("5", "'5' is out of range"),
        ("999G", "'999G' is out of range"),
        ("x" * 999, "'" + "x" * 40 + "…' is no rate"),
        ("x" * 1001, "longer than 1000 characters"),
        (",".join(["1:00 2M"] * 49), "more than 48 entries"),
    ],
)
def test_bad_text_is_refused_with_the_bad_part(text: str, words: str) -> None:
    with pytest.raises(ValueError) as refusal:
        parse_bandwidth_schedule(text)
    assert words in str(refusal.value)
    assert any(remedy in str(refusal.value) for remedy in ("allowed", "use each time of day once", "entries"))


@given(TABLES, TIMES)
def test_what_was_written_is_read_whatever_its_order(table: dict[time, int | None], now: time) -> None:
    parsed = parse_bandwidth_schedule(",".join(f"{start:%H:%M} {written(rate)}" for start, rate in table.items()))
    assert parsed == BandwidthSchedule(tuple(sorted(table.items())))
    holding = max((start for start in table if start <= now), default=max(table))
    assert parsed.rate_at(datetime.combine(at(0).date(), now)) == table[holding]


@given(st.text(max_size=60) | st.lists(PIECES, max_size=20).map("".join))
@example("000000000000000:\x1f\x1f\x1f\x1f\x1f\x1f\U00012544\U00012544\U00018cd6\U00018d09\U0001b2fc")
def test_any_text_is_a_timetable_or_a_value_error(text: str) -> None:
    try:
        table = parse_bandwidth_schedule(text)
    except ValueError as error:
        assert len(str(error)) < 250
        return
    for _, rate in table.entries:
        assert rate is None or rate == 0 or LOWEST_RATE <= rate <= HIGHEST_RATE
