"""Kinds of events: what one means, and how a person names them on a command line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.event import EVENT_TRAITS, EventKind, event_traits, parse_event_kinds
from anr_tui.domain.severity import Severity


def test_a_kind_of_event_that_only_a_newer_version_knows_is_named_as_it_is_written() -> None:
    traits = event_traits("camera_painted")

    assert (traits.words, traits.severity, traits.is_alarm) == ("camera painted", Severity.CALM, False)


@pytest.mark.parametrize("kind", EventKind)
def test_a_kind_as_the_journal_writes_it_means_what_its_row_says(kind: EventKind) -> None:
    assert event_traits(kind.value) is EVENT_TRAITS[kind]


@pytest.mark.parametrize("kind", [kind for kind in EventKind if EVENT_TRAITS[kind].is_alarm])
def test_nothing_that_is_an_alarm_looks_harmless(kind: EventKind) -> None:
    assert EVENT_TRAITS[kind].severity is Severity.BAD


@given(st.sets(st.sampled_from(EventKind)), st.sampled_from([",", ", ", " ,,"]))
def test_kinds_are_read_whatever_blanks_and_empty_places_stand_between_them(
    kinds: set[EventKind], separator: str
) -> None:
    assert parse_event_kinds(separator.join(sorted(kinds))) == kinds


def test_a_slip_of_the_keyboard_is_answered_with_the_nearest_kind() -> None:
    with pytest.raises(ValueError, match=r"'gap_filed' .*did you mean gap_filled"):
        parse_event_kinds("alarm,gap_filed")


def test_a_word_that_is_near_no_kind_is_answered_with_all_of_them_and_cut_short() -> None:
    with pytest.raises(ValueError) as caught:
        parse_event_kinds("0" * 500)

    assert all(kind in str(caught.value) for kind in EventKind)
    assert "0" * 41 not in str(caught.value)
