import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.timestamps import parse_stamp
from anr_tui.view.snapshot.snapshot import FillRow, GapRow
from anr_tui.view.tables import text_tables
from tests.builders import CAMERA_ROW, ENDED_FILL, FILL, GAP, SNAPSHOT
from tests.heldar_site import NOW


def test_json_says_what_the_databases_say_in_rfc_3339() -> None:
    gap = json.loads(json.dumps(text_tables.gap_fields(GapRow(GAP, "Front gate", ENDED_FILL))))
    assert gap == {
        "id": "gap_1",
        "camera_id": "gate",
        "camera_name": "Front gate",
        "gap_start": "2026-06-13T23:55:00.123456+00:00",
        "gap_end": "2026-06-14T00:05:00.123456+00:00",
        "gap_seconds": 600,
        "fill_state": "pending",
        "fill_attempts": 2,
        "last_attempt_at": "2026-06-13T12:00:00+00:00",
        "filled_at": None,
        "is_filling": False,
        "outcome": "partly_filled",
        "reason": "300 of 600 s",
    }
    fill = json.loads(json.dumps(text_tables.fill_fields(FillRow(ENDED_FILL, "Front gate", None))))
    assert (fill["phase"], fill["outcome"], fill["window_start"]) == (
        "fetching",
        "partly_filled",
        "2026-06-13T11:50:00+00:00",
    )
    assert parse_stamp(fill["ended_at"]) == ENDED_FILL.ended_at
    camera = json.loads(json.dumps(text_tables.camera_fields(CAMERA_ROW)))
    assert (camera["set_aside_until"], camera["set_aside_why"]) == ("2026-06-13T12:00:00+00:00", "unreachable")
    assert (camera["device"], camera["speed"]) == ("", 0)
    measured = text_tables.camera_fields(replace(CAMERA_ROW, device="192.0.2.11:554", speed=38.2))
    assert (measured["device"], measured["speed"]) == ("192.0.2.11:554", 38.2)
    assert (camera["shift_s"], camera["shift_shown_by"], camera["shift_found_at"]) == (0, "", None)
    shifted = replace(CAMERA_ROW, shift_s=7200.0, shift_shown_by="its pictures", shift_found_at=NOW)
    camera = json.loads(json.dumps(text_tables.camera_fields(shifted)))
    assert (camera["shift_s"], camera["shift_shown_by"]) == (7200, "its pictures")
    assert camera["shift_found_at"] == "2026-06-13T12:00:00+00:00"


def test_lists_line_up() -> None:
    assert text_tables.table(text_tables.CAMERA_HEADS, [text_tables.camera_cells(CAMERA_ROW)]).splitlines() == [
        "camera  name        vendor     state      anr  pending  failed  filled  missing  set aside",
        "gate    Front gate  hikvision  recording  on   2        1       4       30m 00s  unreachable",
    ]
    assert text_tables.table(text_tables.GAP_HEADS, [text_tables.gap_cells(SNAPSHOT.gaps[0])]).splitlines() == [
        "gap    camera      start                 end        length   state    attempts  last outcome",
        "gap_1  Front gate  2026-06-13 23:55:00Z  00:05:00Z  10m 00s  pending  2         partly filled",
    ]
    fills = text_tables.table(text_tables.FILL_HEADS, map(text_tables.fill_cells, [FillRow(FILL, "Front gate", 15.0)]))
    assert fills.splitlines()[1].split("  ")[0] == "3"
    assert "150 of 600 s" in fills
    assert "30.0x" in fills


def test_a_running_fill_shows_on_its_gap() -> None:
    assert text_tables.gap_cells(GapRow(GAP, "Front gate", FILL))[-1] == "filling"
    assert text_tables.gap_cells(GapRow(GAP, "Front gate", None))[-1] == ""


def test_an_empty_list_is_its_heads() -> None:
    assert text_tables.table(["gap", "state"], []) == "gap  state"


@given(st.lists(st.lists(st.text(max_size=12), min_size=3, max_size=3), max_size=5))
def test_a_table_has_a_printable_line_a_row_whatever_stands_in_it(rows: list[list[str]]) -> None:
    lines = text_tables.table(["one", "two", "three"], rows).split("\n")
    assert len(lines) == len(rows) + 1
    assert all(line.isprintable() for line in lines)
