"""The demo says what it does before it takes its time, and what is wrong where it cannot begin."""

from pathlib import Path

import pytest

from anr_tui.demo import demo
from anr_tui.demo.demo import run_demo_once, run_demo_with_console
from anr_tui.domain.errors import SiteError


class NotBuiltError(Exception):
    """Stands for all that the demo does after its first word."""


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    def build(*_: object, **__: object) -> None:
        raise NotBuiltError

    monkeypatch.setattr(demo, "build_site", build)
    return []


def test_before_anything_is_recorded_it_says_so(said: list[str]) -> None:
    with pytest.raises(NotBuiltError):
        run_demo_with_console(None, lambda *_: None, said.append)
    with pytest.raises(NotBuiltError):
        run_demo_once(None, said.append)
    assert [line.partition(" with ")[0] for line in said] == ["Recording 6 cameras"] * 2


@pytest.mark.parametrize("place", ["file", "file/below", "x" * 300])
def test_a_place_where_no_site_can_be_made_is_named(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SiteError, match="The demo's site cannot be made") as refusal:
        run_demo_once(tmp_path / place, lambda _: None)
    assert "Give --keep an empty directory" in str(refusal.value)
