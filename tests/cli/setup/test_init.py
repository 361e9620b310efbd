"""`anr-tui init`."""

from pathlib import Path

from anr_tui.cli.main import main
from tests.cli.command import StatusMessage


def test_init_makes_a_site_that_the_other_commands_take(
    tmp_path: Path, no_password_in_any_output: StatusMessage
) -> None:
    path = tmp_path / "new" / "site.db"
    assert main(["init", str(path)]) == 0
    assert main(["status", "--database", str(path)]) == 0
    assert main(["init", str(path)]) == 2
    no_password_in_any_output.read()
    assert f"Made an empty site database at {path}." in no_password_in_any_output.out
    assert f"There is a file at {path} already." in no_password_in_any_output.err
