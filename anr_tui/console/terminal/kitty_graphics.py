"""Pictures in all their pixels, on terminals that know kitty's graphics protocol.

A picture is sent once, whole and apart from the cells; cells with a private-use character mark its place. They are
handled as any text is: only changed ones are sent, dialogs cover them, tmux moves them.
Source: https://sw.kovidgoyal.net/kitty/graphics-protocol/ (queries, transmission, Unicode placeholders, deletion).
"""

import base64
import os
import zlib
from collections.abc import Callable, Iterator, Mapping

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.events import Key
from textual.strip import Strip

from anr_tui.console.terminal.cell_images import fitted
from anr_tui.view.gap.frames import Frame

PLACEHOLDER = "\U0010eeee"
# Only these show pictures at placeholder cells; others that know the protocol draw the cells themselves.
_TERMS = ("xterm-kitty", "xterm-ghostty")
_AROUND_TMUX = ("KITTY_WINDOW_ID", "GHOSTTY_RESOURCES_DIR")

# The protocol's diacritics for line numbers: first and last code points of each run, enough for any screen.
_RUNS = """305 30d-30e 310 312 33d-33f 346 34a-34c 350-352 357 35b 363-36f 483-487 592-595 597-599 59c-5a1 5a8-5a9
5ab-5ac 5af 5c4 610-617 657-65b 65d-65e 6d6-6dc 6df-6e2 6e4 6e7-6e8 6eb-6ec 730 732-733 735-736 73a 73d 73f-741 743
745"""
_CHUNK = 4096
_QUERY = "i=31,s=1,v=1,a=q,t=d,f=24;AAAA"
# Textual passes on an unknown answer key by key, ESC as ^ (or as escape, where a pause follows it).
_ANSWER, _ANSWER_END, _LONGEST_ANSWER = "_Gi=31;", "\\", 200


def _signs() -> Iterator[str]:
    for run in _RUNS.split():
        first, _, last = run.partition("-")
        yield from map(chr, range(int(first, 16), int(last or first, 16) + 1))


LINE_SIGNS = tuple(_signs())


def may_have_graphics(environ: Mapping[str, str]) -> bool:
    """Whether the terminal can be queried: terminals without the protocol may print the query."""
    if environ.get("TMUX"):
        return any(environ.get(name) for name in _AROUND_TMUX)
    return environ.get("TERM", "") in _TERMS


def _text_of(keys: list[Key]) -> str:
    return "".join(key.character or "\0" for key in keys).removeprefix("^")


def _may_be_answer(text: str) -> bool:
    return _ANSWER.startswith(text) or (text.startswith(_ANSWER) and len(text) < _LONGEST_ANSWER)


class KittyGraphics:
    """The one picture on the terminal.

    `write` sends a text at once; `takes` tells whether the terminal reads output.
    """

    def __init__(self, write: Callable[[str], object], takes: Callable[[], bool], environ: Mapping[str, str]) -> None:
        self._write, self._takes = write, takes
        self._is_in_tmux = bool(environ.get("TMUX"))
        self.is_likely = may_have_graphics(environ)
        self.is_there = False
        self._is_waiting = False
        self._held: list[Key] = []
        self._when_there: Callable[[], object] | None = None
        self._id = os.getpid() % 0xFFFF << 8
        self._shown: tuple[Frame, int, int] | None = None
        self._is_put_off = False

    def ask(self, when_there: Callable[[], object]) -> None:
        """Query the terminal, once; `when_there` is called when it answers that it shows pictures."""
        self._when_there = when_there
        if self.is_likely and not self.is_there and not self._is_waiting:
            self._is_waiting = True
            self._send(_QUERY)

    def not_answered(self, key: Key) -> list[Key]:
        """The keys to process: what may be the terminal's answer is held back until it is known not to be."""
        if not self._is_waiting:
            return [key]
        self._held.append(key)
        passed = []
        while not _may_be_answer(text := _text_of(self._held)):
            passed.append(self._held.pop(0))
        if text.endswith(_ANSWER_END):
            self._held, self._is_waiting = [], False
            self.is_there = text.startswith(f"{_ANSWER}OK")
            if self.is_there and self._when_there is not None:
                self._when_there()
        return passed

    def strips(self, frame: Frame, width: int, height: int) -> list[Strip] | None:
        """Send this picture and return the cells that mark its place; None where it has to be drawn otherwise.

        `width` and `height` are in cells.
        """
        if not self.is_there or width < 1 or height < 1:
            return None
        columns, lines = fitted(frame, width, height)
        if lines > len(LINE_SIGNS):
            return None
        self._is_put_off = not self._takes()
        if self._is_put_off:
            return None
        before, self._shown = self._shown, (frame, columns, lines)
        if before is None or before[0] is not frame:
            self._delete(before)
            # With another number all cells are sent anew, so that no terminal can miss the change.
            self._id = self._id & ~0xFF | (self._id + 1) & 0xFF
            self._transmit(frame)
        if before != self._shown:
            self._place(columns, lines)
        style = Style(color=Color.from_rgb(self._id >> 16, self._id >> 8 & 0xFF, self._id & 0xFF))
        # The diacritic in the first cell of a line gives the line number; the cells right of it continue the line.
        return [
            Strip([Segment(f"{PLACEHOLDER}{sign}{LINE_SIGNS[0]}{PLACEHOLDER * (columns - 1)}", style)])
            for sign in LINE_SIGNS[:lines]
        ]

    def repeat(self) -> None:
        """Send the picture once more, since another program may have erased it."""
        if self._shown is not None and self._takes():
            frame, columns, lines = self._shown
            self._transmit(frame)
            self._place(columns, lines)

    def catch_up(self) -> None:
        """Draw what the terminal did not take before, once it reads again."""
        if self._is_put_off and self._when_there is not None and self._takes():
            self._is_put_off = False
            self._when_there()

    def remove(self) -> None:
        """Remove the picture from the terminal and from its memory."""
        self._when_there = None
        self._delete(self._shown)
        self._shown = None

    def _transmit(self, frame: Frame) -> None:
        data = base64.standard_b64encode(zlib.compress(frame.pixels, 1)).decode()
        about = f"a=t,f=24,o=z,s={frame.width},v={frame.height},i={self._id},"
        # In one write: many pending writes would look like a terminal that has stopped reading.
        self._send(
            *(
                f"{'' if at else about}q=2,m={int(at + _CHUNK < len(data))};{data[at : at + _CHUNK]}"
                for at in range(0, len(data), _CHUNK)
            )
        )

    def _place(self, columns: int, lines: int) -> None:
        self._send(f"a=p,U=1,i={self._id},p=1,c={columns},r={lines},q=2")

    def _delete(self, shown: object) -> None:
        if shown is not None:
            self._send(f"a=d,d=I,i={self._id},q=2")

    def _send(self, *commands: str) -> None:
        self._write("".join(map(self._sequence, commands)))

    def _sequence(self, command: str) -> str:
        sequence = f"\x1b_G{command}\x1b\\"
        if self._is_in_tmux:
            sequence = "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
        return sequence
