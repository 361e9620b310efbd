"""What follows from an outcome agrees with itself, whichever outcome is added."""

import pytest

from anr_tui.domain.outcome import OUTCOME_TRAITS, BackoffKind, Outcome
from anr_tui.domain.severity import Severity

any_outcome = pytest.mark.parametrize("outcome", Outcome)


@any_outcome
def test_what_keeps_the_sweep_from_a_camera_uses_up_no_attempt_of_a_gap(outcome: Outcome) -> None:
    """A gap whose camera is away for a week must not have failed by then."""
    holds_back = outcome.traits.backoff.kind in (BackoffKind.GROWS, BackoffKind.UNTIL_CHANGED)
    assert not (holds_back and outcome.counts_as_attempt)


@any_outcome
def test_only_a_pause_that_grows_has_a_length_and_it_has_both(outcome: Outcome) -> None:
    backoff = outcome.traits.backoff
    if backoff.kind is BackoffKind.GROWS:
        assert 0 < backoff.first_s < backoff.longest_s
    else:
        assert backoff.first_s == backoff.longest_s == 0


@any_outcome
def test_a_person_who_is_needed_reads_what_follows_or_what_to_do(outcome: Outcome) -> None:
    traits = outcome.traits
    assert not traits.needs_person or traits.next_step or traits.remedy
    if traits.backoff.kind is BackoffKind.UNTIL_CHANGED:
        assert traits.remedy, "nothing follows by itself"


@any_outcome
def test_only_footage_on_disk_looks_good(outcome: Outcome) -> None:
    assert (outcome.traits.severity is Severity.GOOD) == (outcome is Outcome.FILLED)


def test_no_two_outcomes_have_the_same_words() -> None:
    assert len({traits.words for traits in OUTCOME_TRAITS.values()}) == len(Outcome)
