import csv
import io
import json
from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.evidence.evidence_chain import ChainHead
from anr_tui.domain.evidence.time_proof import TimeProof
from anr_tui.domain.gap import FillState
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.window import Window
from anr_tui.journal.tables.rows import LandedRecord
from anr_tui.platform.spoken_time import DASH
from anr_tui.view.reports.shift_report import (
    FILLING,
    NOT_TRIED,
    REASONS,
    Report,
    Tally,
    make_report,
    report_csv,
    report_fields,
    report_text,
)
from anr_tui.view.snapshot.snapshot import GapRow
from tests.heldar_site import NOW
from tests.view.reports.builders import BEGAN, REPORT, file, fill, gap, window

CAMERAS = ("gate", "dock")


SPAN = window(0, 1000)


# What counts.


def test_gaps_are_told_by_what_became_of_them() -> None:
    rows = [
        gap(window(0, 100), FillState.FILLED, fill(Outcome.FILLED), name="a"),
        gap(window(100, 200), FillState.PENDING, fill(Outcome.PARTLY_FILLED), name="b"),
        gap(window(200, 300), FillState.FAILED, fill(Outcome.NO_FOOTAGE), name="c"),
        gap(window(300, 400), name="d"),
        gap(window(400, 500), FillState.PENDING, fill(None), name="e"),
        replace(gap(window(500, 600), FillState.PENDING, fill(None), name="f"), is_lost=True),
    ]
    total = make_report(rows, [], [file(window(0, 100)), file(window(100, 140))], SPAN).total
    assert (total.gaps, total.filled, total.partly_filled, total.not_filled) == (6, 1, 1, 4)
    assert (total.wanted_s, total.recovered_s, total.missing_s) == (600, 140, 460)
    assert total.reasons == {"partly_filled": 1, "no_footage": 1, NOT_TRIED: 1, FILLING: 1, "interrupted": 1}


def test_only_the_part_in_the_span_counts() -> None:
    rows = [gap(window(-50, 50)), gap(window(950, 1100)), gap(window(1000, 1100)), gap(window(-100, 0))]
    landed = [
        file(window(-50, 10), 1),
        file(window(20, 30), 20),
        file(window(990, 1100), 300),
        file(window(1001, 1002)),
    ]
    report = make_report(rows, [], landed, SPAN)
    assert (report.total.gaps, report.total.wanted_s, report.total.recovered_s) == (2, 100, 30)
    assert report.total.size_bytes == 320, "a file belongs to the span in which it begins"


def test_what_the_recorder_had_all_along_is_neither_recovered_nor_missing() -> None:
    total = make_report([gap(window(0, 100), FillState.FILLED)], [], [file(window(0, 60))], SPAN).total
    assert (total.wanted_s, total.recovered_s, total.missing_s) == (100, 60, 0)


def test_speed_is_footage_by_time_over_the_fills_that_got_any() -> None:
    fills = [
        fill(Outcome.FILLED, got_s=300, took_s=10),
        fill(Outcome.PARTLY_FILLED, got_s=100, took_s=30),
        fill(Outcome.UNREACHABLE, took_s=60),
        fill(None, got_s=50),
        fill(Outcome.FILLED, got_s=1000, took_s=1, gap_id="another"),
    ]
    assert make_report([gap(window(0, 500))], fills, [], SPAN).total.speed == 10
    assert make_report([gap(window(0, 500))], [], [], SPAN).total.speed is None


def grid_windows() -> st.SearchStrategy[Window]:
    starts_and_lengths = st.tuples(st.integers(-20, 70), st.integers(1, 40))
    return starts_and_lengths.map(lambda each: window(each[0], sum(each)))


gap_rows = st.lists(
    st.builds(
        lambda what, state, last, camera, number: gap(what, state, last, camera=camera, name=f"gap_{number}"),
        grid_windows(),
        st.sampled_from(FillState),
        st.none() | st.sampled_from([None, *Outcome]).map(fill),
        st.sampled_from(CAMERAS),
        st.integers(0, 99),
    ),
    max_size=8,
)
landed_files = st.lists(
    st.builds(file, grid_windows(), st.integers(0, 10**9), st.sampled_from(CAMERAS), proof=st.sampled_from(TimeProof)),
    max_size=8,
)


