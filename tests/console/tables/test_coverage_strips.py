"""The coverage strips: they line up, under a clock that tells the truth, and cost nothing while nothing changes."""

import re
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.styled_text import width_of
from anr_tui.console.main.app import ConsoleApp
from anr_tui.console.tables.camera_and_gap_columns import camera_columns
from anr_tui.console.tables.columns import Column, fit
from anr_tui.console.tables.coverage_strips import LEAST_CELLS, SPANS, Strips, legend
from anr_tui.platform.glyphs import ASCII, UNICODE, Glyphs
from anr_tui.view.snapshot.coverage_strip import Mark, span_of
from tests.console.main.outage import outage_snapshot
from tests.console.site import NOW, ZONE, Clock, RecordingView, console, grid, site_snapshot

if TYPE_CHECKING:
    from textual.geometry import Region

DAY = timedelta(hours=24)
SIZES = [(80, 24), (120, 32), (160, 48), (240, 48)]
SIGN = dict(zip(Mark, UNICODE.marks, strict=True))


def context(now: datetime = NOW, zone: tzinfo = ZONE, glyphs: Glyphs = UNICODE) -> RenderContext:
    return replace(console().context(), now=now, zone=zone, glyphs=glyphs)


def strips_of(app: ConsoleApp) -> list[str]:
    """The strips on the screen, without what stands beside them."""
    table = app.main.dashboard.cameras
    start = 1
    for each in table._placed:
        if each.column.title == "coverage":
            break
        start += each.width + 1
    rows = grid(app)[table.region.y + 1 :][: len(table.rows)]
    return [line[start : start + each.width] for line in rows]


@pytest.mark.parametrize("size", SIZES)
async def test_an_outage_of_the_site_is_one_column(size: tuple[int, int]) -> None:
    app = console(RecordingView(outage_snapshot()))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        strips = strips_of(app)
        signs = [set(line) - {SIGN[Mark.RECORDED], SIGN[Mark.UNKNOWN]} for line in strips]
        marks = (Mark.FILLED, Mark.FILLING, Mark.ABSENT, Mark.MISSING, Mark.MISSING, Mark.FILLED)
        assert signs == [{SIGN[mark]} for mark in marks]
        columns = {
            tuple(at for at, sign in enumerate(line) if sign in held) for line, held in zip(strips, signs, strict=True)
        }
        assert len(columns) == 1


@pytest.mark.parametrize("width", [40, 58, 77, 78, 100, 118, 158, 300])
def test_the_strips_take_the_room_that_is_left(width: int) -> None:
    placed = fit(camera_columns(Strips()), width)
    used = sum(each.width + 1 for each in placed) - 1
    cells = next(each.width for each in placed if each.column.title == "coverage")
    assert used == width
    assert cells >= LEAST_CELLS
    if width >= 118:
        assert cells >= width // 4


def test_columns_go_in_the_order_that_the_main_screen_tells() -> None:
    columns = camera_columns(Strips())
    gone: list[str] = []
    for width in range(160, 15, -1):
        titles = [each.column.title for each in fit(columns, width)]
        gone += [column.title for column in columns if column.title not in titles and column.title not in gone]
    assert gone == ["speed", "device", "ANR", "next try", "missing", "state", "coverage"]


def test_a_strip_is_drawn_again_only_when_it_reads_differently() -> None:
    strips, (row, *_) = Strips(), site_snapshot().cameras
    assert strips.show(site_snapshot().timeline)
    first = strips.cell(row, context(), 48)
    assert not strips.show(site_snapshot().timeline)
    assert strips.cell(row, context(NOW + timedelta(minutes=29)), 48) is first
    timeline = site_snapshot().timeline
    assert timeline is not None
    assert strips.show(replace(timeline, gaps={}))
    assert strips.cell(row, context(NOW), 48) != first
    strips.show(timeline)
    later = strips.cell(row, context(NOW + timedelta(minutes=31)), 48)
    assert later is not first
    assert "".join(part.text for part in later)[:-1] == "".join(part.text for part in first)[1:]
    assert strips.cell(row, context(NOW), 24) != first


