"""What stands in the pane of fills: of what runs, of what waits, of what ended."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.styled_text import Tone, width_of
from anr_tui.console.tables.columns import fit, line
from anr_tui.console.tables.fill_columns import queue_title, queued_reason, work_columns, work_key
from anr_tui.console.tables.rate_history import RateHistory
from anr_tui.domain.policy.fill_policy import WaitReason
from anr_tui.platform.glyphs import ASCII
from anr_tui.view.snapshot.snapshot import FillRow, Queue, QueuedRow
from tests.builders import ASKED_REQUEST, ENDED_FILL, FILL, GAP, SNAPSHOT
from tests.console.drawing.spans import text
from tests.heldar_site import NOW

LOOK = RenderContext(NOW, UTC, ASCII)
COLUMNS = work_columns(RateHistory())
RUNNING = FillRow(FILL, "Front gate", 75.0)
ENDED = FillRow(replace(ENDED_FILL, ended_at=NOW - timedelta(minutes=12)), "Front gate", None)
QUEUED = QueuedRow(GAP, "Front gate", 7, WaitReason.SETTLES, until=NOW + timedelta(minutes=1))


def cells(row: FillRow | QueuedRow) -> dict[str, str]:
    """What stands under each title that has something."""
    drawn = {column.title: text(column.cell(row, LOOK, 40)).strip() for column in COLUMNS}
    return {title: words for title, words in drawn.items() if words}


def test_a_fill_that_runs_shows_how_far_how_fast_and_how_long_still() -> None:
    shown = cells(RUNNING)

    assert (shown["state"], shown["speed"], shown["left"]) == ("fetching", "30.0x", "1m 15s")
    assert shown["progress"].endswith("25%")
    assert "left" not in cells(replace(RUNNING, left_s=None)), "where nobody knows, nothing is made up"


def test_a_fill_that_ended_shows_what_came_and_how_long_ago() -> None:
    shown = cells(ENDED)

    assert (shown["state"], shown["progress"], shown["left"]) == ("partly filled", "2m 30s of 10m", "12m ago")
    assert shown["reason"] == ENDED_FILL.reason


def test_a_fill_whose_worker_is_gone_says_what_comes_of_it() -> None:
    shown = cells(replace(RUNNING, is_lost=True))

    assert shown["state"] == "lost"
    assert "the next worker continues" in shown["reason"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "0 of 2 pieces landed"),
        ({"pieces": 1}, ""),
        ({"pieces": 1, "asked_by": "anna@nvr-07"}, "asked by anna@nvr-07"),
        ({"pieces_landed": 1, "asked_by": "anna@nvr-07"}, "1 of 2 pieces landed | asked by anna@nvr-07"),
    ],
)
def test_a_fill_says_its_pieces_where_it_has_several_and_who_wanted_it(changes, words: str) -> None:
    assert cells(FillRow(replace(FILL, **changes), "Front gate", None)).get("reason", "") == words


@pytest.mark.parametrize("width", [30, 60, 100])
def test_why_a_gap_waits_has_all_the_room_behind_its_camera(width: int) -> None:
    drawn = line(fit(COLUMNS, width), QUEUED, LOOK)

    assert width_of(drawn) == width + 1
    assert "7. settles" in text(drawn)


def test_why_a_gap_waits_names_who_asked_for_it() -> None:
    assert queued_reason(QUEUED, LOOK) == "settles until 12:01:00"
    asked = replace(QUEUED, requests=(ASKED_REQUEST,))
    assert queued_reason(asked, LOOK) == "settles until 12:01:00; asked by anna@nvr-07"


@pytest.mark.parametrize(
    ("row", "tone"),
    [
        (QUEUED, Tone.DIM),
        (replace(QUEUED, requests=(ASKED_REQUEST,)), Tone.BUSY),
        (replace(QUEUED, why=WaitReason.DISK, requests=(ASKED_REQUEST,)), Tone.WARN),
    ],
    ids=["settles", "asked for", "the disk is full"],
)
def test_what_holds_back_all_stands_out(row: QueuedRow, tone: Tone) -> None:
    (progress,) = (column for column in COLUMNS if column.title == "progress")

    assert progress.cell(row, LOOK, 60)[-1].tone is tone


def test_a_fill_and_a_gap_that_waits_never_have_the_same_key() -> None:
    assert len({work_key(row) for row in (RUNNING, ENDED, QUEUED, replace(QUEUED, gap=replace(GAP, id="3")))}) == 3


@pytest.mark.parametrize(
    ("queue", "title"),
    [
        (Queue(), "1 running"),
        (Queue((QUEUED,)), "1 running, 1 queued"),
        (Queue((QUEUED,), more=7), "1 running, 8 queued: the first 1 and 7 more"),
    ],
)
def test_the_title_counts_what_runs_and_what_waits(queue: Queue, title: str) -> None:
    assert queue_title(replace(SNAPSHOT, fills=(RUNNING, ENDED), queue=queue)) == title