def seconds_of(what: Window) -> set[int]:
    start, end = (round((moment - BEGAN).total_seconds()) for moment in (what.start, what.end))
    return set(range(start, end))


@given(gap_rows, landed_files)
def test_the_figures_are_those_of_counting_second_by_second(rows: list[GapRow], landed: list[LandedRecord]) -> None:
    span = window(0, 50)
    report = make_report(rows, [], landed, span)
    for camera in CAMERAS:
        mine = [row for row in rows if row.gap.camera_id == camera and seconds_of(row.window) & seconds_of(span)]
        held = set[int]().union(*(seconds_of(each.window) for each in landed if each.camera_id == camera))
        wanted = [seconds_of(row.window) & seconds_of(span) for row in mine]
        counters = next((each for each in report.cameras if each.camera_id == camera), Tally())
        assert counters.gaps == len(mine)
        assert counters.wanted_s == len(set[int]().union(*wanted))
        assert counters.recovered_s == len(set[int]().union(*wanted) & held)
        missing = [each for each, row in zip(wanted, mine, strict=True) if row.is_missing]
        assert counters.missing_s == len(set[int]().union(*missing) - held)
        assert counters.partly_filled == sum(bool(each & held) for each in missing)
        left = set[int]().union(*wanted)
        for proof, length_s in (
            (TimeProof.PROVEN, counters.proven_s),
            (TimeProof.CONSISTENT, counters.consistent_s),
            (TimeProof.BY_HAND, counters.by_hand_s),
            (TimeProof.UNKNOWN, counters.time_not_kept_s),
        ):
            files = (each for each in landed if each.camera_id == camera and each.proof is proof)
            known = set[int]().union(*(seconds_of(each.window) for each in files))
            assert length_s == len(left & known), "a second counts once, by its best proof"
            left -= known


@given(gap_rows, landed_files)
def test_all_is_the_sum_of_the_cameras_and_no_second_is_counted_twice(
    rows: list[GapRow], landed: list[LandedRecord]
) -> None:
    report = make_report(rows, [], landed, window(0, 50))
    names = ("gaps", "filled", "partly_filled", "not_filled", "wanted_s", "recovered_s", "missing_s", "size_bytes")
    files = ("proven_files", "consistent_files", "by_hand_files", "time_not_kept_files")
    lengths = ("proven_s", "consistent_s", "by_hand_s", "time_not_kept_s")
    for name in (*names, *files, *lengths):
        assert getattr(report.total, name) == sum(getattr(counters, name) for counters in report.cameras)
    for counters in (*report.cameras, report.total):
        assert counters.recovered_s + counters.missing_s <= counters.wanted_s
        assert sum(getattr(counters, name) for name in lengths) == counters.recovered_s
        assert counters.filled + counters.partly_filled + counters.not_filled == counters.gaps
        assert sum(counters.reasons.values()) == counters.gaps - counters.filled
        assert set(counters.reasons) <= set(REASONS)


@given(gap_rows, landed_files, st.integers(0, 50))
def test_two_shifts_together_have_the_seconds_of_the_whole_day(
    rows: list[GapRow], landed: list[LandedRecord], change_s: int
) -> None:
    day = make_report(rows, [], landed, window(-10, 60)).total
    shifts = [make_report(rows, [], landed, each).total for each in (window(-10, change_s), window(change_s, 60))]
    for name in ("wanted_s", "recovered_s", "missing_s"):
        assert getattr(day, name) == sum(getattr(shift, name) for shift in shifts)


