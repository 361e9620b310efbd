"""`anr-tui status`."""

from anr_tui.domain.timestamps import parse_stamp
from tests.cli.command import Command
from tests.heldar_site import HeldarSite, execute


def test_status_as_json(working_site: HeldarSite, run: Command) -> None:
    status = run.json("status")
    assert (status["schema"], status["gaps"], status["pending"], status["failed"], status["filled"]) == (1, 3, 1, 1, 1)
    assert (status["missing_s"], [fill["gap_id"] for fill in status["fills"]]) == (1200, ["gap_1"])
    assert [problem["kind"] for problem in status["problems"]] == ["gaps_failed"]
    assert (status["worker"]["state"], status["worker"]["host"], status["worker"]["pid"]) == ("running", "nvr-07", 4711)
    assert status["database"] == str(working_site.database)
    parse_stamp(status["worker"]["seen_at"])


def test_a_check_ends_with_1_until_no_person_is_needed(working_site: HeldarSite, run: Command) -> None:
    assert run("status") == 0
    assert run("status", "--check") == 1
    assert run.out.startswith(
        "ANR WARNING: 1 gap was given up: look at `anr-tui gaps`, then retry. | pending=1 failed=1"
    )
    assert run("status", "--check", "--json") == 1
    working_site.execute("UPDATE recording_gaps SET fill_state = 'pending'")
    assert run("status", "--check") == 0
    assert run.out.startswith(
        "ANR OK: 3 pending, 0 failed, 30m 00s missing | pending=3 failed=0 missing=1800s disk_free="
    )
    execute(working_site.journal, "UPDATE workers SET ended_at = seen_at")
    assert run("status", "--check") == 1
    assert run.out.startswith("ANR WARNING: No worker runs: nothing is filled. | ")
