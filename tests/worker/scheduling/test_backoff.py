from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.outcome import Outcome
from anr_tui.journal.tables.rows import CameraMemory
from anr_tui.worker.scheduling.backoff import after_fill
from tests.builders import CAMERA

NOW = datetime(2026, 6, 13, 12, 0, tzinfo=UTC)
FRESH = CameraMemory("gate", full_speed=True)
CHANGED = replace(CAMERA, updated_at="row 2")


def after(outcome: Outcome, memory: CameraMemory = FRESH) -> CameraMemory:
    return after_fill(memory, CAMERA, outcome, now=NOW, random=Random(7))


def waits_s(outcome: Outcome, times: int) -> list[float]:
    memory, waits, random = FRESH, [], Random(7)
    for _ in range(times):
        memory = after_fill(memory, CAMERA, outcome, now=NOW, random=random)
        assert memory.set_aside_until is not None
        waits.append((memory.set_aside_until - NOW).total_seconds())
    return waits


@pytest.mark.parametrize(
    ("outcome", "first_s", "longest_s"), [(Outcome.UNREACHABLE, 30, 1800), (Outcome.CAMERA_BUSY, 10, 120)]
)
def test_a_camera_that_cannot_serve_us_is_left_alone_for_longer_and_longer(
    outcome: Outcome, first_s: float, longest_s: float
) -> None:
    waits = waits_s(outcome, 40)
    for number, wait_s in enumerate(waits):
        middle = min(first_s * 2**number, longest_s)
        assert 0.8 * middle <= wait_s <= 1.2 * middle
    assert len(set(waits)) == 40, "without jitter, the cameras of one switch all come back at once"


def test_it_is_aside_until_then_and_says_why() -> None:
    memory = after(Outcome.UNREACHABLE)
    assert memory.set_aside_why is Outcome.UNREACHABLE
    assert memory.set_aside_until is not None
    assert memory.is_set_aside(CAMERA, NOW)
    assert not memory.is_set_aside(CAMERA, memory.set_aside_until)


def test_a_refused_login_waits_for_a_person_or_a_changed_row() -> None:
    memory = after(Outcome.LOGIN_REFUSED)
    assert memory.is_set_aside(CAMERA, NOW + timedelta(days=365))
    assert not memory.is_set_aside(CHANGED, NOW)


@pytest.mark.parametrize("outcome", [Outcome.UNREACHABLE, Outcome.CAMERA_BUSY, Outcome.LOGIN_REFUSED])
def test_a_changed_row_brings_a_camera_back(outcome: Outcome) -> None:
    assert not after(outcome).is_set_aside(CHANGED, NOW)


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome.FILLED,
        Outcome.PARTLY_FILLED,
        Outcome.NO_FOOTAGE,
        Outcome.NOT_UNDERSTOOD,
        Outcome.TIMED_OUT,
        Outcome.INTERRUPTED,
    ],
)
def test_an_answer_clears_the_count_and_keeps_what_was_learned(outcome: Outcome) -> None:
    memory = after(outcome, after(Outcome.UNREACHABLE))
    assert memory == CameraMemory("gate", full_speed=True)
    assert not memory.is_set_aside(CAMERA, NOW)


@pytest.mark.parametrize("outcome", [Outcome.STOPPED, Outcome.DISK_FULL, Outcome.TOO_OLD])
def test_what_says_nothing_of_the_camera_changes_nothing(outcome: Outcome) -> None:
    before = after(Outcome.UNREACHABLE)
    assert after(outcome, before) is before


@given(st.lists(st.sampled_from(Outcome), max_size=60), st.integers())
def test_no_history_breaks_the_backoff(outcomes: list[Outcome], seed: int) -> None:
    memory, random = FRESH, Random(seed)
    for outcome in outcomes:
        memory = after_fill(memory, CAMERA, outcome, now=NOW, random=random)
        assert memory.full_speed
        if memory.set_aside_until is not None:
            assert NOW < memory.set_aside_until <= NOW + timedelta(seconds=1800 * 1.2)


def test_a_camera_that_floods_us_is_left_alone_for_longer_each_time() -> None:
    memory = CameraMemory("gate")
    waits_s = []
    for _ in range(8):
        memory = after_fill(memory, CAMERA, Outcome.NOT_UNDERSTOOD, now=NOW, random=Random(7), has_breached=True)
        assert memory.set_aside_until is not None
        waits_s.append((memory.set_aside_until - NOW).total_seconds())

    assert memory.set_aside_why is Outcome.NOT_UNDERSTOOD
    assert 240 <= waits_s[0] <= 360
    assert waits_s == sorted(waits_s)
    assert max(waits_s) <= 7200 * 1.2


def test_what_it_sent_before_it_flooded_us_counts_where_that_was_all() -> None:
    memory = after_fill(CameraMemory("gate"), CAMERA, Outcome.FILLED, now=NOW, random=Random(7), has_breached=True)

    assert memory.set_aside_why is None
