"""The header: what it says of the line to the cameras and of the time, and what leaves first."""

from dataclasses import replace
from datetime import timedelta

import pytest

from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.main.header import HeaderState, header_lines
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.domain.request import RequestState
from anr_tui.platform.glyphs import UNICODE
from anr_tui.view.snapshot.snapshot import Cap, Snapshot, WorkerState
from tests.console.main.queued import fill_asked
from tests.console.main.workers import working
from tests.console.site import NOW, ZONE, Clock, RecordingView, console, empty_snapshot, grid, site_snapshot
from tests.heldar_site import IDENTITY

LOOK = RenderContext(NOW, ZONE, UNICODE)
EVENING = NOW.replace(hour=17, minute=0)
SITE = replace(
    site_snapshot(),
    worker=replace(site_snapshot().worker, lifetime=Lifetime.CONSOLES),
    waiting=(fill_asked(1, "gap-004", RequestState.ASKED),),
    cap=Cap(2_000_000, EVENING),
)


def lines(
    snapshot: Snapshot = SITE, width: int = 200, rate: float = 150_000.0, context: RenderContext = LOOK
) -> list[str]:
    state = HeaderState(width, NOW, rate=rate)
    texts = [
        "".join(part.text for part in line.spans(width, UNICODE)) for line in header_lines(snapshot, context, state)
    ]
    assert all(len(text) == width for text in texts)
    return texts


@pytest.mark.parametrize(
    ("cap", "words"),
    [
        (Cap(), ""),
        (Cap(2_000_000, EVENING), "cap 2 Mb/s until 19:00"),
        (Cap(500_000), "cap 500 kb/s"),
        (Cap(None, None, 1_500_000, NOW + timedelta(days=1)), "cap 1.5 Mb/s a camera until 06-14 14:30"),
        (Cap(2_000_000, EVENING, 500_000), "cap 2 Mb/s until 19:00, 500 kb/s a camera"),
        (Cap(0, EVENING), "timetable: halted until 19:00"),
        (Cap(None, None, 0, EVENING), "timetable: halted until 19:00"),
        (Cap(0), "timetable: halted"),
    ],
)
def test_it_says_which_cap_holds(cap: Cap, words: str) -> None:
    text = lines(replace(SITE, cap=cap))[1]
    assert words in text
    assert ("cap" in text) == words.startswith("cap")
    assert ("next sweep" in text) != cap.is_closed


def test_a_halt_by_a_person_is_said_before_that_of_a_timetable() -> None:
    halted = replace(SITE, cap=Cap(0), worker=replace(SITE.worker, state=WorkerState.HALTED))
    assert "halted: H goes on" in lines(halted)[1]


def test_it_says_what_all_fills_get_and_what_time_it_is() -> None:
    first, second = lines()
    assert first.endswith("412.0 GB free  14:30 CEST ")
    assert "1.2 Mb/s  1 asked  next sweep" in second
    assert "b/s  1 asked" not in lines(rate=0.0)[1]
    later = replace(LOOK, now=NOW + timedelta(seconds=59))
    assert lines(context=later)[0].endswith("14:30 CEST "), "it moves once a minute"
    assert lines(context=replace(LOOK, is_12_hours=True))[0].endswith("02:30p CEST ")


def order_of_leaving(words: dict[str, str], line: int) -> list[str]:
    """Which part is missing first as the screen becomes narrower."""
    gone: list[str] = []
    for width in range(220, 20, -1):
        text = lines(width=width)[line]
        gone += [name for name, sign in words.items() if sign not in text and name not in gone]
    return gone


def test_a_site_without_cameras_says_how_to_add_one() -> None:
    site = replace(empty_snapshot(), cameras=())

    assert "no cameras yet: shift-tab goes there, A adds one" in lines(site)[1]
    assert "nothing is missing" in lines(replace(site, cameras=SITE.cameras))[1]
    assert "no cameras yet" not in lines(replace(site, problem="The row 'gate' was left out."))[1]


