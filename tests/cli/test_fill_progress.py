"""How waited-for fills are told: pure lines, and what a terminal shows of them."""

import contextlib
import io
import os
import pty
import termios
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TextIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.cli.fill_progress import LiveLines, PlainLines, Reported, cells, cut, live_lines, next_line, progress_on
from anr_tui.domain.fill import Phase
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.fill_policy import WaitReason
from anr_tui.domain.request import RequestState
from anr_tui.platform.glyphs import ASCII, UNICODE
from anr_tui.view.queue.wait_status import WaitedGap
from anr_tui.view.snapshot.snapshot import FillRow
from tests.builders import FILL, TAKEN_REQUEST
from tests.cli.screen import screen

WAITING = WaitedGap("gap_1", "Front gate 06-13 11:00:00Z", TAKEN_REQUEST, None, "queued, 2 fills run")


def filling(got_s: float, gap_id: str = "gap_1") -> WaitedGap:
    fill = replace(FILL, gap_id=gap_id, phase=Phase.FETCHING, wanted_s=600, got_s=got_s, speed=30.0)
    return replace(WAITING, gap_id=gap_id, fill=FillRow(fill, "Front gate", (600 - got_s) / 30), waits_for="")


def ended(
    state: RequestState = RequestState.DONE, reason: str = "filled: all is there", gap_id: str = "gap_1"
) -> WaitedGap:
    fill = replace(
        FILL, wanted_s=600, got_s=600, outcome=Outcome.FILLED, ended_at=FILL.started_at + timedelta(seconds=21)
    )
    request = replace(TAKEN_REQUEST, state=state, reason=reason)
    return replace(WAITING, gap_id=gap_id, fill=FillRow(fill, "Front gate", None), request=request, waits_for="")


# Lines for a log.


def told(*gaps: tuple[float, WaitedGap]) -> list[str]:
    stream, times = io.StringIO(), [at_s for at_s, _ in gaps for _ in range(2)]
    lines = PlainLines(stream, lambda: times.pop(0))
    for _, gap in gaps:
        lines.update([gap])
    return stream.getvalue().splitlines()


def test_a_log_gets_a_start_each_tenth_and_the_end() -> None:
    steps = [(float(second), filling(second * 6)) for second in range(100)]
    lines = told((0, WAITING), *steps, (100, ended()), (101, ended()))
    assert lines[0] == "gap_1: waits: queued, 2 fills run"
    assert lines[1] == f"gap_1: started (fill {FILL.id})"
    assert [line.split("%")[0] for line in lines[2:-1]] == [f"gap_1:  {tenth}0" for tenth in range(1, 10)]
    assert lines[2] == "gap_1:  10%  60 of 600 s  30.0x  18s left"
    assert lines[-1] == "gap_1: filled: all is there (600 of 600 s in 21s)"


def test_a_log_hears_of_a_slow_fill_every_half_minute_and_not_more_often() -> None:
    lines = told(*((float(second), filling(0)) for second in range(0, 95)))
    assert len(lines) == 4
    waits = told(*((float(second), WAITING) for second in range(0, 95)))
    assert waits == ["gap_1: waits: queued, 2 fills run"] * 4


def test_a_new_reason_to_wait_is_next_line() -> None:
    other = replace(WAITING, waits_for="no worker runs")
    assert told((0, WAITING), (1, WAITING), (2, other), (3, WAITING)) == [
        "gap_1: waits: queued, 2 fills run",
        "gap_1: waits: no worker runs",
        "gap_1: waits: queued, 2 fills run",
    ]


def test_what_was_never_fetched_has_no_figures() -> None:
    refused = replace(
        WAITING, request=replace(TAKEN_REQUEST, state=RequestState.REFUSED, reason="Cancelled by anna@nvr-07.")
    )
    assert next_line(Reported(), refused, 0.0) == ("Cancelled by anna@nvr-07.", Reported(is_over=True))


# Bars.


def test_a_bar_fills_up_within_the_width() -> None:
    assert live_lines([filling(150)], 90, 24, UNICODE) == [
        f"Front gate 06-13 11:00:00Z  ━━━━━━───────────────────   25%  150 of 600 s  30.0{UNICODE.times}  15s left"
    ]
    assert live_lines([filling(150)], 80, 24, ASCII) == [
        "Front gate 06-13 11:00:00Z  ###------------   25%  150 of 600 s  30.0x  15s left"
    ]
    assert live_lines([filling(150)], 60, 24, ASCII) == ["Front gate 06-13 11~   25%  150 of 600 s  30.0x  15s left"]


def test_all_there_is_only_said_when_it_is() -> None:
    assert " 99%" in live_lines([filling(599.9)], 100, 24, ASCII)[0]
    assert "100%" in live_lines([filling(600)], 100, 24, ASCII)[0]


