"""Every screen at three sizes, dark and light, as text; and at one size, dark, as a picture."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.console.screens.all_screens import SCREENS
from tests.console.screens.pictures import MEDIUM, SIZES, Compare, shown, text_after


@SIZES
@pytest.mark.parametrize("screen", SCREENS)
async def test_the_text_of_a_screen(
    snapshot: SnapshotAssertion, screen: str, size: tuple[int, int], tmp_path: Path
) -> None:
    view, run = SCREENS[screen]
    dark, light = [await text_after(shown(view(tmp_path), theme), size, run) for theme in ("dark", "light")]

    assert dark == snapshot
    assert light == dark


@pytest.mark.parametrize("screen", SCREENS)
def test_the_picture_of_a_screen(snap_compare: Compare, screen: str, tmp_path: Path) -> None:
    view, run = SCREENS[screen]
    assert snap_compare(shown(view(tmp_path)), terminal_size=MEDIUM, run_before=run)
