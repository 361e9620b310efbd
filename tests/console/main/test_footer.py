"""The keys at the foot of the screen."""

from anr_tui.domain.request import RequestKind
from tests.console.site import RecordingView, console, grid, settled


async def test_a_click_on_the_footer_is_its_key() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(160, 48)) as pilot:
        await pilot.pause()
        await pilot.click(app.main.footer, offset=(grid(app)[47].index("p pause") + 2, 0))
        await settled(pilot)

        assert view.asked == [(RequestKind.PAUSE, None, None)]
