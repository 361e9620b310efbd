"""The site in figures, written for programs, for spreadsheets and for people."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from anr_tui.view.reports.camera_speed import SpeedOrder
from anr_tui.view.reports.stats_export import stats_csv, stats_fields, stats_sheet, stats_text
from anr_tui.view.tables.text_tables import table
from tests.view.reports.builders import BERLIN, STATS

NIGHT = datetime(2026, 6, 13, 21, 50, tzinfo=UTC)


def test_a_program_is_told_all_of_it() -> None:
    fields = stats_fields(STATS)
    assert [(day["day"], day["wanted_s"], day["recovered_s"], day["missing_s"]) for day in fields["days"]] == [
        ("2026-06-12", 0, 0, 0),
        ("2026-06-13", 1500, 600, 900),
    ]
    assert fields["days"][1]["start"] == "2026-06-12T22:00:00+00:00"
    first = fields["cameras"][0]
    assert (first["camera_id"], first["speed"], first["speed_median"], first["fills"]) == ("gate", 10, 15, 2)
    assert [each["speed"] for each in first["last_fills"]] == [20, 10]
    backlog = fields["backlog"]
    assert (backlog["gaps"], backlog["backlog_s"], backlog["left_out_s"]["anr_off"]) == (1, 600, 300)
    assert (backlog["takes_s"], backlog["done_at"]) == (62, "2026-06-13T12:01:02+00:00")


def test_a_spreadsheet_is_told_the_same_and_runs_none_of_it() -> None:
    rows = list(csv.DictReader(io.StringIO(stats_csv(STATS, SpeedOrder.NAME))))
    assert [row["row"] for row in rows] == ["day", "day", "camera", "camera", "all"]
    assert (rows[1]["day"], rows[1]["missing_s"], rows[1]["camera_id"]) == ("2026-06-13", "900.0", "")
    assert [rows[2]["camera_name"], rows[3]["camera_name"], rows[3]["speed_median"]] == [
        "'=Dock()",
        "Front gate",
        "15.0",
    ]
    assert (rows[4]["backlog_s"], rows[4]["takes_s"]) == ("600.0", "62.0")


def test_a_person_is_told_when_and_by_what() -> None:
    text = stats_text(STATS, BERLIN)
    assert text.startswith(
        "At 2026-06-13 14:00 CEST: 10m 00s to fetch, of 1 gap\n"
        "at the speeds measured, 4 fills at once: about 14:01, 1m 02s from now\n"
        "not counted: 5m 00s ANR is off\n"
    )
    assert "in all" in text
    slow = replace(STATS, forecast=replace(STATS.forecast, done_at=NIGHT + timedelta(minutes=20)))
    assert "about 06-14 00:10" in stats_text(slow, BERLIN)
    assert table(["a"], []) not in stats_text(replace(STATS, paces=()), BERLIN).split("\n\n")[1:]
    assert {kind.value for kind in stats_sheet(STATS, BERLIN, SpeedOrder.NAME).writers} == {"csv", "json", "txt"}
