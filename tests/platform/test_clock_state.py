"""The state of our own clock, which is read and never changed."""

import ctypes
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anr_tui.platform import clock_state
from anr_tui.platform.clock_state import StepWatch, is_synchronised


class SetClock:
    """A wall clock that can be set."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead_s)


def test_a_clock_that_nobody_sets_is_not_stepped() -> None:
    assert StepWatch(SetClock()).step_s == 0.0


@pytest.mark.parametrize("step_s", [-120.0, 0.4, 3600.0])
def test_by_how_much_a_clock_was_stepped(step_s: float) -> None:
    clock = SetClock()
    watch = StepWatch(clock)
    clock.ahead_s = step_s
    assert watch.step_s == pytest.approx(step_s, abs=0.11)
    clock.ahead_s = 0.0
    assert watch.step_s == 0.0


def test_what_the_kernel_says_of_our_clock_is_read_and_not_changed() -> None:
    assert is_synchronised() in (True, False, None)


def kernel(status: int, returns: int = 0):
    """A kernel that says this of its clock; it must not be asked to change anything."""

    def adjtimex(reference: object) -> int:
        timex = reference._obj  # type: ignore[attr-defined]
        assert timex.modes == 0
        assert ctypes.sizeof(timex) >= 208
        timex.status = status
        return returns

    return lambda: adjtimex


@pytest.mark.parametrize(
    ("status", "returns", "is_flagged", "expected"),
    [
        (0x2001, 0, False, True),
        (0x0040, 5, True, False),
        (0x0040 | 0x2000, 5, False, False),
        (0, -1, True, True),
        (0, -1, False, None),
    ],
    ids=["synchronised", "not", "not, by another bit too", "forbidden, and flagged", "forbidden"],
)
def test_whether_our_clock_is_synchronised(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, status: int, returns: int, is_flagged: bool, expected: bool | None
) -> None:
    flag = tmp_path / "synchronized"
    if is_flagged:
        flag.touch()
    monkeypatch.setattr(clock_state, "_TIMESYNCD_FLAG", flag)
    monkeypatch.setattr(clock_state, "_adjtimex", kernel(status, returns))
    assert is_synchronised() is expected


def test_on_a_system_without_such_a_kernel_it_is_not_known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(clock_state, "_TIMESYNCD_FLAG", tmp_path / "nothing")
    monkeypatch.setattr(clock_state, "_adjtimex", lambda: None)
    assert is_synchronised() is None
