"""`anr-tui stats` over a real site and a real journal."""

import csv
import io
import json

import pytest

from tests.cli.command import Command
from tests.heldar_site import HeldarSite


def test_the_site_in_figures_in_three_shapes(reported_site: HeldarSite, run: Command) -> None:
    assert run("stats", "--days", "3", "--format", "json") == 0
    stats = json.loads(run.out)
    assert (len(stats["days"]), [each["camera_id"] for each in stats["cameras"]]) == (3, ["gate", "dock"])
    assert run("stats", "--format", "csv") == 0
    rows = list(csv.DictReader(io.StringIO(run.out)))
    assert [row["row"] for row in rows] == ["day"] * 14 + ["camera"] * 2 + ["all"]
    assert run("stats") == 0
    assert ": 7m 30s to fetch, of 1 gap\ndone when: not known, no speed was measured yet\nnot counted: " in run.out


@pytest.mark.parametrize("days", ["0", "367"])
def test_a_number_of_days_that_is_none_is_refused(run: Command, days: str) -> None:
    assert run("stats", "--days", days) == 2
    assert f"--days {days} is not possible; allowed are 1 to 366." in run.err
