"""Pictures in pixels: what a terminal that answers is sent, and that no answer ever counts as keys. Some are real."""

import base64
import os
import re
import termios
import zlib
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual._xterm_parser import XTermParser
from textual.events import Key

from anr_tui.console.terminal.kitty_graphics import LINE_SIGNS, PLACEHOLDER, KittyGraphics, may_have_graphics
from anr_tui.view.gap.frames import Frame
from tests.console.real_terminal import Terminal, anr_tui
from tests.engine import EngineSite, until

KITTY = {"TERM": "xterm-kitty", "COLORTERM": "truecolor", "SSH_CONNECTION": "", "TMUX": ""}
COMMANDS = re.compile(rb"\x1b_G([^;\x1b]*);?([^\x1b]*)\x1b\\")
OK, NOT_OK = "\x1b_Gi=31;OK\x1b\\", "\x1b_Gi=31;ENOTSUP:what is that\x1b\\"
FRAME = Frame(4, 2, bytes(range(24)), datetime(2026, 6, 13, 12, 0, tzinfo=UTC))
HALF_BLOCK = "\N{UPPER HALF BLOCK}".encode()


class Paper:
    """A terminal that keeps what it is sent."""

    def __init__(self, environ: dict[str, str] = KITTY) -> None:
        self.text = ""
        self.is_stuck = False
        self.graphics = KittyGraphics(self._write, lambda: not self.is_stuck, environ)

    def _write(self, text: str) -> None:
        self.text += text

    def type(self, *texts: str) -> list[str | None]:
        """What of it goes on as keys, as Textual's parser reads the bytes."""
        parser = XTermParser()
        keys = [event for text in filter(None, texts) for event in parser.feed(text) if isinstance(event, Key)]
        parser._timeout_time = parser._timeout_time and 0.0  # the moment that it waits for more is over
        keys += [event for event in parser.tick() if isinstance(event, Key)]
        return [key.character for each in keys for key in self.graphics.not_answered(each)]

    def commands(self) -> list[str]:
        """What was said beside the data, since the last time."""
        found = [command.decode() for command, _ in COMMANDS.findall(self.text.encode())]
        self.text = ""
        return found


def answered(answer: str = OK) -> Paper:
    paper = Paper()
    paper.graphics.ask(lambda: None)
    assert paper.commands() == ["i=31,s=1,v=1,a=q,t=d,f=24"]
    assert paper.type(answer) == []
    return paper


@given(st.sampled_from([OK, NOT_OK]), st.text("aGO_^5", max_size=6), st.integers(0, 12), st.text("bi\\=", max_size=4))
def test_an_answer_is_no_key_whatever_is_typed_around_it(answer: str, before: str, cut: int, after: str) -> None:
    paper = Paper()
    seen: list[bool] = []
    paper.graphics.ask(lambda: seen.append(True))

    assert paper.type(before + answer[:cut], answer[cut:]) == list(before)
    assert paper.graphics.is_there == (answer == OK) == bool(seen)
    assert paper.type(after) == list(after)


@given(st.text("_Gi=31;O^x", max_size=9))
def test_what_is_no_answer_is_typed_with_no_key_lost(text: str) -> None:
    paper = Paper()
    paper.graphics.ask(lambda: None)

    assert paper.type(f"{text}x") == [*text, "x"] or f"{text}x".startswith("_Gi=31;")
    assert not paper.graphics.is_there


def test_a_terminal_is_asked_once_and_only_where_that_is_safe() -> None:
    paper = Paper()
    paper.graphics.ask(lambda: None)
    paper.graphics.ask(lambda: None)
    assert len(paper.commands()) == 1

    for unlikely in ({"TERM": "xterm-256color"}, {"TERM": "tmux", "TMUX": "/tmp/t"}, {}):
        assert not may_have_graphics(unlikely)
        other = Paper(unlikely)
        other.graphics.ask(lambda: None)
        assert other.text == ""
        assert other.graphics.strips(FRAME, 8, 4) is None


def test_a_picture_is_sent_whole_and_its_cells_say_where_it_is() -> None:
    paper = answered()
    large = Frame(480, 360, os.urandom(480 * 360 * 3), FRAME.at)

    strips = paper.graphics.strips(large, 40, 10)

    assert strips is not None and len(strips) == 10
    assert all(strip.cell_length == 27 for strip in strips)
    assert [strip.text[:3] for strip in strips] == [PLACEHOLDER + sign + LINE_SIGNS[0] for sign in LINE_SIGNS[:10]]
    data = b"".join(chunk for _, chunk in COMMANDS.findall(paper.text.encode()))
    assert zlib.decompress(base64.b64decode(data, validate=True)) == large.pixels
    *sent, placed = paper.commands()
    assert re.fullmatch(r"a=t,f=24,o=z,s=480,v=360,i=\d+,q=2,m=1", sent[0])
    assert set(sent[1:-1]) == {"q=2,m=1"} and sent[-1] == "q=2,m=0"
    assert re.fullmatch(r"a=p,U=1,i=\d+,p=1,c=27,r=10,q=2", placed)
    colour = next(iter(strips[0])).style
    assert colour is not None and colour.color is not None and colour.color.triplet is not None
    assert int(colour.color.triplet.hex[1:], 16) == int(placed.split(",")[2].removeprefix("i="))


