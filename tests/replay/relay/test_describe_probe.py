"""What a camera's session description says of how far back its card reaches."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.window import Window
from anr_tui.replay.relay.describe_probe import offered

SPAN = Window(datetime(2026, 6, 13, 10, tzinfo=UTC), datetime(2026, 6, 13, 12, tzinfo=UTC))


@pytest.mark.parametrize("end", ["", "\r\na=control:track1\r\n"])
def test_a_range_by_the_clock_is_what_the_card_holds(end: str) -> None:
    assert offered(f"v=0\r\na=range:clock=20260613T100000Z-20260613T120000Z{end}") == SPAN


@pytest.mark.parametrize(
    "description",
    [
        "",
        "a=range:npt=0-7200",
        "a=range:clock=20260613T100000Z-",
        "a=range:clock=20261399T100000Z-20261399T120000Z",
        "a=range:clock=20260613T120000Z-20260613T100000Z",
    ],
    ids=["nothing", "no clock", "no end", "no such day", "backwards"],
)
def test_what_names_no_span_says_nothing(description: str) -> None:
    assert offered(description) is None


@given(st.text(max_size=80))
def test_whatever_a_camera_writes_there_is_read_or_passed_over(text: str) -> None:
    assert isinstance(offered(f"a=range:clock={text}"), Window | None)
