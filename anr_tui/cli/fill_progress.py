"""The progress of the fills that a command waits for: bars rewritten in place on a terminal, plain lines elsewhere.

This is not rich.progress, which sends every bar again whenever one of them changes: here only the line that changed is
sent, since the line to the terminal may be a slow SSH connection.
"""

import os
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TextIO

from anr_tui.cli.output import print_error
from anr_tui.platform.glyphs import Glyphs, glyphs_for
from anr_tui.platform.text import duration, plain_line
from anr_tui.view.queue.wait_status import WaitedGap

_STEPS = 10
_EVERY_S = 30.0
_LONGEST_BAR = 40
_GREEN, _RED, _PLAIN = "\x1b[32m", "\x1b[31m", "\x1b[0m"


class Progress(Protocol):
    """Shows the progress of fills. `update` is called about once a second and writes nothing where nothing changed."""

    def update(self, gaps: Sequence[WaitedGap]) -> None:
        """Write what changed in `gaps`, all the gaps that are waited for, since the last call."""

    def announce(self, text: str) -> None:
        """Write a sentence that concerns no single gap."""


def progress_on(stream: TextIO, environ: Mapping[str, str] = os.environ) -> Progress:
    """Choose the display: bars where `stream` is a terminal that can move its cursor, else plain lines."""
    if not stream.isatty() or environ.get("TERM", "") in ("", "dumb"):
        return PlainLines(stream)
    return LiveLines(stream, glyphs_for(stream.encoding), has_colour=not environ.get("NO_COLOR"))


class LiveLines:
    """Shows one line for each open fill and rewrites it in place; the last line of an ended fill stays above them."""

    def __init__(self, stream: TextIO, glyphs: Glyphs, *, has_colour: bool) -> None:
        self._stream = stream
        self._glyphs = glyphs
        self._has_colour = has_colour
        self._shown: list[str] = []
        self._reported: set[str] = set()

    def update(self, gaps: Sequence[WaitedGap]) -> None:
        """Rewrite the lines that changed, and move those of ended fills above the open ones."""
        columns, rows = _size(self._stream)
        ended = [gap for gap in gaps if gap.is_over and gap.gap_id not in self._reported]
        lines = live_lines([gap for gap in gaps if not gap.is_over], columns - 1, rows - 1, self._glyphs)
        if not ended and lines == self._shown:
            return
        self._reported |= {gap.gap_id for gap in ended}
        self._write([self._last(gap) for gap in ended], lines)

    def announce(self, text: str) -> None:
        """Write a sentence above the lines of the open fills, where it stays."""
        self._write([plain_line(text)], self._shown)

    def _write(self, above: list[str], lines: list[str]) -> None:
        before = [] if above else self._shown
        up = f"\r\x1b[{len(self._shown)}A" if self._shown else "\r"
        after = enumerate([*above, *lines])
        body = "".join("\n" if [line] == before[at : at + 1] else f"{line}\x1b[K\n" for at, line in after)
        self._stream.write(f"{up}{body}\x1b[J")
        self._stream.flush()
        self._shown = lines

    def _last(self, gap: WaitedGap) -> str:
        text = f"{plain_line(gap.label)}  {_end_words(gap)}  {plain_line(gap.gap_id)}"
        return f"{_GREEN if gap.is_filled else _RED}{text}{_PLAIN}" if self._has_colour else text


def _size(stream: TextIO) -> tuple[int, int]:
    """Columns and rows of the terminal; 80 by 24 where it reports zero, as a serial line does."""
    size = os.get_terminal_size(stream.fileno())
    return size.columns or 80, size.lines or 24


@dataclass(frozen=True, slots=True)
class Reported:
    """The state of a gap when a line was last written about it.

    `share` is how much of it had arrived, from 0 to 1, or below 0 before its fill started; `waits_for` is the reason
    for which it waited; `at_s` is the time of that line in seconds of the monotonic clock.
    """

    share: float = -1.0
    waits_for: str = ""
    at_s: float = 0.0
    is_over: bool = False


