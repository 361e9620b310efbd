"""So many at once, and so many more each second."""

from anr_tui.platform.allowance import Allowance


class Seconds:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_an_allowance_is_used_up_and_grows_again_up_to_its_most() -> None:
    clock = Seconds()
    allowance = Allowance(10, 2.0, clock)

    assert [allowance.take(5), allowance.take(5), allowance.take()] == [True, True, False]
    clock.now += 2
    assert [allowance.take(3), allowance.take()] == [True, True]
    clock.now += 1000
    assert [allowance.take(10), allowance.take()] == [True, False]


def test_what_is_too_much_takes_nothing() -> None:
    allowance = Allowance(10, 0.0, Seconds())

    assert [allowance.take(11), allowance.take(10)] == [False, True]
