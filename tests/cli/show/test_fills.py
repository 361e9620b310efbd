"""`anr-tui fills`."""

from anr_tui.domain.timestamps import parse_stamp
from tests.cli.command import Command
from tests.cli.rows import columns
from tests.heldar_site import HeldarSite


def test_fills_as_json(working_site: HeldarSite, run: Command) -> None:
    running, ended = run.json("fills")
    assert set(running) - {"camera_name", "is_lost"} == columns(working_site.journal, "fills") - {"worker_id"}
    assert (running["gap_id"], running["phase"], running["outcome"], running["ended_at"]) == (
        "gap_1",
        "fetching",
        None,
        None,
    )
    assert (ended["gap_id"], ended["outcome"], ended["reason"]) == ("gap_2", "no_footage", "404")
    assert parse_stamp(ended["started_at"]) == parse_stamp(ended["ended_at"])
