"""`anr-tui retry`."""

from tests.cli.command import Command
from tests.cli.rows import asked
from tests.heldar_site import HeldarSite


def test_retry_of_named_gaps_and_of_all_that_failed(working_site: HeldarSite, run: Command) -> None:
    assert run("retry", "gap_1") == 0
    assert run("retry", "--all-failed") == 0
    assert run.out == "Asked: retry gap gap_2.\n"
    assert asked(working_site) == [("retry", "gap_1", None), ("retry", "gap_2", None)]


def test_a_filled_gap_is_tried_again_only_where_that_is_said(working_site: HeldarSite, run: Command) -> None:
    assert run("retry", "gap_3", "gap_2", "gap_nope") == 1
    assert "Gap gap_3 is filled" in run.err
    assert "`anr-tui verify GAP`" in run.err
    assert asked(working_site) == [("retry", "gap_2", None)]
    assert run("retry", "--yes", "gap_3") == 0
    assert asked(working_site)[1:] == [("retry", "gap_3", None)]


def test_retry_of_nothing_is_said(heldar_site: HeldarSite, run: Command) -> None:
    assert run("retry") == 2
    assert "Name the gaps to retry, or say --all-failed." in run.err
    assert run("retry", "gap_1", "--all-failed") == 2
    assert run("retry", "--all-failed") == 0
    assert run.out == "No gap was given up; there is nothing to retry.\n"
