"""Sparing a slow line: when it is one, what holds a paint back, and what the meter says."""

import pytest

from anr_tui.console.terminal.line_speed import LineMeter, PaintGate, is_slow_line


class Elapsed:
    at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.mark.parametrize(
    ("environ", "wish", "is_slow"),
    [
        ({"SSH_CONNECTION": "192.0.2.7 50022 192.0.2.1 22"}, "auto", True),
        ({"SSH_CONNECTION": "192.0.2.7 50022 192.0.2.1 22"}, "fast", False),
        ({"SSH_CONNECTION": ""}, "auto", False),
        ({}, "auto", False),
        ({}, "slow", True),
    ],
)
def test_a_line_is_slow_over_ssh_unless_somebody_knows_better(
    environ: dict[str, str], wish: str, is_slow: bool
) -> None:
    assert is_slow_line(environ, wish) is is_slow


def test_on_a_slow_line_a_second_lies_between_two_paints() -> None:
    clock = Elapsed()
    gate = PaintGate(True, clock)
    assert gate.wait_s == 0

    gate.painted(100)
    clock.at += 0.25
    assert gate.wait_s == 0.75
    clock.at += 0.75
    assert gate.wait_s == 0


def test_an_answer_to_a_key_is_not_held_back() -> None:
    clock = Elapsed()
    gate = PaintGate(True, clock)
    gate.painted(100)
    gate.key_came()
    assert gate.wait_s == 0

    gate.painted(100)
    clock.at += 0.6
    assert gate.wait_s == pytest.approx(0.4)


def test_after_a_large_paint_the_line_gets_more_rest() -> None:
    clock = Elapsed()
    gate = PaintGate(True, clock)
    gate.painted(4500)

    assert gate.wait_s == 3


def test_a_fast_line_never_waits() -> None:
    gate = PaintGate(False, Elapsed())
    gate.painted(100)

    assert gate.wait_s == 0


def test_the_meter_counts_the_bytes_of_the_last_minute() -> None:
    clock = Elapsed()
    meter = LineMeter(clock)
    meter.note("x" * 76)
    clock.at += 40
    meter.note("·" * 38)  # two bytes each
    assert meter.bytes_per_minute == 200

    clock.at += 30
    assert meter.bytes_per_minute == 100
    assert meter.total == 200
