"""A table that is searched for words."""

from tests.console.site import RecordingView, console, grid, settled, site_events

SMALL = (80, 24)


async def test_what_the_width_cuts_off_is_found_all_the_same() -> None:
    app = console(RecordingView(events=site_events()))
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("e")
        await settled(pilot)
        cut_off = "until its row changes"
        assert not any(cut_off in line for line in grid(app))
        await pilot.press("slash", *cut_off, "enter")
        await settled(pilot)
        row = app.main.dashboard.events.row
        assert row is not None
        assert cut_off in row.words


async def test_next_without_words_says_how_to_give_them() -> None:
    app = console(RecordingView(events=site_events()))
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("e", "n")
        await settled(pilot)
        assert "/ asks for words" in grid(app)[-2]


async def test_leaving_the_question_searches_for_nothing() -> None:
    app = console(RecordingView(events=site_events()))
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("e")
        await settled(pilot)
        before = app.main.dashboard.events.cursor
        await pilot.press("slash", *"ana", "escape")
        await settled(pilot)
        assert app.main.dashboard.events.cursor == before
