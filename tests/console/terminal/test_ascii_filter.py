"""Terminals that show ASCII only."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.pilot import Pilot

from anr_tui.console.terminal.ascii_filter import in_ascii
from tests.console.site import RecordingView, console, grid, settled


async def test_ascii_terminals_get_ascii() -> None:
    view = RecordingView()
    view.change(cameras=tuple(replace(row, name="Einfahrt Süd") for row in view.snapshot.cameras))
    app = console(view, encoding="ascii")
    async with app.run_test(size=(160, 48)) as pilot:
        await pilot.pause()
        assert "".join(grid(app)).isascii()
        for key in ("u", "question_mark", "w", "c", "slash", "d", "x"):
            await pilot.press(key)
            await press_through(pilot)
            assert "".join(grid(app)).isascii(), key
            await pilot.press("escape", "escape")


async def press_through(pilot: Pilot[None]) -> None:
    """Let a dialog come up that waits for an answer."""
    for _ in range(4):
        await pilot.pause()


async def test_in_ascii_names_are_made_so_in_dialogs_too_and_columns_stay_where_they_are() -> None:
    view = RecordingView()
    names = {"front gate": "Einfahrt S\u00fcd", "loading dock": "\u4e16\u754c"}
    view.change(gaps=tuple(replace(row, camera_name=names.get(row.camera_name, "dock")) for row in view.snapshot.gaps))
    app = console(view, encoding="ascii")
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        rows = {line.split()[0].lstrip(">"): line for line in grid(app)[11:16]}
        starts = {name: line.index("06-13") for name, line in rows.items() if "06-13" in line}
        assert len(set(starts.values())) == 1, rows
        assert "????" in "".join(rows)
        await pilot.press("c")
        await press_through(pilot)
        shown = "\n".join(grid(app))
        assert "Cancel the fill of Einfahrt S?d" in shown
        assert shown.isascii()


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Mn", "Me", "Cf"]), max_size=30))
def test_nothing_moves_whatever_cannot_be_shown(text: str) -> None:
    shown = in_ascii(text)

    assert shown.isascii()
    assert cell_len(shown) == cell_len(text)
    assert in_ascii(shown) == shown