class PlainLines:
    """Writes a line for a start, each tenth or 30 s of a fill, a new reason to wait, and the end."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._reported: dict[str, Reported] = {}

    def update(self, gaps: Sequence[WaitedGap]) -> None:
        """Write a line for each gap that has news."""
        for gap in gaps:
            before = self._reported.get(gap.gap_id, Reported(at_s=self._clock()))
            words, self._reported[gap.gap_id] = next_line(before, gap, self._clock())
            if words:
                self._stream.write(f"{plain_line(gap.gap_id)}: {words}\n")
        self._stream.flush()

    def announce(self, text: str) -> None:
        """Write the sentence to standard error: a script that reads standard output expects lines about gaps there."""
        print_error(text)


def next_line(reported: Reported, gap: WaitedGap, now_s: float) -> tuple[str, Reported]:
    """The line to write about a gap after `reported`, or "" for none, and the state that has been reported then.

    `now_s` is the time in seconds of the same clock as `reported.at_s`.
    """
    if gap.is_over:
        return ("" if reported.is_over else _end_words(gap)), Reported(is_over=True)
    if gap.waits_for:
        is_new = gap.reason != reported.waits_for or now_s - reported.at_s >= _EVERY_S
        if not is_new:
            return "", reported
        return f"waits: {plain_line(gap.waits_for)}", Reported(reported.share, gap.reason, now_s)
    if gap.fill is None:
        return "", reported
    share = gap.fill.share
    if reported.share < 0:
        return f"started (fill {gap.fill.fill.id})", Reported(share, "", now_s)
    if int(share * _STEPS) > int(reported.share * _STEPS) or now_s - reported.at_s >= _EVERY_S:
        return "  ".join(_figures(gap, "x")), Reported(share, "", now_s)
    return "", Reported(reported.share, "", reported.at_s)


def live_lines(gaps: Sequence[WaitedGap], width: int, most: int, glyphs: Glyphs) -> list[str]:
    """The lines for the open gaps, running fills first: at most `most` lines of at most `width` terminal cells."""
    ordered = sorted(gaps, key=lambda gap: bool(gap.waits_for))
    shown = ordered if len(ordered) <= most else ordered[: max(most - 1, 0)]
    label_width = max((cells(plain_line(gap.label)) for gap in shown), default=0)
    label_width = min(label_width, width // 3)
    lines = [_line(gap, label_width, width, glyphs) for gap in shown]
    if len(shown) < len(ordered):
        lines.append(cut(f"and {len(ordered) - len(shown)} more", width, glyphs))
    return lines


def _line(gap: WaitedGap, label_width: int, width: int, glyphs: Glyphs) -> str:
    label = cut(plain_line(gap.label), label_width, glyphs)
    label += " " * (label_width - cells(label))
    if gap.waits_for or gap.fill is None:
        return cut(f"{label}  waits: {plain_line(gap.waits_for)}", width, glyphs)
    figures = "  ".join(_figures(gap, glyphs.times))
    room = min(width - label_width - len(figures) - 4, _LONGEST_BAR)
    if room < 4:
        return cut(f"{label}  {figures}", width, glyphs)
    done = int(gap.fill.share * room)
    return f"{label}  {glyphs.bar_done * done}{glyphs.bar_left * (room - done)}  {figures}"


def _figures(gap: WaitedGap, times: str) -> list[str]:
    if gap.fill is None:
        return []
    fill = gap.fill.fill
    percent = 100 if gap.fill.share >= 1 else min(99, int(gap.fill.share * 100))
    figures = [f"{percent:3d}%", f"{fill.got_s:.0f} of {fill.wanted_s:.0f} s"]
    if fill.speed > 0:
        figures.append(f"{fill.speed:.1f}{times}")
    if gap.fill.left_s is not None:
        figures.append(f"{duration(gap.fill.left_s)} left")
    return figures


def _end_words(gap: WaitedGap) -> str:
    words = plain_line(gap.request.reason)
    if gap.fill is None or gap.fill.fill.ended_at is None:
        return words
    fill = gap.fill.fill
    took_s = (gap.fill.fill.ended_at - fill.started_at).total_seconds()
    return f"{words} ({fill.got_s:.0f} of {fill.wanted_s:.0f} s in {duration(took_s)})"


def cells(text: str) -> int:
    """The width of a text in terminal cells: a wide character takes two, a combining one none (Unicode UAX #11)."""
    return sum(_cell(character) for character in text)


def cut(text: str, width: int, glyphs: Glyphs) -> str:
    """Shorten a text to at most `width` terminal cells; the sign `glyphs.cut` shows that something was left out."""
    if cells(text) <= width:
        return text
    room, kept = max(width - 1, 0), ""
    for character in text:
        room -= _cell(character)
        if room < 0:
            break
        kept += character
    return f"{kept}{glyphs.cut}" if width > 0 else ""


def _cell(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