async def test_time_alone_repaints_the_strips_once_a_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, view = Clock(), RecordingView()
    app = console(view, clock=clock)
    async with app.run_test(size=(160, 48)) as pilot:
        await pilot.pause()
        cells = len(strips_of(app)[0])
        regions: list[Region] = []
        monkeypatch.setattr(app.main.dashboard.cameras, "refresh", lambda *wanted: regions.extend(wanted))
        steps = 0
        for _ in range(2 * int(DAY.total_seconds()) // cells // 60):
            clock.forward(60)
            regions.clear()
            app.main._show()
            app.main.dashboard.cameras._painted.update({y: app.main.dashboard.cameras._line(y) for y in range(7)})
            # The roof is set aside for good: nothing of its line changes but the strip.
            steps += any(region.y == 5 for region in regions)
        assert 1 <= steps <= 2


moments = st.integers(0, 366 * 86_400).map(lambda seconds: NOW + timedelta(seconds=seconds))
zones = st.sampled_from([ZoneInfo(name) for name in ("UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns")])


@given(moments, zones, st.integers(LEAST_CELLS, 250), st.sampled_from(SPANS))
def test_a_tick_stands_over_the_cell_that_holds_its_moment(
    now: datetime, zone: tzinfo, cells: int, length: timedelta
) -> None:
    strips = Strips()
    strips.span = length
    axis = "".join(part.text for part in strips.axis(context(now, zone), cells))
    span, cell = span_of(length, cells, now), length // cells
    labels = list(re.finditer(r"│(\d\d)([:-])(\d\d)", axis))
    assert len(axis) == cells
    assert len(labels) >= 1 or cells < 40
    for label in labels:
        begin = (span.start + label.start() * cell - timedelta(seconds=1)).astimezone(zone)
        end = (span.start + (label.start() + 1) * cell).astimezone(zone)
        first, sign, second = int(label[1]), label[2], int(label[3])
        inside = (begin + timedelta(minutes=number) for number in range(int((end - begin).total_seconds()) // 60 + 2))
        if sign == ":":
            assert any((each.hour, each.minute) == (first, second) for each in inside)
        else:
            assert any((each.month, each.day) == (first, second) for each in inside)


@given(moments, zones, st.integers(LEAST_CELLS, 250), st.sampled_from(SPANS))
def test_the_axis_has_the_clock_of_twelve_hours_too(now: datetime, zone: tzinfo, cells: int, length: timedelta) -> None:
    strips = Strips()
    strips.span = length
    axis = "".join(part.text for part in strips.axis(replace(context(now, zone), is_12_hours=True), cells))

    assert len(axis) == cells
    for label in re.findall(r"│(\S+)", axis):
        assert re.fullmatch(r"(0[1-9]|1[0-2]):\d\d[ap]|\d\d-\d\d", label)


async def test_the_keys_change_the_span_and_stop_at_the_ends() -> None:
    view = RecordingView()
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert view.spans == [DAY]
        assert "coverage of the last 24h" in grid(app)[2]
        await pilot.press(*["right_square_bracket"] * 5)
        await pilot.pause()
        assert view.spans[1:] == [DAY * 3, DAY * 7, DAY * 30]
        assert "coverage of the last 30d" in grid(app)[2]
        assert re.search(r"│\d\d-\d\d", grid(app)[3])
        await pilot.press(*["left_square_bracket"] * 9)
        await pilot.pause()
        assert view.spans[4:] == [DAY * 7, DAY * 3, DAY, DAY / 4, DAY / 24]
        assert "coverage of the last 1h" in grid(app)[2]
        assert "│14:00" in grid(app)[3]


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_every_mark_has_a_sign_of_its_own_one_cell_wide(glyphs: Glyphs) -> None:
    assert len(set(glyphs.marks)) == len(glyphs.marks) == len(Mark)
    assert all(cell_len(sign) == 1 for sign in glyphs.marks + glyphs.tick)
    assert glyphs.marks.isascii() == glyphs.is_ascii
    assert width_of(legend(glyphs)) <= 79


async def test_the_legend_is_at_hand() -> None:
    app = console(encoding="ascii")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert "not there" not in "\n".join(grid(app))
        await pilot.press("shift+tab")
        await pilot.pause()
        assert grid(app)[22].split()[:10] == "- recorded = filled # missing > filling x not".split()
        await pilot.press("question_mark", *"j" * 20)
        await pilot.pause()
        assert any("x not there" in line and "no footage of it" in line for line in grid(app))


async def test_a_site_that_tells_nothing_of_its_recordings_is_unknown() -> None:
    view = RecordingView(replace(site_snapshot(), timeline=None))
    app = console(view)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert {*"".join(strips_of(app))} == {SIGN[Mark.UNKNOWN]}


def test_columns_of_other_tables_have_no_elastic_one() -> None:
    plain: list[Column[int]] = [
        Column("a", lambda row, context, width: (), 5, 9),
        Column("b", lambda *_: (), 5, rank=1),
    ]
    assert [each.width for each in fit(plain, 40)] == [9, 5]