def test_what_leaves_first() -> None:
    first = {
        "version": "0.1.0",
        "lifetime": "with the consoles",
        "since": "since",
        "process": "pid 4711",
        "user": "anna@nvr-07",
        "database": "heldar.db",
        "disk": "412.0 GB",
        "clock": "14:30",
        "state": "worker runs",
    }
    assert order_of_leaving({**first, "since": "since 14:30"}, 0)[:5] == [
        "version",
        "lifetime",
        "since",
        "process",
        "user",
    ]
    assert order_of_leaving(first, 0)[5:7] == ["database", "disk"]
    second = {"cap": "cap", "rate": "1.2 Mb/s", "asked": "1 asked", "sweep": "next sweep", "totals": "missing"}
    assert order_of_leaving(second, 1)[:3] == ["cap", "rate", "asked"]


def test_at_80_columns_state_clock_disk_totals_and_the_next_sweep_are_there() -> None:
    first, second = lines(width=80)
    assert all(words in first for words in ("worker runs", "412.0 GB free", "14:30 CEST", "heldar.db"))
    assert all(words in second for words in ("pending", "missing 2h 32m", "next sweep in 4 min"))
    assert "timetable: halted until 19:00" in lines(replace(SITE, cap=Cap(0, EVENING)), width=80)[1]


@pytest.mark.parametrize(
    "problem",
    [
        "The recordings directory /srv/heldar/recordings is not there; is it mounted? Nothing is fetched till then.",
        f"/{'x' * 74} is not there.",
        "Short.",
    ],
    ids=["long", "one long word", "short"],
)
def test_a_problem_stands_in_full_with_what_to_do_at_its_end(problem: str) -> None:
    text = " ".join(each.strip() for each in lines(replace(SITE, problem=problem), width=80)[2:])
    assert text == f"problem {problem}"


def test_of_a_problem_without_end_four_lines_stand() -> None:
    below = lines(replace(SITE, problem="again and " * 100), width=80)[2:]
    assert len(below) == 4
    assert below[-1].rstrip().endswith(UNICODE.cut)


@pytest.mark.parametrize(
    ("width", "shown", "gone"),
    [
        (160, ("since 11:30 (3h)  with the consoles  0.1.0",), ()),
        (110, ("anna@nvr-07 pid 4711  since 11:30 (3h)",), ("0.1.0",)),
        (80, ("worker runs  anna@nvr-07",), ("pid",)),
        (65, ("worker runs",), ("anna",)),
        (50, ("worker runs",), ("anna",)),
    ],
)
async def test_what_leaves_the_header_first(width: int, shown: tuple[str, ...], gone: tuple[str, ...]) -> None:
    view = RecordingView()
    view.change(worker=working())
    app = console(view)
    async with app.run_test(size=(width, 24)) as pilot:
        await pilot.pause()
        for words in shown:
            assert words in grid(app)[0]
        for words in gone:
            assert words not in grid(app)[0]
        assert "412.0 GB free" in grid(app)[0]


async def test_a_late_worker_is_told_to_the_second_and_comes_back() -> None:
    view, clock = RecordingView(), Clock()
    view.change(worker=working(is_late=True, seen_at=NOW - timedelta(seconds=7)))
    app = console(view, clock=clock)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "worker runs  last seen 7 s ago" in grid(app)[0]

        view.change(worker=working())
        await app.main.read_once()
        await pilot.pause()
        assert "last seen" not in grid(app)[0]


async def test_a_worker_of_another_version_is_a_problem() -> None:
    view = RecordingView()
    view.change(worker=working(version="0.0.9"))
    app = console(view)
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.pause()
        assert grid(app)[2].strip() == (
            f"problem This console is {IDENTITY.version}, the worker 0.0.9: restart the older one."
        )

        view.change(worker=working(version="0.0.9", state=WorkerState.LOST))
        await app.main.read_once()
        await pilot.pause()
        assert "0.0.9:" not in grid(app)[2]
