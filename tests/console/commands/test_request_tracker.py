"""What became of the requests that were made together."""

from dataclasses import replace

from anr_tui.console.commands.request_tracker import Batch
from anr_tui.console.drawing.styled_text import Tone
from anr_tui.domain.request import RequestState
from tests.console.commands.builders import FILL
from tests.console.site import RecordingView


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
