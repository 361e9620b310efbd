"""The console's benchmark measures a console that is really there."""

import sys
from pathlib import Path

import pytest

from anr_tui.domain.timestamps import floor_second, now_utc
from benchmarks.console import FIRST, FULL, console, played
from benchmarks.large_site import make_large_site
from benchmarks.terminal import Terminal


def test_a_console_shows_the_played_fills_and_answers_keys(tmp_path: Path) -> None:
    database = tmp_path / "site.db"
    make_large_site(database, floor_second(now_utc()), cameras=3, gaps=30, gap_s=60)
    with played(database, 2), console(database) as terminal:
        first_s, full_s = terminal.shows(FIRST, FULL)
        terminal.shows(b"2 running")
        before = terminal.sent
        took_s = terminal.press("j")

        assert 0 < first_s <= full_s
        assert 0 < took_s < 10
        assert terminal.sent > before
        assert terminal.cpu_s > 0
        assert terminal.resident_mb > 10


def test_words_that_never_come_are_named() -> None:
    with Terminal(sys.executable, "-c", "print('here', flush=True); input()") as terminal:
        assert terminal.shows(b"here")
        with pytest.raises(TimeoutError, match="never"):
            terminal.shows(b"never", within_s=0.2)
