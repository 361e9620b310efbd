"""The main screen: what it shows and repaints, and that nothing from outside harms it."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.geometry import Region

from anr_tui.console.main.app import ConsoleApp
from anr_tui.console.tables.line_table import LineTable
from anr_tui.domain.errors import AnrError
from anr_tui.domain.request import RequestKind
from anr_tui.platform.glyphs import UNICODE
from anr_tui.view.snapshot.snapshot import Snapshot, WorkerRow, WorkerState
from tests.console.site import Clock, RecordingView, console, grid, settled, until

if TYPE_CHECKING:
    from collections.abc import Callable

DASH = UNICODE.dash
TIMES = UNICODE.times
SIZES = [(80, 24), (120, 32), (160, 48)]


@pytest.mark.parametrize("size", SIZES)
async def test_everything_has_its_place(size: tuple[int, int]) -> None:
    app = console()
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        screen = "\n".join(grid(app))

        for words in (
            "heldar.db", "worker runs  anna@nvr-07", "14:30 CEST", "next sweep in 4 min", "15 pending", "2 failed",
            "3 filled", "missing 2h 32m", "412.0 GB free", "Cameras 6", "Gaps 20 of all cameras", "CEST (UTC+2)",
            "Fills 3 running", "front gate ", "recording", "offline", "set aside: l", "in 2 min", "no replay URL",
            "06-13 13:48:00", "13:58:05", "10m 05s", "filling", "pending", " 62%", f"38.2{TIMES}", "48.3 MB",
            "verifying",
            "camera busy: 453", "f fill  c cancel  / filter  ! faults  space mark  r retry", "? all keys", "q quit",
        ):  # fmt: skip
            assert words in screen, words


async def test_a_tall_screen_has_the_log_and_ended_fills(tmp_path: Path) -> None:
    (tmp_path / "fill-000033.log").write_text("frame=  100 speed=21.7x\n")
    app = console(RecordingView(logs=tmp_path))
    async with app.run_test(size=(160, 48)) as pilot:
        await app.main.dashboard.log_pane.read_more()
        await pilot.pause()
        screen = "\n".join(grid(app))

        assert f"Log of warehouse aisle 06-13 13:47:00{DASH}14:07:10" in screen
        assert "FOLLOW" in screen
        assert "frame=  100 speed=21.7x" in screen
        assert "no footage on the camera" in screen
        assert "192.0.2.15:554 did not answer within 5 s" in screen


async def test_a_log_that_is_not_in_view_is_not_read_until_it_is(tmp_path: Path) -> None:
    (tmp_path / "fill-000031.log").write_text("frame=  100 speed=21.7x\n")
    app = console(RecordingView(logs=tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        pane = app.main.dashboard.log_pane
        await pilot.press("j", "k")
        await pilot.pause()
        assert pane.path == tmp_path / "fill-000031.log"
        assert not pane.is_in_view
        assert not pane._lines.rows

        await pilot.press("l")
        await until(pilot, lambda: "frame=  100 speed=21.7x" in "\n".join(grid(app)))
        assert pane.is_in_view


async def test_moving_the_focus_paints_no_other_table_than_the_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        painted: list[str | None] = []
        for widget in app.main.query(LineTable):
            render = widget.render_line
            monkeypatch.setattr(
                widget, "render_line", lambda y, _of=widget, _as=render: (painted.append(_of.id), _as(y))[1]
            )
        await pilot.press("tab")
        await pilot.pause()

        assert set(painted) == {"gaps", "fills"}


async def test_the_chosen_gap_survives_refreshes() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("j", "j", "j", "j")
        view.change(gaps=view.snapshot.gaps[2:])
        await app.main.read_once()
        await pilot.press("f")
        await settled(pilot)

        assert view.asked == [(RequestKind.FILL, "gap-005", None)]


async def test_nothing_new_repaints_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    app = console(clock=clock)
    async with app.run_test(size=(160, 48)) as pilot:
        await pilot.pause()
        regions = watch_repaints(app, monkeypatch)
        clock.forward(1)
        await app.main.read_once()
        assert regions == []

        clock.forward(50)
        await app.main.read_once()
        assert Region(154, 1, 1, 1) in regions
        assert sum(region.width for region in regions) < 80


async def test_one_fills_progress_repaints_a_few_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(160, 48)) as pilot:
        await pilot.pause()
        regions = watch_repaints(app, monkeypatch)
        first, *rest = view.snapshot.fills
        changed = replace(first, fill=replace(first.fill, size_bytes=152_000_000))
        view.change(fills=(changed, *rest))
        await app.main.read_once()

        assert [region.size for region in regions] == [(1, 1)]


def watch_repaints(app: ConsoleApp, monkeypatch: pytest.MonkeyPatch) -> list[Region]:
    """What widgets ask to have painted from now on; a whole widget counts with its size."""
    regions: list[Region] = []
    for widget in app.main.query("LineTable, LineBox, LogPane"):
        original: Callable[..., object] = widget.refresh

        def refresh(*wanted: Region, _of: object = widget, _original: object = original, **options: bool) -> object:
            regions.extend(wanted or [_of.size.region])  # type: ignore[attr-defined]  # a widget
            return _original(*wanted, **options)  # type: ignore[operator]  # its own refresh

        monkeypatch.setattr(widget, "refresh", refresh)
    return regions


@pytest.mark.parametrize(
    "name",
    ["gate [/dev/video0] \x1b]0;PWNED\x07 [red]x[/red] [/]", "日本語カメラ" * 20, ""],
    ids=["hostile", "wide", "empty"],
)
async def test_a_hostile_camera_name_does_no_harm(name: str) -> None:
    view = RecordingView()
    snapshot = view.snapshot
    view.change(
        cameras=tuple(replace(row, name=name, state=name, vendor=name) for row in snapshot.cameras),
        gaps=tuple(replace(row, camera_name=name) for row in snapshot.gaps),
        fills=tuple(replace(row, camera_name=name, fill=replace(row.fill, reason=name)) for row in snapshot.fills),
        problem=name,
    )
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        for keys in (("f",), ("c", "y"), ("u", "escape"), ("tab",), ("shift+tab", "shift+tab", "enter"), ("l", "l")):
            await pilot.press(*keys)
            await settled(pilot)

            assert "\x1b" not in "".join(grid(app))
            assert all(len(line) <= 80 for line in grid(app))


async def test_a_site_that_fails_or_falls_silent_is_shown_as_late() -> None:
    view, clock = RecordingView(), Clock()
    app = console(view, clock=clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        view.error = AnrError("The site database is locked.")
        clock.forward(12)
        await app.main.read_once()
        await pilot.pause()
        assert grid(app)[2].strip() == "problem The site was last seen 12 s ago. The site database is locked."
        assert "Cameras 6" in grid(app)[3]

        clock.forward(120)
        await app.main.read_once()
        await pilot.pause()
        assert "last seen 2 min ago" in grid(app)[2]

        view.error = None
        await app.main.read_once()
        await pilot.pause()
        assert "Cameras 6" in grid(app)[2]


async def test_a_read_that_hangs_does_not_stop_the_screen() -> None:
    class Hanging(RecordingView):
        async def read(self) -> Snapshot | None:
            if self.reads:
                await asyncio.Event().wait()
            return await super().read()

    clock = Clock()
    app = console(Hanging(), clock=clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        clock.forward(70)
        while "last seen 1 min ago" not in grid(app)[2]:
            await pilot.pause(0.05)
        await pilot.press("j")
        assert app.main.dashboard.gaps.cursor == 1


async def test_a_site_that_cannot_be_read_at_first_says_why() -> None:
    view = RecordingView(error=AnrError("There is no table recording_gaps."))
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "There is no table recording_gaps." in grid(app)[0]
        await pilot.press("f", "j", "enter", "l", "l", "question_mark", "escape", "a")

        view.error = None
        await app.main.read_once()
        await pilot.pause()
        assert "heldar.db" in grid(app)[0]


async def test_the_console_starts_a_worker_where_none_runs() -> None:
    started = []

    async def start() -> bool:
        started.append(1)
        return True

    view = RecordingView()
    view.change(worker=WorkerRow(WorkerState.NONE))
    app = console(view, start)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()

        assert started == [1]
        assert "started one" in grid(app)[22]


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (250, 70)])
async def test_any_size_can_be_used(size: tuple[int, int]) -> None:
    app = console()
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.resize_terminal(*size)
        await pilot.press("j", "tab", "j", "l", "l", "question_mark", "escape")
        await pilot.pause()

        assert len(grid(app)) == size[1]


async def test_without_colours_the_chosen_row_is_reversed() -> None:
    app = console(environ={"NO_COLOR": "1", "COLORTERM": "truecolor"})
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert app.theme == "ansi-dark"
        row = app.screen._compositor.render_strips()[12]

        assert all(segment.style.reverse for segment in row if segment.text.strip() == "front gate")


async def test_while_only_time_passes_the_tables_are_looked_through_every_five_seconds_and_news_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, view = Clock(), RecordingView()
    app = console(view, clock=clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        dashboard, shown = app.main.dashboard, []
        show = dashboard.show
        monkeypatch.setattr(dashboard, "show", lambda *what: (shown.append(clock.now), show(*what)))
        began = clock.now
        for _ in range(12):
            clock.forward(1)
            await app.main.read_once()
        assert [(at - began).total_seconds() for at in shown] == [5, 10]

        view.change(gaps=view.snapshot.gaps[:3])
        await app.main.read_once()
        assert len(shown) == 3
