"""Events and requests as lists: a line each whatever stands in them, and every field for programs."""

from dataclasses import replace

import pytest

from anr_tui.domain.request import RequestKind, RequestState
from anr_tui.journal.tables.rows import Event
from anr_tui.view.tables.event_tables import REQUEST_HEADS, event_fields, event_text, request_cells, request_fields
from tests.builders import TAKEN_REQUEST
from tests.heldar_site import NOW

EVENT = Event(7, NOW, "gap_filled", "worker", "gate", "gap_1", "All of it is on disk.", 3)


def test_an_event_is_one_line_whatever_was_written_into_it() -> None:
    text = event_text(replace(EVENT, words="first\nsecond\x1b[2J"))

    assert "\n" not in text and "\x1b" not in text
    assert "first second" in text


def test_a_kind_that_only_a_newer_version_knows_is_listed_as_it_is_written() -> None:
    assert event_fields(replace(EVENT, kind="camera_painted"))["kind"] == "camera_painted"
    assert "camera_painted" in event_text(replace(EVENT, kind="camera_painted"))


def test_a_program_is_told_when_in_rfc_3339_and_null_for_what_is_not_there() -> None:
    fields = event_fields(replace(EVENT, camera_id=None, gap_id=None, fill_id=None))

    assert fields["at"] == "2026-06-13T12:00:00+00:00"
    assert (fields["camera_id"], fields["gap_id"], fields["fill_id"]) == (None, None, None)


def test_a_request_has_a_cell_under_each_head() -> None:
    assert len(request_cells(TAKEN_REQUEST)) == len(REQUEST_HEADS)


@pytest.mark.parametrize(
    ("changes", "about"),
    [
        ({}, "gap_1"),
        ({"kind": RequestKind.CANCEL, "gap_id": None, "fill_id": 3}, "fill 3"),
        ({"kind": RequestKind.CANCEL, "fill_id": 0}, "fill 0"),
        ({"kind": RequestKind.PAUSE, "gap_id": None}, ""),
    ],
)
def test_a_request_says_what_it_is_about(changes, about: str) -> None:
    cells = dict(zip(REQUEST_HEADS, request_cells(replace(TAKEN_REQUEST, **changes)), strict=True))

    assert cells["about"] == about


def test_a_request_that_is_open_has_not_ended_yet() -> None:
    assert request_fields(TAKEN_REQUEST)["ended_at"] is None
    ended = replace(TAKEN_REQUEST, state=RequestState.DONE, ended_at=NOW)
    assert request_fields(ended)["ended_at"] == "2026-06-13T12:00:00+00:00"
