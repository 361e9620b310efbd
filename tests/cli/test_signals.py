"""Being asked to end: the first signal is waited for, a second one ends the process as it would without us."""

import os
import signal
from collections.abc import Iterator

import pytest

from anr_tui.cli.signals import first_signal

SIGNALS = (signal.SIGINT, signal.SIGTERM)
THE_SYSTEMS_OWN = (signal.default_int_handler, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    """The tests' own handlers are back afterwards."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
async def test_the_first_signal_is_what_is_waited_for_and_the_next_is_the_systems_again(
    number: signal.Signals,
) -> None:
    with first_signal() as received:
        os.kill(os.getpid(), number)
        assert await received == number
        assert signal.getsignal(number) in THE_SYSTEMS_OWN


async def test_where_no_signal_came_all_is_as_it_was() -> None:
    with first_signal() as received:
        pass

    assert not received.done()
    assert all(signal.getsignal(number) in THE_SYSTEMS_OWN for number in SIGNALS)
