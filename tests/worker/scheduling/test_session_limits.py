import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from anr_tui.domain.policy.fill_policy import WaitReason
from anr_tui.worker.scheduling.session_limits import SessionLimits

DEVICES = ["a:554", "b:554", "c:554"]


def session_limits(max_fills: int = 4, sessions_per_device: int = 1, rest_s: float = 2.0) -> SessionLimits:
    return SessionLimits(max_fills=max_fills, sessions_per_device=sessions_per_device, rest_s=rest_s)


def test_a_device_has_one_session_and_the_site_has_four() -> None:
    taken = session_limits()
    assert taken.take("a", 0)
    assert not taken.take("a", 0)
    assert [taken.take(device, 0) for device in "bcde"] == [True, True, True, False]


def test_a_device_rests_after_a_session_and_others_do_not() -> None:
    taken = session_limits(max_fills=1)
    assert taken.take("a", 0)
    taken.release("a", 10)
    assert not taken.take("a", 11.9)
    assert taken.next_change_at(["a", "b"], 11) == 12
    assert taken.next_change_at(["b"], 11) is None
    assert taken.take("b", 11)
    taken.release("b", 11)
    assert taken.next_change_at(["a", "b"], 11) == 12
    assert taken.take("a", 12)
    assert taken.next_change_at(["a"], 12) is None


@pytest.mark.parametrize("sessions", [1, 2, 3])
def test_as_many_sessions_of_a_device_as_are_allowed(sessions: int) -> None:
    taken = session_limits(sessions_per_device=sessions)
    assert [taken.take("a", 0) for _ in range(4)].count(True) == sessions


class AnyOrder(RuleBasedStateMachine):
    """Whatever is taken and given back in whatever order, the limits hold, and what is free can be had."""

    def __init__(self) -> None:
        super().__init__()
        self.session_limits = session_limits(max_fills=3, sessions_per_device=2, rest_s=5)
        self.now = 100.0
        self.running: list[str] = []
        self.released_at: dict[str, float] = {}

    @rule(seconds=st.floats(0, 10))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule(device=st.sampled_from(DEVICES))
    def take(self, device: str) -> None:
        is_rested = self.now >= self.released_at.get(device, 0) + 5
        is_free = len(self.running) < 3 and self.running.count(device) < 2 and is_rested
        assert self.session_limits.take(device, self.now) is is_free
        if is_free:
            self.running.append(device)

    @precondition(lambda self: self.running)
    @rule(number=st.integers(0, 2))
    def release(self, number: int) -> None:
        device = self.running.pop(number % len(self.running))
        self.session_limits.release(device, self.now)
        self.released_at[device] = self.now

    @invariant()
    def the_next_change_is_the_first_device_to_have_rested(self) -> None:
        resting = [at + 5 for at in self.released_at.values() if at + 5 > self.now]
        assert self.session_limits.next_change_at(DEVICES, self.now) == min(resting, default=None)


TestAnyOrder = AnyOrder.TestCase


def test_a_fill_that_a_person_asked_for_does_not_wait_behind_the_sweeps_and_others_like_it_do() -> None:
    taken = session_limits(max_fills=2)
    assert taken.take("a", 0.0) and taken.take("b", 0.0)

    assert taken.why_not("c", 0.0) is WaitReason.FILLS
    assert taken.take("c", 0.0, asked_for=0)
    assert taken.take("d", 0.0, asked_for=1)
    assert taken.why_not("e", 0.0, asked_for=2) is WaitReason.FILLS
    assert taken.why_not("f", 0.0) is WaitReason.FILLS


def test_fills_that_do_not_move_hold_no_places_and_at_most_as_many_again_run_beside_them() -> None:
    taken = session_limits(max_fills=2)
    assert taken.take("a", 0.0) and taken.take("b", 0.0)

    assert taken.free_places(1)
    assert not taken.free_places(1)
    assert taken.take("c", 0.0)
    assert taken.why_not("d", 0.0) is WaitReason.FILLS

    assert taken.free_places(3)
    assert taken.take("d", 0.0)
    assert taken.why_not("e", 0.0) is WaitReason.FILLS
    assert not taken.free_places(0)
    taken.release("a", 0.0)
    assert taken.why_not("e", 0.0) is WaitReason.FILLS


def test_a_device_rests_as_long_as_it_was_found_to_need() -> None:
    taken = session_limits(rest_s=2.0)
    taken.rests("a", 8.0)
    assert (taken.rest_s("a"), taken.rest_s("b")) == (8.0, 2.0)

    assert taken.take("a", 0.0)
    taken.release("a", 10.0)
    assert taken.why_not("a", 17.9) is WaitReason.DEVICE
    assert taken.take("a", 18.0)
