"""Keys that may be answered by a question."""

from textual.pilot import Pilot

from anr_tui.domain.request import RequestKind

FILL, RETRY, CANCEL = RequestKind.FILL, RequestKind.RETRY, RequestKind.CANCEL


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press, where the last key may be answered by a question."""
    await pilot.press(*keys)
    for _ in range(3):
        await pilot.pause()
