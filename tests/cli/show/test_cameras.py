"""`anr-tui cameras`."""

from tests.cli.command import Command
from tests.cli.rows import columns
from tests.heldar_site import HeldarSite


def test_cameras_as_json(working_site: HeldarSite, run: Command) -> None:
    gate, dock = run.json("cameras")
    assert {"id", "name", "vendor", "anr_enabled"} <= set(gate) & columns(working_site.database, "cameras")
    assert {"set_aside_until", "set_aside_why"} <= set(gate) & columns(working_site.journal, "camera_memory")
    assert not {"password", "username", "anr_replay_url_template", "address"} & set(gate)
    assert (gate["id"], gate["pending"], gate["filled"], gate["filling"], gate["missing_s"]) == ("gate", 1, 1, 1, 600)
    assert (dock["id"], dock["failed"], dock["anr_enabled"], dock["has_replay"]) == ("dock", 1, True, True)
