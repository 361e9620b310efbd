"""Every key that leads out of a dialog or a screen leads back to the tables; and a resize in the middle of work."""

import pytest
from textual.pilot import Pilot

from anr_tui.console.dialogs.question import ConfirmDialog
from anr_tui.console.keys.actions import (
    CONFIRM_KEYS,
    DETAIL_KEYS,
    EXPORT_KEYS,
    HELP_KEYS,
    PICTURE_KEYS,
    SEARCH_KEYS,
    STATS_KEYS,
    URL_KEYS,
    WORKER_KEYS,
    Action,
)
from tests.console.site import RecordingView, console, grid, settled, until

OPENED: dict[str, tuple[Action, ...]] = {
    "c": CONFIRM_KEYS,
    "d": DETAIL_KEYS,
    "question_mark": HELP_KEYS,
    "S": STATS_KEYS,
    "u": URL_KEYS,
    "v": PICTURE_KEYS,
    "w": WORKER_KEYS,
    "x": EXPORT_KEYS,
    "l,slash": SEARCH_KEYS,
}
BACK = ("dialog.close", "confirm.no", "export.not", "search.not")
WAYS = [(keys, key) for keys, of in OPENED.items() for each in of if each.id in BACK for key in each.keys.split(",")]


async def opened(pilot: Pilot[None], keys: str) -> None:
    await settled(pilot)
    main = pilot.app.screen
    await pilot.press(*keys.split(","))
    await until(pilot, lambda: pilot.app.screen is not main)
    await pilot.pause()


@pytest.mark.parametrize("keys", OPENED)
async def test_every_key_for_it_leads_back(keys: str) -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        for key in [key for opening, key in WAYS if opening == keys]:
            await opened(pilot, keys)
            await pilot.press(key)
            await until(pilot, lambda: app.screen is app.main)
            if "slash" in keys:
                await pilot.press("escape")
    assert view.asked == []


async def test_a_page_by_control_keys_as_well() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        await pilot.press("ctrl+f")
        assert app.main.dashboard.gaps.cursor > 1
        await pilot.press("ctrl+b")
        assert app.main.dashboard.gaps.cursor == 0


async def test_a_question_stays_and_is_answered_after_a_resize() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(160, 48)) as pilot:
        await opened(pilot, "c")
        for size in ((40, 12), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert isinstance(app.screen, ConfirmDialog)
            assert any("kept" in line for line in grid(app))
        await pilot.press("y")
        await settled(pilot)
        assert len(view.asked) == 1


async def test_what_is_typed_marked_and_chosen_lasts_over_a_resize() -> None:
    app = console()
    async with app.run_test(size=(160, 48)) as pilot:
        await settled(pilot)
        await pilot.press("space", "space", "slash", *"load")
        await pilot.resize_terminal(80, 24)
        await pilot.press(*"ing")
        await pilot.resize_terminal(120, 32)
        await settled(pilot)
        assert grid(app)[-2].strip() == "filter gaps: loading"
        await pilot.press("enter")
        await settled(pilot)
        dashboard = app.main.dashboard
        assert {row.camera_name for row in dashboard.gaps.rows} == {"loading dock"}
        assert [row.id for row in dashboard.gaps_state.picked] == ["gap-002"]
