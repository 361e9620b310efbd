"""Pictures of the form of a camera. `pytest --snapshot-update` takes them anew."""

from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from tests.console.site import RecordingView, console
from tests.console.test_camera_form import fill_in, to_form

Compare = Callable[..., bool]
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 32), (160, 48)], ids=["small", "middle", "large"])


def form(key: str, *keys: str, **texts: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    async def run(pilot: Pilot[None]) -> None:
        dialog = await to_form(pilot, key)
        dialog.styles.background = "black"  # what is behind the form has pictures of its own
        fill_in(dialog, **texts)
        await pilot.press(*keys)
        await pilot.pause()

    return run


@SIZES
def test_change(snap_compare: Compare, size: tuple[int, int]) -> None:
    run = form("C", "tab", "tab", user="anr", password="hunter22", channel="3")
    assert snap_compare(console(RecordingView(is_ours=False)), terminal_size=size, run_before=run)


@SIZES
def test_errors(snap_compare: Compare, size: tuple[int, int]) -> None:
    template = "rtsp://a:b@192.0.2.9/?from={start}"
    run = form("A", "enter", name="lobby", address="192.0.2.9:554", port="0", channel="x", template=template)
    assert snap_compare(console(RecordingView()), terminal_size=size, run_before=run)


def test_without_colours(snap_compare: Compare) -> None:
    app = console(RecordingView(), environ={"NO_COLOR": "1", "COLORTERM": "truecolor"}, encoding="ascii")
    assert snap_compare(app, terminal_size=(80, 24), run_before=form("A", "tab", "right", name="Yard"))
