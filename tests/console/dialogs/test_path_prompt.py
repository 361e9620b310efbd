"""A path that is typed, completed as a shell does it."""

from pathlib import Path

from anr_tui.console.dialogs.path_prompt import completed


def test_a_path_is_completed(tmp_path: Path) -> None:
    (tmp_path / "heldar").mkdir()
    (tmp_path / "here.db").touch()
    (tmp_path / ".hidden").touch()
    (tmp_path / "x\x1b[31m").touch()
    assert completed(f"{tmp_path}/he") == f"{tmp_path}/heldar/"
    assert completed(f"{tmp_path}/her") == f"{tmp_path}/here.db"
    assert completed(f"{tmp_path}/") == f"{tmp_path}/heldar/"
    assert completed(f"{tmp_path}/.h") == f"{tmp_path}/.hidden"
    assert completed(f"{tmp_path}/x") is None
    assert completed(f"{tmp_path}/none/x") is None
    assert completed("~nobody-knows/x") is None