def test_only_what_changed_is_sent_and_what_was_there_is_removed() -> None:
    paper = answered()

    def verbs() -> list[str]:
        return [command[:3] for command in paper.commands()]

    paper.graphics.strips(FRAME, 40, 10)
    assert verbs() == ["a=t", "a=p"]
    paper.graphics.strips(FRAME, 40, 10)
    assert verbs() == []
    paper.graphics.strips(FRAME, 20, 5)
    assert verbs() == ["a=p"]
    paper.graphics.strips(Frame(4, 2, bytes(24), FRAME.at), 20, 5)
    assert verbs() == ["a=d", "a=t", "a=p"]
    paper.graphics.repeat()
    assert verbs() == ["a=t", "a=p"]
    paper.graphics.remove()
    assert verbs() == ["a=d"]
    paper.graphics.remove()
    paper.graphics.repeat()
    assert verbs() == []


def test_half_blocks_have_to_do_where_a_terminal_cannot_or_takes_nothing() -> None:
    assert answered(NOT_OK).graphics.strips(FRAME, 40, 10) is None
    paper = answered()
    paper.is_stuck = True
    assert paper.graphics.strips(FRAME, 40, 10) is None
    assert paper.graphics.strips(FRAME, 0, 0) is None
    assert paper.text == ""
    paper.is_stuck = False
    assert paper.graphics.strips(Frame(1, 400, bytes(1200), FRAME.at), 40, len(LINE_SIGNS) + 1) is None


def test_what_a_terminal_did_not_take_is_drawn_once_it_does() -> None:
    paper, drawn = answered(), []
    paper.graphics.ask(lambda: drawn.append(paper.graphics.strips(FRAME, 40, 10)))
    paper.is_stuck = True
    assert paper.graphics.strips(FRAME, 40, 10) is None
    paper.graphics.catch_up()
    assert drawn == []
    paper.is_stuck = False
    paper.graphics.catch_up()
    paper.graphics.catch_up()
    assert [strips is not None for strips in drawn] == [True]


def test_through_tmux_every_command_is_wrapped() -> None:
    paper = Paper({"TMUX": "/tmp/tmux", "KITTY_WINDOW_ID": "1", "TERM": "tmux-256color"})
    paper.graphics.ask(lambda: None)
    assert paper.text == "\x1bPtmux;\x1b\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\x1b\\\x1b\\"


def test_the_signs_of_lines_take_no_room_and_come_in_order() -> None:
    assert all(cell_len(sign) == 0 for sign in LINE_SIGNS)
    assert all(one < other for one, other in pairwise(LINE_SIGNS))


async def filled(site: EngineSite) -> None:
    async with site.camera() as camera:
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 11))
        await site.sweep()
    assert [fill["outcome"] for fill in site.fills()] == ["filled"]


def guest(site: EngineSite, **environment: str) -> AbstractAsyncContextManager[Terminal]:
    """A console that only looks, in a terminal that says it is kitty."""
    flags = ["--database", str(site.database), "--recordings", str(site.recordings)]
    return anr_tui("--read-only", *flags, **(KITTY | environment))


def count(terminal: Terminal, verb: bytes, since: int = 0) -> int:
    return sum(command.startswith(verb) for command, _ in COMMANDS.findall(terminal.shown[since:]))


async def test_a_terminal_that_answers_shows_pixels_until_the_picture_is_left(site: EngineSite) -> None:
    await filled(site)
    async with guest(site) as terminal:
        await terminal.shows(b"filled")
        assert count(terminal, b"i=31") == 0
        terminal.press("v")
        await until(lambda: count(terminal, b"i=31") == 1)
        terminal.press(OK)
        await until(lambda: count(terminal, b"a=p") == 1)
        await until(lambda: PLACEHOLDER.encode() in terminal.shown)
        assert count(terminal, b"a=t") == 1

        terminal.press("\x0c")
        await until(lambda: count(terminal, b"a=p") == 2)
        assert (count(terminal, b"a=t"), count(terminal, b"a=d")) == (2, 0)
        termios.tcsetwinsize(terminal.user, (24, 80))
        await until(lambda: count(terminal, b"a=p") == 3)
        assert count(terminal, b"a=t") == 2
        terminal.press("l")
        await until(lambda: count(terminal, b"a=p") == 4)
        assert (count(terminal, b"a=t"), count(terminal, b"a=d")) == (3, 1)

        terminal.press("v")
        await until(lambda: count(terminal, b"a=d") == 2)
        terminal.press("v")
        await until(lambda: count(terminal, b"a=p") == 5)
        assert count(terminal, b"i=31") == 1  # it knows
        terminal.process.terminate()
        await terminal.process.wait()
        assert count(terminal, b"a=d") == 3


async def test_a_terminal_that_does_not_answer_gets_half_blocks_and_a_slow_line_is_not_asked(site: EngineSite) -> None:
    await filled(site)
    async with guest(site) as silent, guest(site, ANR_LINE="slow") as slow:
        for terminal, questions in ((silent, 1), (slow, 0)):
            await terminal.shows(b"filled")
            terminal.press("v")
            await until(lambda terminal=terminal: HALF_BLOCK in terminal.shown)
            assert count(terminal, b"i=31") == questions
            assert count(terminal, b"a=") == 0
