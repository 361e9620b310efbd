"""The keys that change how things look."""

from tests.console.site import RecordingView, console, grid, settled


async def test_the_zone_turns_on_the_screen_and_is_named() -> None:
    view = RecordingView()
    view.change(time_zone="Asia/Tokyo")
    app = console(view)
    async with app.run_test(size=(160, 48)) as pilot:
        await settled(pilot)
        for zone, hour in (("CEST (UTC+2)", "13:48:00"), ("UTC", "11:48:00"), ("JST (UTC+9)", "20:48:00")):
            shown = "\n".join(grid(app))
            assert zone in shown
            assert hour in shown
            await pilot.press("T")
            await settled(pilot)


async def test_themes_turn_unless_the_terminals_own_colours_are_used() -> None:
    app = console(RecordingView())
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+t")
        assert app.theme == "anr-light"
    app = console(RecordingView(), environ={"NO_COLOR": "1"})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+t")
        await settled(pilot)
        assert app.theme == "ansi-dark"
        assert "own colours" in " ".join(grid(app)[-4:])


async def test_the_line_is_metered_and_spared_by_the_same_key() -> None:
    app = console(RecordingView())
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.press("b")
        await settled(pilot)
        assert "0 B sent in the last minute; slow mode is off" in grid(app)[-2]
        await pilot.press("b")
        await settled(pilot)
        assert app.gate.is_slow
        assert "; slow mode is on" in grid(app)[-2]
