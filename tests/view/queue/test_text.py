"""The queue in words, and the caps on bandwidth that hold."""

from dataclasses import replace

import pytest

from anr_tui.domain.policy.fill_policy import FillPolicy, WaitReason
from anr_tui.view.queue.text import QUEUE_HEADS, cap_of, queue_cells, queue_fields, queue_text, why_words
from anr_tui.view.snapshot.snapshot import Cap, QueuedRow
from tests.heldar_site import NOW
from tests.view.queue.builders import SOON, asked, clock, gap, queue_of, waiting


def test_caps_go_by_the_timetables_of_the_worker() -> None:
    policy = FillPolicy(bandwidth="08:00 2M, 19:00 halt", bandwidth_per_camera="500k")
    cap = cap_of(policy, NOW)
    assert cap == Cap(2_000_000, NOW.replace(hour=19), 500_000, None)
    assert not cap.is_closed
    assert cap_of(policy, NOW.replace(hour=23)) == Cap(0, NOW.replace(day=14, hour=8), 500_000, None)


@pytest.mark.parametrize("why", WaitReason)
def test_every_reason_has_words_with_and_without_what_else_is_known(why: WaitReason) -> None:
    bare = QueuedRow(gap("gap_1"), "Front gate", 1, why)

    for row in (bare, replace(bare, until=SOON, behind=3, more="4")):
        words = why_words(row, clock)
        assert words and "None" not in words


def test_a_queue_that_is_cut_short_says_how_many_more_there_are() -> None:
    queue = queue_of(waiting(gap("gap_1")))

    assert "more" not in queue_text(queue)
    assert queue_text(replace(queue, more=7)).endswith("\nand 7 more")


def test_a_line_of_text_and_the_fields_for_programs_say_the_same() -> None:
    (row,) = queue_of(waiting(gap("gap_1"), requests=(asked("gap_1"),))).rows
    fields, cells = queue_fields(row), queue_cells(row)

    assert len(cells) == len(QUEUE_HEADS)
    assert cells == [
        str(fields["place"]),
        fields["gap_id"],
        fields["camera_name"],
        "2026-06-13 11:30:00Z",
        "1m 00s",
        fields["asked_by"],
        fields["words"],
    ]


def test_who_reads_by_program_is_told_null_where_nobody_asked() -> None:
    (row,) = queue_of(waiting(gap("gap_1"))).rows

    assert (queue_fields(row)["asked_by"], queue_fields(row)["fill_id"]) == (None, None)


def test_an_empty_queue_is_a_sentence() -> None:
    assert queue_text(queue_of(waiting())) == "Nothing waits to be filled."
