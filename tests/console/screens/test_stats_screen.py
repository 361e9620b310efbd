"""The screen of statistics, key by key."""

import csv
import json
from dataclasses import replace
from datetime import UTC, date, timedelta, tzinfo
from pathlib import Path

import pytest

from anr_tui.console.dialogs.question import HelpScreen
from anr_tui.console.keys.actions import MOVES, STATS_KEYS
from anr_tui.console.main.app import ConsoleApp
from anr_tui.console.screens import stats_screen
from anr_tui.domain.errors import JournalError
from anr_tui.domain.window import Window
from anr_tui.view.reports.days import Day
from anr_tui.view.reports.forecast import Forecast
from anr_tui.view.reports.stats import Past, Stats
from anr_tui.view.snapshot.snapshot import WorkerRow, WorkerState
from tests.console.screens.month import month_view, open_statistics
from tests.console.site import NOW, RecordingView, console, empty_snapshot, grid, settled, until


def forecast_of(app: ConsoleApp) -> Forecast:
    """The forecast in what the open screen has read."""
    assert isinstance(app.screen, stats_screen.StatsScreen)
    assert app.screen.stats is not None
    return app.screen.stats.forecast


def text(app: ConsoleApp) -> str:
    return "\n".join(line.rstrip() for line in grid(app))


def day(recovered_s: float, otherwise_s: float, missing_s: float) -> Day:
    window = Window(NOW, NOW + timedelta(days=1))
    return Day(date(2026, 6, 13), window, recovered_s + otherwise_s + missing_s, recovered_s, missing_s)


# The screen.


def test_no_key_means_two_things_on_it() -> None:
    every = [key for action in (*STATS_KEYS, *MOVES) for key in action.keys.split(",")]
    assert len(every) == len(set(every))


async def test_s_shows_the_days_the_speeds_and_when_the_backlog_is_done() -> None:
    app = console(month_view())
    async with app.run_test(size=(120, 48)) as pilot:
        await open_statistics(pilot)
        shown = text(app)
        assert forecast_of(app).assumption
        for expected in (
            "CEST (UTC+2)",
            "to fetch, of ",
            forecast_of(app).assumption,
            "from now",
            "not counted: ",
            "Missing footage by day",
            "today",
            "Fri 06-12",
            "in all",
            "slowest first",
            "no fill yet",
        ):
            assert expected in shown
        assert shown.index("loading dock") < shown.index("front gate")
        await pilot.press("o")
        await pilot.pause()
        shown = text(app)
        assert "by name" in shown
        assert shown.index("front gate") < shown.index("loading dock")


async def test_where_nothing_was_measured_nothing_is_promised() -> None:
    view = month_view()
    view.past = Past()
    view.snapshot = replace(view.snapshot, cameras=tuple(replace(row, speed=0.0) for row in view.snapshot.cameras))
    app = console(view)
    async with app.run_test(size=(120, 32)) as pilot:
        await open_statistics(pilot)
        assert forecast_of(app).why_not
        assert f"done when: not known, {forecast_of(app).why_not}" in text(app)


async def test_a_site_where_nothing_was_ever_missing_says_so() -> None:
    app = console(RecordingView(empty_snapshot()))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_statistics(pilot)
        assert "nothing to fetch" in text(app)


@pytest.mark.parametrize("key", ["escape", "S", "q"])
async def test_keys_lead_back(key: str) -> None:
    app = console(month_view())
    async with app.run_test(size=(80, 24)) as pilot:
        await open_statistics(pilot)
        await pilot.press(key)
        await settled(pilot)
        assert app.screen is app.main


async def test_help_and_back() -> None:
    app = console(month_view())
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_statistics(pilot)
        await pilot.press("question_mark")
        await settled(pilot)
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape")
        await settled(pilot)
        assert app.screen is screen


async def test_T_shows_the_days_of_the_next_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    view, zones = month_view(), list[tzinfo]()
    read = view.stats

    async def stats(zone: tzinfo, days: int) -> Stats:
        zones.append(zone)
        return await read(zone, days)

    monkeypatch.setattr(view, "stats", stats)
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_statistics(pilot)
        before = grid(app)[0].rstrip()
        await pilot.press("T")
        await until(pilot, lambda: screen.stats is not None)
        await settled(pilot)

        assert app.screen is screen
        assert zones[-1] == UTC != zones[0]
        assert grid(app)[0].rstrip().endswith("UTC") and grid(app)[0].rstrip() != before


async def test_news_are_read_but_not_at_every_one_and_the_chosen_line_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stats_screen, "PACE_S", 0.01)
    view = month_view()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_statistics(pilot)
        await pilot.press("G")
        key = screen.table.row.key if screen.table.row else None
        readings = view.readings
        await app.main.read_once()
        assert view.readings == readings, "nothing changed"
        view.change(worker=WorkerRow(WorkerState.NONE))
        await app.main.read_once()
        await until(pilot, lambda: view.readings > readings)
        await settled(pilot)
        assert screen.table.row is not None and screen.table.row.key == key
        await pilot.press("g")
        await pilot.pause()
        assert "no worker runs" in " ".join(text(app).split())


async def test_between_two_readings_there_is_a_pause() -> None:
    view = month_view()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await open_statistics(pilot)
        for _ in range(3):
            view.change(worker=WorkerRow(WorkerState.NONE))
            await app.main.read_once()
            await settled(pilot)
        assert view.readings == 1


async def test_it_fits_again_when_the_terminal_changes() -> None:
    app = console(month_view())
    async with app.run_test(size=(80, 24)) as pilot:
        await open_statistics(pilot)
        assert "the last 14 days" in grid(app)[0]
        await pilot.resize_terminal(160, 48)
        await settled(pilot)
        assert "the last 30 days" in grid(app)[0]
        assert "Speed of the cameras" in next(line for line in grid(app) if "Missing footage by day" in line)
        await pilot.resize_terminal(60, 16)
        await settled(pilot)
        assert "Backlog" in text(app)


async def test_what_cannot_be_read_is_said() -> None:
    view = month_view()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        view.error = JournalError("The journal is damaged.")
        await pilot.press("S")
        await until(pilot, lambda: "The journal is damaged." in grid(app)[-2])


@pytest.mark.parametrize(("key", "suffix"), [("c", "csv"), ("j", "json"), ("t", "txt")])
async def test_x_writes_what_is_on_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, suffix: str) -> None:
    monkeypatch.setattr("anr_tui.view.tables.export.documents", lambda: tmp_path)
    app = console(month_view())
    async with app.run_test(size=(160, 24)) as pilot:
        await open_statistics(pilot)
        await pilot.press("o", "x")
        await settled(pilot)
        await pilot.press(key)
        await until(pilot, lambda: "written: " in grid(app)[-2])
    (path,) = tmp_path.glob(f"anr-stats-*.{suffix}")
    written = path.read_text()
    if suffix == "csv":
        rows = list(csv.DictReader(written.splitlines()))
        assert [row["row"] for row in rows] == ["day"] * 14 + ["camera"] * 6 + ["all"]
        assert rows[14]["camera_name"] == "front gate"
    elif suffix == "json":
        stats = json.loads(written)
        assert [len(stats["days"]), stats["cameras"][0]["camera_name"]] == [14, "front gate"]
    else:
        assert "to fetch, of" in written
        assert "2026-06-13" in written