def test_files_are_told_by_how_well_their_time_is_known() -> None:
    landed = [
        file(window(0, 60), proof=TimeProof.PROVEN),
        file(window(60, 90), proof=TimeProof.CONSISTENT),
        file(window(90, 100)),
        file(window(95, 120), proof=TimeProof.CONSISTENT),
        file(window(-30, 5), proof=TimeProof.CONSISTENT),
    ]
    total = make_report([gap(window(0, 120), FillState.FILLED)], [], landed, SPAN).total
    assert (total.proven_files, total.consistent_files, total.time_not_kept_files) == (1, 2, 1)
    assert (total.proven_s, total.consistent_s, total.time_not_kept_s) == (60, 55, 5)


# How it is told.


def test_the_table_says_which_span_in_which_zone() -> None:
    head, _, *lines, _, _ = report_text(REPORT, ZoneInfo("Europe/Berlin"), NOW).splitlines()
    assert head == "Gaps of Sat 13 Jun 07:00-19:00 CEST = 05:00-17:00Z".replace("-", DASH)
    assert [" ".join(line.split()) for line in lines] == [
        "camera gaps filled partly not wanted recovered missing size speed time why not",
        "Camera dock 1 0 0 1 1m 30s 0s 1m 30s 0 Bytes 1 no footage on the camera",
        "Camera gate 1 1 0 0 1m 40s 1m 40s 0s 2.0 MB 10.0x 1m 20s proven, 20s consistent",
        "all 2 1 0 1 3m 10s 1m 40s 1m 30s 2.0 MB 10.0x 1m 20s proven, 20s consistent 1 no footage on the camera",
    ]
    assert report_text(make_report([], [], [], SPAN), UTC, NOW).endswith("\n\nNo recording has a gap in this span.")


def test_json_has_the_same_figures() -> None:
    fields = json.loads(json.dumps(report_fields(REPORT)))
    assert (fields["since"], fields["until"]) == ("2026-06-13T05:00:00+00:00", "2026-06-13T17:00:00+00:00")
    assert [camera["camera_id"] for camera in fields["cameras"]] == ["dock", "gate"]
    assert (fields["total"]["recovered_s"], fields["total"]["missing_s"], fields["total"]["speed"]) == (100, 90, 10)
    assert list(fields["total"]["reasons"]) == list(REASONS)
    assert fields["total"]["reasons"]["no_footage"] == 1


def test_csv_has_a_line_a_camera_and_one_for_all() -> None:
    text = report_csv(REPORT)
    assert text.count("\r\n") == text.count("\n") == 4
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["row"], row["camera_id"], row["gaps"]) for row in rows] == [
        ("camera", "dock", "1"),
        ("camera", "gate", "1"),
        ("all", "", "2"),
    ]
    assert (rows[1]["speed"], rows[0]["speed"], rows[0]["no_footage"]) == ("10.0", "", "1")
    empty = report_csv(make_report([], [], [], SPAN))
    assert empty.splitlines()[0] == text.splitlines()[0], "the heads are always the same"


@pytest.mark.parametrize("name", ["=cmd()", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '"=1', "a,b", "new\nline"])
def test_no_name_becomes_a_formula_or_another_line(name: str) -> None:
    report = Report(SPAN, (Tally(camera_id=name, camera_name=name),), Tally(camera_name="all"))
    rows = list(csv.reader(io.StringIO(report_csv(report), newline="")))
    assert len(rows) == 3
    assert len({len(row) for row in rows}) == 1
    for cell in rows[1]:
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
        assert "\n" not in cell


@given(st.text())
def test_csv_of_any_name_reads_back_as_one_harmless_cell(name: str) -> None:
    report = Report(SPAN, (Tally(camera_id=name, camera_name=name),), Tally())
    cell = list(csv.reader(io.StringIO(report_csv(report), newline="")))[1][4]
    assert not cell.lstrip().startswith(("=", "+", "-", "@"))


def test_the_end_of_the_chain_of_evidence_stands_on_it() -> None:
    report = make_report([], [], [], SPAN, chain=ChainHead(12, "ab"))
    assert report_text(report, UTC, NOW).endswith("\n\nChain of evidence: 12 entries, head 12:ab")
    assert report_fields(report)["evidence"] == {"count": 12, "head": "12:ab"}
