"""The line with a sentence, else with the chosen row."""

from anr_tui.platform.glyphs import UNICODE
from tests.console.site import Clock, console, grid, settled

DASH = UNICODE.dash


async def test_a_sentence_on_the_status_line_gives_way_to_the_chosen_row() -> None:
    clock = Clock()
    app = console(clock=clock)
    async with app.run_test(size=(120, 24)) as pilot:
        await pilot.press("s")
        await settled(pilot)
        assert grid(app)[22].strip() == "sweep now: asked"
        clock.forward(21)
        await app.main.read_once()
        await pilot.pause()
        assert grid(app)[22].strip() == f"front gate 06-13 13:48:00{DASH}13:58:00: fetching 62%"
        await pilot.press("s", "j", "j", "j")
        await settled(pilot)
        assert grid(app)[22].strip() == (
            f"parking north 06-13 13:48:00{DASH}13:57:58: pending; camera busy: 453 Not Enough Bandwidth"
        )
