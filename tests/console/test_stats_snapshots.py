"""Pictures of the statistics. `pytest --snapshot-update` takes them anew."""

import pytest

from anr_tui.console.taste import Taste
from tests.console.month import month_view
from tests.console.site import console
from tests.console.test_snapshots import Compare
from tests.console.test_stats import opened


@pytest.mark.parametrize("size", [(80, 24), (120, 32), (160, 48)], ids=["80x24", "120x32", "160x48"])
def test_statistics(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert snap_compare(console(month_view()), terminal_size=size, run_before=opened)


def test_statistics_on_a_light_screen(snap_compare: Compare) -> None:
    app = console(month_view(), taste=Taste(theme="light"))
    assert snap_compare(app, terminal_size=(120, 32), run_before=opened)


def test_statistics_in_ascii_without_colours(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = console(month_view(), environ={"NO_COLOR": "1"}, encoding="ascii")
    assert snap_compare(app, terminal_size=(80, 24), run_before=opened)
