"""The shift report over a real site and a real journal."""

import csv
import io
import json
from datetime import datetime, timedelta

import pytest

from anr_tui.platform.spoken_time import DASH
from tests.cli.command import Command
from tests.heldar_site import HeldarSite

DAY = ["--since", "2026-06-13", "--until", "2026-06-14", "--zone", "utc"]


def test_a_day_in_three_shapes(reported_site: HeldarSite, run: Command) -> None:
    assert run("report", *DAY, "--format", "json") == 0
    report = json.loads(run.out)
    total = report["total"]
    assert (report["since"], report["until"]) == ("2026-06-13T00:00:00+00:00", "2026-06-14T00:00:00+00:00")
    assert (total["gaps"], total["filled"], total["partly_filled"], total["not_filled"]) == (3, 1, 1, 1)
    assert (total["recovered_s"], total["size_bytes"]) == (120, 5000)
    assert total["reasons"]["no_footage"] == total["reasons"]["filling"] == 1
    assert run("report", *DAY, "--format", "csv") == 0
    rows = list(csv.DictReader(io.StringIO(run.out)))
    assert [row["camera_name"] for row in rows] == ["Front gate", "Loading dock", "all"]
    assert run("report", *DAY) == 0
    assert run.out.startswith("Gaps of Sat 13 Jun ") and f"00:00 {DASH} Sun 14 Jun" in run.out


def test_one_camera_by_id_or_name(reported_site: HeldarSite, run: Command) -> None:
    for camera in ("dock", "Loading dock"):
        assert run("report", *DAY, "--camera", camera, "--format", "json") == 0
        assert [each["camera_id"] for each in json.loads(run.out)["cameras"]] == ["dock"]
    assert run("report", "--camera", "nowhere") == 2
    assert "There is no camera 'nowhere'. `anr-tui cameras` lists them." in run.err


def test_a_shift_is_the_last_twelve_hours_unless_said(reported_site: HeldarSite, run: Command) -> None:
    assert run("report", "--format", "json") == 0
    report = json.loads(run.out)
    length = datetime.fromisoformat(report["until"]) - datetime.fromisoformat(report["since"])
    assert (length, report["total"]["gaps"]) == (timedelta(hours=12), 0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--since", "soon"], "--since 'soon' is no time"),
        (["--until", "2026-13-01"], "--until '2026-13-01' is no time"),
        (["--since", "1h", "--until", "2h"], "before it begins"),
        (["--format", "xml"], "invalid choice: 'xml'"),
    ],
)
def test_what_is_no_span_is_refused(run: Command, arguments: list[str], words: str) -> None:
    assert run("report", *arguments) == 2
    assert words in run.err


def test_a_name_that_a_spreadsheet_would_run_is_told_as_text(reported_site: HeldarSite, run: Command) -> None:
    reported_site.execute("UPDATE cameras SET name = '=cmd()' WHERE id = 'gate'")
    assert run("report", *DAY, "--format", "csv") == 0
    assert ",'=cmd()," in run.out
