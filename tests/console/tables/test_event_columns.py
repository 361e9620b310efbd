"""The events: a table that reads like a log, the way from an event to its gap, and alarms until they are seen."""

from dataclasses import replace
from datetime import timedelta

from anr_tui.console.tables.event_columns import Alarms, kind_words
from anr_tui.domain.event import EventKind
from anr_tui.journal.tables.rows import Event
from tests.console.site import NOW, Clock, RecordingView, console, grid, settled, site_events


def event(number: int, kind: EventKind, minutes_ago: float = 1, **about: object) -> Event:
    base = Event(number, NOW - timedelta(minutes=minutes_ago), kind, "worker", None, None, "The disk is full.")
    return replace(base, **about)  # type: ignore[arg-type]  # the fields a test changes are of many types


def test_an_alarm_is_told_by_its_word() -> None:
    assert kind_words(event(1, EventKind.ALARM)) == "ALARM"
    assert kind_words(event(1, EventKind.WORKER_TOOK_OVER)) == "worker took over"


def test_alarms_are_new_until_they_are_seen_and_old_ones_are_history() -> None:
    alarms = Alarms()
    old, first, over = event(1, EventKind.ALARM, 2000), event(2, EventKind.ALARM), event(3, EventKind.ALARM_OVER)
    assert alarms.unseen((over, first, old), NOW) == (first,)

    alarms.see((over, first, old))
    again = event(4, EventKind.ALARM)
    assert alarms.unseen((again, over, first, old), NOW) == (again,)


async def test_e_shows_the_newest_event_at_the_bottom_and_back() -> None:
    app = console(RecordingView(events=site_events()))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e")
        await settled(pilot)
        assert app.focused is app.main.dashboard.events
        lines = [line for line in grid(app)[2:] if "13:" in line or "14:" in line]
        assert "worker started" in lines[0]
        assert app.main.dashboard.events.row == site_events()[0]
        assert not any("Cameras" in line for line in grid(app))

        await pilot.press("escape")
        await settled(pilot)
        assert app.focused is app.main.dashboard.gaps
        assert any("Cameras 6" in line for line in grid(app))


async def test_the_events_follow_unless_a_person_looks_at_an_earlier_one() -> None:
    view = RecordingView(events=site_events())
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e")
        view.change(events=(event(90, EventKind.PAUSED), *site_events()))
        await app.main.read_once()
        await pilot.pause()
        assert app.main.dashboard.events.row.id == 90

        await pilot.press("k")
        chosen = app.main.dashboard.events.row
        view.change(events=(event(91, EventKind.RESUMED), *view.snapshot.events))
        await app.main.read_once()
        await pilot.pause()
        assert app.main.dashboard.events.row == chosen


async def test_enter_goes_to_the_fill_the_gap_or_the_camera() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        dashboard = app.main.dashboard
        for about, table in (
            ({"fill_id": 30, "gap_id": "gap-004"}, dashboard.fills),
            ({"fill_id": 999, "gap_id": "gap-005"}, dashboard.gaps),
            ({"camera_id": "roof"}, dashboard.cameras),
        ):
            view.change(events=(event(1, EventKind.REFUSED, **about),))
            await app.main.read_once()
            await pilot.press("e", "enter")
            await settled(pilot)
            assert app.focused is table, about
        assert (dashboard.fills.row.fill.id, dashboard.gaps.row.id, dashboard.cameras.row.id) == (30, "gap-005", "roof")

        for about, words in (
            ({}, "belongs to no gap, fill or camera"),
            ({"gap_id": "gone"}, "not in the tables any more"),
        ):
            view.change(events=(event(1, EventKind.REFUSED, **about),))
            await app.main.read_once()
            await pilot.press("e", "enter")
            await settled(pilot)
            assert words in grid(app)[22]
            await pilot.press("escape")


async def test_a_gap_outside_the_chosen_camera_is_found_too() -> None:
    view = RecordingView(events=(event(1, EventKind.GAP_FAILED, gap_id="gap-006"),))
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "e", "enter")
        await settled(pilot)
        assert app.main.dashboard.gaps.row.id == "gap-006"


async def test_a_site_without_events_says_so() -> None:
    app = console()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e", "enter")
        await settled(pilot)
        assert any("nothing happened yet" in line for line in grid(app))


async def test_an_alarm_stays_in_the_header_until_the_events_are_looked_at() -> None:
    view = RecordingView(events=(event(2, EventKind.ALARM), event(1, EventKind.ALARM, 3)))
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert grid(app)[2].strip() == "2 alarms (e shows them) 06-13 14:29 The disk is full."

        await pilot.press("e", "escape")
        await settled(pilot)
        await app.main.read_once()
        await pilot.pause()
        assert "alarm" not in grid(app)[2]

        view.change(events=(event(3, EventKind.ALARM), *view.snapshot.events))
        await app.main.read_once()
        await pilot.pause()
        assert grid(app)[2].strip() == "1 alarm (e shows it) 06-13 14:29 The disk is full."


async def test_a_hostile_event_does_no_harm() -> None:
    words = "gate [/dev/video0] \x1b]0;PWNED\x07 [red]x[/red] [/]"
    view = RecordingView(events=(Event(1, NOW, words, words, words, words, words),))
    app = console(view, clock=Clock())
    async with app.run_test(size=(160, 48)) as pilot:
        await pilot.press("e", "w")
        await settled(pilot)
        assert "\x1b" not in "".join(grid(app))
