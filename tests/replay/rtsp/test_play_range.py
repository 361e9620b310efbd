"""The range that a device says it will play: only the wall clock in UTC says anything."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.replay.rtsp.play_range import ToldRange, described_range, read_range

NOON = datetime(2026, 6, 13, 12, tzinfo=UTC)
ONE = datetime(2026, 6, 13, 13, tzinfo=UTC)
LIVE = ToldRange(is_live=True)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("clock=20260613T120000Z-20260613T130000Z", ToldRange(NOON, ONE)),
        ("clock=20260613T120000.250Z-20260613T130000.9Z", ToldRange(NOON, ONE)),
        (" CLOCK = 20260613t120000z - 20260613t130000z ", ToldRange(NOON, ONE)),
        ("clock=20260613T120000Z-", ToldRange(NOON)),
        ("clock=20260613T120000Z-20260613T130000Z;time=20260613T120000Z", ToldRange(NOON, ONE)),
        ("npt=now-", LIVE),
        ("npt=0.000-", None),
        ("npt=0-13", None),
        ("smpte=10:07:33-", None),
        ("", None),
        ("clock=", None),
        ("clock=-", None),
        ("clock=-20260613T130000Z", None),
        ("clock=20260613T120000-20260613T130000", None),
        ("clock=20260613T120000+0200-", None),
        ("clock=20260613T140000Z-20260613T130000Z", None),
        ("clock=20260613T130000Z-20260613T130000Z", None),
        ("clock=20261313T120000Z-", None),
        ("clock=00000000T000000Z-", None),
        ("clock=\u0662\u0660260613T120000Z-", None),
        ("clock=" + "9" * 1_000_000, None),
        ("clock=20260613T120000Z-" + " " * 1_000_000, None),
    ],
)
def test_what_a_range_says(value: str, told: ToldRange | None) -> None:
    assert read_range(value) == told


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["v=0", "a=range:clock=20260613T120000Z-20260613T130000Z", "m=video 0 RTP/AVP 96"], ToldRange(NOON, ONE)),
        (["v=0", "m=video 0 RTP/AVP 96", "A=RANGE:clock=20260613T120000Z-"], ToldRange(NOON)),
        (["a=range:npt=0-600", "m=video 0 RTP/AVP 96", "a=range:clock=20260613T120000Z-"], ToldRange(NOON)),
        (["a=range:", "a=ranger:clock=20260613T120000Z-", "x a=range:clock=20260613T120000Z-"], None),
        (["a=range:" + "9" * 1_000_000], None),
        (["a=range:npt=now-"], LIVE),
        ([], None),
    ],
)
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_what_a_description_says(lines: list[str], end: str, told: ToldRange | None) -> None:
    assert described_range(end.join([*lines, ""])) == told


@given(st.text(max_size=300) | st.from_regex(r"(clock|npt)=[0-9TZnow.:; -]{0,60}", fullmatch=True))
def test_nothing_that_a_device_writes_raises(value: str) -> None:
    told = read_range(value)
    assert told is None or told.is_live or told.start is not None
    described_range(f"a=range:{value}\r\n")
