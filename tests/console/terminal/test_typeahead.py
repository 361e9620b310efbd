"""What is typed ahead, as a slow line delivers it: all at once."""

import asyncio

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from anr_tui.console.dialogs.camera_form import CameraDialog
from anr_tui.console.dialogs.worker_dialog import WorkerDialog
from anr_tui.console.terminal.typeahead import PATIENCE_S, TypeaheadQueue
from anr_tui.view.camera.fields import Draft
from tests.console.site import RecordingView, console, grid, settled, until


def type_at_once(pilot: Pilot[None], text: str) -> None:
    for sign in text:
        key = {"\r": "enter", "\x15": "ctrl+u", "\t": "tab"}.get(sign) or _character_to_key(sign)
        pilot.app.post_message(events.Key(key, sign))


async def rest(pilot: Pilot[None]) -> None:
    for _ in range(30):
        await settled(pilot)


async def test_a_filter_typed_at_once_is_a_filter_and_asks_for_nothing() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(120, 24)) as pilot:
        await settled(pilot)
        type_at_once(pilot, "/fence f\rj")
        await rest(pilot)

        assert app.main.dashboard.gaps_state.order.filter.text == "fence f"
        assert app.focused is app.main.dashboard.gaps
        assert app.screen is app.main
        assert view.asked == []


async def test_a_line_is_emptied_before_what_is_typed_next() -> None:
    app = console()
    async with app.run_test(size=(120, 24)) as pilot:
        await settled(pilot)
        type_at_once(pilot, "/dock\x15roof")
        await rest(pilot)

        assert "filter gaps: roof" in "\n".join(grid(app))


async def test_every_key_of_a_burst_is_done_in_its_order() -> None:
    app = console()
    async with app.run_test(size=(120, 24)) as pilot:
        await settled(pilot)
        type_at_once(pilot, "jjjkj jw")
        await rest(pilot)

        assert isinstance(app.screen, WorkerDialog)
        assert app.main.dashboard.gaps.cursor == 5
        assert len(app.main.dashboard.gaps_state.marks.keys) == 1


async def test_what_is_typed_behind_the_key_of_a_form_waits_for_the_form_longer_than_for_other_keys() -> None:
    view = RecordingView()
    draft = view.draft

    async def slow_draft(camera_id: str | None) -> Draft:
        await asyncio.sleep(PATIENCE_S + 0.3)
        return await draft(camera_id)

    view.draft = slow_draft  # type: ignore[method-assign]  # a database that takes its time
    app = console(view)
    async with app.run_test(size=(120, 24)) as pilot:
        await settled(pilot)
        await pilot.press("shift+tab")
        type_at_once(pilot, "Asp ffhen")
        await until(pilot, lambda: "sp ffhen" in "\n".join(grid(app)))

        assert isinstance(app.screen, CameraDialog)
        assert view.asked == []


async def test_a_key_whose_widget_is_gone_holds_nothing_up() -> None:
    app = console()
    async with app.run_test(size=(120, 24)) as pilot:
        await settled(pilot)
        typeahead = TypeaheadQueue(app)
        first, second = events.Key("j", "j"), events.Key("j", "j")
        assert not typeahead.holds(first)
        typeahead.follow()
        assert typeahead.holds(second)
        typeahead._end(typeahead._turn)
        assert not typeahead.holds(second)


async def test_a_form_that_never_opens_holds_no_later_key() -> None:
    app = console()
    async with app.run_test(size=(120, 24)) as pilot:
        await settled(pilot)
        typeahead = TypeaheadQueue(app)
        typeahead.follow()
        typeahead.wait_for_form()
        typeahead._release(typeahead._turn)
        typeahead.follow()
        typeahead._end(typeahead._turn)
        assert not typeahead.holds(events.Key("j", "j"))
