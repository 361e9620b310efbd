"""What became of the requests that were made together."""

from dataclasses import replace

import pytest

from anr_tui.console.commands.request_tracker import Batch, RequestTracker
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.domain.request import RequestState
from tests.builders import ASKED_REQUEST, TAKEN_REQUEST
from tests.console.commands.builders import FILL
from tests.console.site import RecordingView
from tests.heldar_site import NOW


def test_a_batch_counts_each_request_where_it_is() -> None:
    batch = Batch([1, 2], "fill 2 gaps")
    view = RecordingView()
    view.asked = [(FILL, "a", None), (FILL, "b", None)]
    view.answer(2, RequestState.DONE)
    (request,) = view.snapshot.requests

    said = batch.note([request])
    assert said is not None
    assert (said.text, said.tone) == ("fill 2 gaps: 2 asked, 1 done", Tone.BUSY)
    assert batch.note([request]) is None
    assert batch.open_ids == [1]
    assert batch.note([replace(request, id=9)]) is None


DONE = replace(TAKEN_REQUEST, state=RequestState.DONE, ended_at=NOW)


def test_each_change_of_a_request_is_told_once_until_it_is_over() -> None:
    tracker = RequestTracker()
    assert tracker.note(5, "fill gate").text == "fill gate: asked"

    told = [tracker.news([request]) for request in (ASKED_REQUEST, TAKEN_REQUEST, TAKEN_REQUEST, DONE, DONE)]

    assert [[message.text for message in messages] for messages in told] == [
        [],
        ["fill gate: the worker took it"],
        [],
        ["fill gate: done"],
        [],
    ]
    assert tracker.open_ids == []


def test_a_request_that_the_worker_answers_at_once_is_told_with_its_reason() -> None:
    tracker = RequestTracker()
    tracker.note(5, "fill gate")

    (message,) = tracker.news([replace(DONE, state=RequestState.REFUSED, reason="it is too old")])

    assert (message.text, message.tone) == ("fill gate: refused: it is too old", Tone.BAD)


def test_requests_of_others_are_no_news() -> None:
    assert RequestTracker().news([DONE]) == []


def test_nothing_is_told_of_what_this_console_took_back_itself() -> None:
    tracker = RequestTracker()
    tracker.note(5, "fill gate")
    tracker.note_all([6, 7], "fill 2 gaps")
    tracker.forget([5, 6])

    assert tracker.open_ids == [7]
    assert tracker.news([DONE, replace(DONE, id=6)]) == []


@pytest.mark.parametrize(
    ("states", "tone"),
    [
        ((RequestState.DONE, RequestState.TAKEN), Tone.BUSY),
        ((RequestState.DONE, RequestState.REFUSED), Tone.WARN),
        ((RequestState.DONE, RequestState.WITHDRAWN), Tone.OK),
    ],
)
def test_many_requests_look_done_only_when_all_are_over_and_none_was_refused(states, tone: Tone) -> None:
    batch = Batch([1, 2], "fill 2 gaps")
    batch.note([replace(DONE, id=number, state=state) for number, state in enumerate(states, 1)])

    assert batch.message.tone is tone
