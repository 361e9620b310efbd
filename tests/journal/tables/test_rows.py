"""Rows of the journal as values, and for how long a camera is left alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from anr_tui.domain.outcome import Outcome
from anr_tui.journal.tables import rows
from anr_tui.journal.tables.rows import CameraMemory, set_aside
from tests.builders import CAMERA
from tests.heldar_site import NOW
from tests.sqlite_rows import row_of

MEMORY = CameraMemory("gate", set_aside_until=NOW, set_aside_why=Outcome.UNREACHABLE, set_aside_row=CAMERA.updated_at)
BEFORE, AFTER = NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("memory", "moment", "is_aside"),
    [
        (MEMORY, BEFORE, True),
        (MEMORY, NOW, False),
        (MEMORY, AFTER, False),
        (replace(MEMORY, set_aside_until=None), AFTER, True),
        (replace(MEMORY, set_aside_row="another"), BEFORE, False),
        (replace(MEMORY, set_aside_until=None, set_aside_row="another"), BEFORE, False),
        (replace(MEMORY, set_aside_why=None), BEFORE, False),
    ],
    ids=["not yet", "now", "over", "for good", "row changed", "row changed, for good", "never"],
)
def test_a_camera_is_left_alone_until_its_time_or_until_its_row_changes(memory, moment, is_aside: bool) -> None:
    assert memory.is_set_aside(CAMERA, moment) is is_aside
    assert set_aside([CAMERA], {"gate": memory}, moment) == ({"gate": memory} if is_aside else {})


def test_what_is_remembered_of_a_camera_that_is_gone_sets_nobody_aside() -> None:
    assert set_aside([], {"gate": MEMORY}, BEFORE) == {}
    assert set_aside([CAMERA], {}, BEFORE) == {}


@pytest.mark.parametrize(
    ("memory", "words"),
    [
        (CameraMemory("gate"), ""),
        (
            CameraMemory("gate", shift_s=7199.8, shift_shown_by="its pictures", shift_found_at=NOW),
            "plays 2h 00m later than asked, shown by its pictures, found 2026-06-13 12:00:00Z",
        ),
        (CameraMemory("gate", shift_s=-37.0), "plays 37s earlier than asked"),
    ],
)
def test_what_time_a_camera_plays_is_told_with_what_showed_it_and_when(memory: CameraMemory, words: str) -> None:
    assert memory.shift_words == words


PACE = {"camera_id": "gate", "ended_at": "2026-06-13T12:00:00+00:00", "speed": 20, "got_s": 600, "took_s": 30}


@pytest.mark.parametrize("name", ["speed", "got_s", "took_s"])
@pytest.mark.parametrize("value", [0, -1.0, float("inf"), "fast"])
def test_a_pace_that_is_no_figure_is_none(name: str, value: object) -> None:
    assert rows.fill_pace(row_of(**PACE, size_bytes=1)).speed == 20
    with pytest.raises(ValueError):
        rows.fill_pace(row_of(**PACE | {name: value}, size_bytes=1))


def memory_of(why: str) -> CameraMemory:
    return rows.camera_memory(
        row_of(
            camera_id="gate",
            full_speed=None,
            set_aside_until=None,
            set_aside_why=why,
            set_aside_row="",
            failures=0,
            speed=None,
            shift_s=0.0,
            shift_shown_by="",
            shift_found_at=None,
            zones_tried_at=None,
        )
    )


@pytest.mark.parametrize(
    ("why", "outcome"), [("", None), ("login_refused", Outcome.LOGIN_REFUSED), ("login refused", Outcome.LOGIN_REFUSED)]
)
def test_a_reason_to_leave_a_camera_alone_is_understood_as_older_versions_wrote_it(why: str, outcome) -> None:
    assert memory_of(why).set_aside_why is outcome


def test_a_reason_that_is_none_is_a_row_that_cannot_be_read() -> None:
    with pytest.raises(ValueError):
        memory_of("rubbish")
