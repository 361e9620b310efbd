"""`anr-tui cancel`."""

from tests.cli.command import Command
from tests.cli.rows import asked
from tests.heldar_site import HeldarSite


def test_cancel_of_a_running_an_ended_and_an_unknown_fill(working_site: HeldarSite, run: Command) -> None:
    assert run("cancel", "2") == 0
    assert run.out == "Asked: cancel fill 2.\n"
    assert run("cancel", "1") == 1
    assert "Fill 1 has ended already: no footage on the camera." in run.err
    assert run("cancel", "99") == 2
    assert "There is no fill 99. `anr-tui fills` lists them." in run.err
    assert run("cancel", "many") == 2
    assert asked(working_site) == [("cancel", None, 2)]
