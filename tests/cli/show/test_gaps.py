"""`anr-tui gaps`."""

from tests.cli.command import Command
from tests.cli.rows import columns
from tests.heldar_site import HeldarSite


def test_gaps_as_json_have_the_databases_names_and_times(working_site: HeldarSite, run: Command) -> None:
    gaps = run.json("gaps")
    assert [gap["id"] for gap in gaps] == ["gap_1", "gap_2", "gap_3"]
    of_ours = {"camera_name", "is_filling", "outcome", "reason"}
    assert set(gaps[0]) - of_ours == columns(working_site.database, "recording_gaps") - {"created_at"}
    gap = next(gap for gap in gaps if gap["id"] == "gap_2")
    assert gap["gap_start"] == "2026-06-13T11:00:00.123456+00:00"
    assert (gap["fill_state"], gap["fill_attempts"], gap["outcome"]) == ("failed", 3, "no_footage")
    assert gap["last_attempt_at"] == "2026-06-13T11:30:00.500+00:00"
    assert [gap["is_filling"] for gap in gaps if gap["id"] == "gap_1"] == [True]
