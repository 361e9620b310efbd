"""Kinds of events, as a person names them."""

import pytest

from anr_tui.domain.event import EventKind, parse_event_kinds


def test_kinds_stand_with_commas_between_them() -> None:
    assert parse_event_kinds("alarm, gap_failed,") == {EventKind.ALARM, EventKind.GAP_FAILED}
    assert parse_event_kinds("") == frozenset()


def test_a_kind_that_is_not_there_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"^there is no kind of event 'alrm' \(did you mean alarm\)$"):
        parse_event_kinds("alarm,alrm")
    with pytest.raises(ValueError, match=r"^there is no kind of event '\?' \(there are worker_started, "):
        parse_event_kinds("?")
