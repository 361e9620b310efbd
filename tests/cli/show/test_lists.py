"""What the lists have in common."""

import pytest

from anr_tui.view.tables.text_tables import GAP_HEADS
from tests.cli.command import Command
from tests.heldar_site import HeldarSite


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("gaps", ["gap_1  Front gate    2026-06-13 11:00:00Z  11:10:00Z  10m 00s  pending  0         filling"]),
        ("cameras", ["gate    Front gate    generic  unknown  on   1        0       1       10m 00s"]),
        ("fills", ["no footage on the camera", "150 of 600 s"]),
        ("status", ["worker      running (anna@nvr-07, process 4711, 0.1.0, since ", "1 pending, 1 failed, 1 filled"]),
    ],
)
def test_lists_for_people(working_site: HeldarSite, run: Command, command: str, expected: list[str]) -> None:
    assert run(command) == 0
    for words in expected:
        assert words in run.out
    assert run.err == ""


def test_an_empty_site_has_empty_lists(run: Command) -> None:
    assert run.json("gaps") == []
    assert run.json("fills") == []
    assert run("gaps") == 0
    assert run.out.split() == " ".join(GAP_HEADS).split()
    assert run.json("status")["worker"]["state"] == "none"


def test_one_bad_row_is_said_beside_the_list_and_not_in_it(heldar_site: HeldarSite, run: Command) -> None:
    heldar_site.add_gap("gap_1")
    heldar_site.add_gap("gap_bad", "dock", gap_start="yesterday")
    assert [gap["id"] for gap in run.json("gaps")] == ["gap_1"]
    assert "anr-tui: The row 'gap_bad' was left out: not an RFC 3339 time: 'yesterday'" in run.err
    assert len(run.json("cameras")) == 2
    assert ["gap_bad" in problem["words"] for problem in run.json("status")["problems"]] == [False, True]