def test_many_gaps_leave_room_on_the_screen_those_that_are_filled_first() -> None:
    gaps = [replace(WAITING, gap_id=f"gap_{number}") for number in range(30)] + [filling(60, "gap_99")]
    lines = live_lines(gaps, 79, 10, UNICODE)
    assert len(lines) == 10
    assert "━" in lines[0]
    assert lines[-1] == "and 22 more"


@given(
    label=st.text(max_size=40),
    why=st.text(max_size=60),
    got_s=st.floats(0, 700),
    width=st.integers(0, 120),
    most=st.integers(1, 5),
)
def test_no_line_is_wider_than_the_terminal_whatever_stands_in_it(
    label: str, why: str, got_s: float, width: int, most: int
) -> None:
    gaps = [replace(WAITING, label=label, waits_for=why or "x"), replace(filling(got_s), label=label)] * 3
    for glyphs in (ASCII, UNICODE):
        lines = live_lines(gaps, width, most, glyphs)
        assert len(lines) == min(most, 6)
        assert all(cells(line) <= width and line.isprintable() for line in lines)


@given(st.text(), st.integers(0, 40))
def test_a_cut_text_fits_and_shows_that_it_was_cut(text: str, width: int) -> None:
    short = cut(text, width, UNICODE)
    assert cells(short) <= width
    assert short == text or not width or short.endswith("…")


# On a terminal.


@dataclass(frozen=True, slots=True)
class Terminal:
    """The program's side of a pseudo-terminal, and the one where its user sits."""

    stream: TextIO
    user: int

    def sent(self) -> str:
        """What came since the last time."""
        written = b""
        with contextlib.suppress(BlockingIOError):
            while part := os.read(self.user, 1 << 16):
                written += part
        return written.decode()


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    user, program = pty.openpty()
    termios.tcsetwinsize(program, (24, 80))
    os.set_blocking(user, False)
    with open(program, "w", encoding="utf-8", newline="") as stream:
        yield Terminal(stream, user)
    os.close(user)


def test_a_terminal_shows_a_line_a_gap_and_in_the_end_what_became_of_each(terminal: Terminal) -> None:
    progress = progress_on(terminal.stream, {"TERM": "xterm", "NO_COLOR": "1"})
    both = [filling(60), replace(WAITING, gap_id="gap_2", label="Dock 06-13 11:00:00Z")]
    progress.update(both)
    written = terminal.sent()
    assert [line.split("  ")[0] for line in screen(written)] == [WAITING.label, "Dock 06-13 11:00:00Z", ""]
    progress.update(both)
    assert terminal.sent() == ""
    progress.update([filling(120), both[1]])
    step = terminal.sent()
    assert len(step) < 100, "only the line that changed is sent"
    progress.update([ended(), both[1]])
    progress.update([ended(), ended(RequestState.REFUSED, "no footage on the camera: 404", "gap_2")])
    lines = screen(written + step + terminal.sent())
    assert lines == [
        "Front gate 06-13 11:00:00Z  filled: all is there (600 of 600 s in 21s)  gap_1",
        "Front gate 06-13 11:00:00Z  no footage on the camera: 404 (600 of 600 s in 21s)",
        " gap_2",
        "",
    ]


def test_what_is_said_in_between_stays_above_the_open_fills(terminal: Terminal) -> None:
    progress = progress_on(terminal.stream, {"TERM": "xterm"})
    progress.update([filling(60)])
    progress.announce("Stopping.")
    progress.update([filling(120)])
    assert [line.split("  ")[0] for line in screen(terminal.sent())] == ["Stopping.", WAITING.label, ""]


def test_colour_is_for_the_end_and_for_who_wants_it(terminal: Terminal) -> None:
    for environ, has_colour in (({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False)):
        progress_on(terminal.stream, environ).update([ended()])
        assert ("\x1b[32m" in terminal.sent()) is has_colour


def test_a_terminal_that_does_not_know_its_size_has_the_usual_one(terminal: Terminal) -> None:
    termios.tcsetwinsize(terminal.stream, (0, 0))
    progress_on(terminal.stream, {"TERM": "xterm"}).update([filling(60)])
    assert cells(screen(terminal.sent())[0]) in range(60, 80)


def test_bars_are_for_terminals_that_can_move_their_cursor(terminal: Terminal) -> None:
    assert isinstance(progress_on(terminal.stream, {"TERM": "xterm"}), LiveLines)
    assert isinstance(progress_on(terminal.stream, {"TERM": "dumb"}), PlainLines)
    assert isinstance(progress_on(io.StringIO(), {"TERM": "xterm"}), PlainLines)


def test_another_fill_that_it_waits_for_is_no_next_line() -> None:
    first = replace(WAITING, waits_for="its device is busy with fill 1", why=WaitReason.DEVICE)
    words, reported = next_line(Reported(), first, 1.0)
    assert words == "waits: its device is busy with fill 1"
    then = replace(first, waits_for="its device is busy with fill 2")
    assert next_line(reported, then, 2.0) == ("", reported)
    assert next_line(reported, replace(then, waits_for="is next", why=WaitReason.TURN), 3.0)[0] == "waits: is next"
