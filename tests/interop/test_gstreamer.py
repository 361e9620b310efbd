"""The whole way, against an RTSP server that is not ours: GStreamer's, at 1x and with ONVIF replay."""

import asyncio
import contextlib
import os
import re
import secrets
import shutil
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from anr_tui.demo.footage.footage import make_footage
from anr_tui.domain.timestamps import floor_second, format_file_stem, now_utc, parse_stamp
from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.program import find_ffmpeg
from tests.engine import EngineSite, picture_offsets

pytestmark = pytest.mark.interop

# Read before the tests take the developer's settings away: `make interop` may be told which ffmpeg to try.
FFMPEG = os.environ.get("HELDAR_FFMPEG_BIN") or "ffmpeg"
SYSTEM_PYTHON = "/usr/bin/python3"
SERVER = Path(__file__).with_name("gst_server.py")
USER = "operator"
PIECE_S = 300
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}|\.\d{6}|\.\d{9})?\+00:00")


@dataclass(frozen=True, slots=True)
class Card:
    """The camera's storage: two recordings of PIECE_S seconds each, the first of which begins at `start`."""

    directory: Path
    start: datetime

    def window(self, start_s: float, end_s: float) -> Window:
        """A window in seconds after the start."""
        return Window(self.start + timedelta(seconds=start_s), self.start + timedelta(seconds=end_s))


@dataclass(frozen=True, slots=True)
class Work:
    """A worker's one sweep: its exit status, what it said, and every process's argument list while it ran."""

    status: int
    said: str
    command_lines: frozenset[str]
    began: datetime
    ended: datetime


@pytest.fixture(scope="session")
def card(ffmpeg: str, tmp_path_factory: pytest.TempPathFactory) -> Card:
    # Two hours ago: well within what a site keeps, and long settled.
    card = Card(tmp_path_factory.mktemp("card"), floor_second(now_utc()) - timedelta(hours=2))
    for window in (card.window(0, PIECE_S), card.window(PIECE_S, 2 * PIECE_S)):
        path = card.directory / f"{format_file_stem(window.start)}.mp4"
        make_footage(path, window, ffmpeg=ffmpeg, size=(160, 90), label="gate")
    return card


@pytest.fixture
def password() -> str:
    """One that a URL must percent-encode, and that stands nowhere by chance."""
    return f"p@ss/{secrets.token_hex(8)}"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[EngineSite]:
    site = EngineSite(tmp_path, find_ffmpeg(FFMPEG))
    yield site
    site.kill_workers()


async def test_a_camera_that_plays_at_1x_only_fills_a_gap_in_real_time(
    site: EngineSite, card: Card, password: str
) -> None:
    gap = card.window(0, 6)

    async with gstreamer("plain", card, password, site.root) as port:
        work = await work_once(site, gap, port, password)

    assert_gap_row_as_heldar_writes_it(site, work, gap)
    assert_right_seconds_on_disk(site, [gap])
    assert_password_nowhere(site, work, password)
    said = fill_log(site)
    assert "SETUP 551 with Require, asked again without" in said
    assert "Rate-Control: no" in said
    assert 5 < fill_s(site) < 15


async def test_a_camera_with_onvif_replay_fills_ten_minutes_in_a_small_fraction_of_them(
    site: EngineSite, card: Card, password: str, capsys: pytest.CaptureFixture[str]
) -> None:
    gap = card.window(0, 2 * PIECE_S)

    async with gstreamer("onvif", card, password, site.root) as port:
        work = await work_once(site, gap, port, password)

    assert_gap_row_as_heldar_writes_it(site, work, gap)
    assert_right_seconds_on_disk(site, [card.window(0, PIECE_S), card.window(PIECE_S, 2 * PIECE_S)])
    assert_password_nowhere(site, work, password)
    said = fill_log(site)
    assert said.count("PLAY 200 OK, Require: onvif-replay, Rate-Control: no") >= 2, "each piece"
    assert "asked again" not in said
    with capsys.disabled():
        sys.stdout.write(f"\n{gap.seconds:.0f} s of footage filled in {fill_s(site):.1f} s ")
    assert fill_s(site) < 120


@contextlib.asynccontextmanager
async def gstreamer(flavour: str, card: Card, password: str, directory: Path) -> AsyncIterator[int]:
    """GStreamer's server in a process of its own; gives its port. A machine without GStreamer fails the test."""
    if shutil.which(SYSTEM_PYTHON) is None:
        pytest.fail(f"There is no {SYSTEM_PYTHON}, which GStreamer's bindings belong to.", pytrace=False)
    errors = directory / "gstreamer.log"
    with errors.open("w") as stderr:
        server = await asyncio.create_subprocess_exec(
            *(SYSTEM_PYTHON, str(SERVER), str(card.directory), flavour, USER),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
        )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        # Not an argument: the test looks at every process's.
        server.stdin.write(f"{password}\n".encode())
        port = await server.stdout.readline()
        if not port:
            pytest.fail(errors.read_text(), pytrace=False)
        yield int(port)
    finally:
        server.stdin.close()
        await server.wait()


async def work_once(site: EngineSite, gap: Window, port: int, password: str) -> Work:
    """Let the real command make one sweep over a site whose camera is at `port`, and watch all processes meanwhile."""
    login = f"{USER}:{quote(password, safe='')}"
    template = f"rtsp://{login}@127.0.0.1:{port}/replay?start={{start}}&end={{end}}"
    site.add_camera("gate", port, vendor="generic", password=None, anr_replay_url_template=template)
    site.add_gap("gap_1", "gate", gap)
    began = now_utc()
    worker = await site.start_worker("--once")
    said = asyncio.create_task(worker.communicate())
    command_lines: set[str] = set()
    while not said.done():
        command_lines |= running_command_lines()
        await asyncio.wait([said], timeout=0.05)
    output, _ = said.result()
    assert worker.returncode is not None
    return Work(worker.returncode, output.decode(), frozenset(command_lines), began, now_utc())


def running_command_lines() -> set[str]:
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        # A process may end while it is looked at.
        with contextlib.suppress(OSError):
            found.add(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return found


def assert_gap_row_as_heldar_writes_it(site: EngineSite, work: Work, gap: Window) -> None:
    assert work.status == 0, work.said
    row = dict(site.gap("gap_1"))
    filled_at = row["filled_at"]
    assert STAMP.fullmatch(filled_at)
    assert work.began <= parse_stamp(filled_at) <= work.ended
    assert row == {
        "id": "gap_1",
        "camera_id": "gate",
        "gap_start": f"{gap.start:%Y-%m-%dT%H:%M:%S}+00:00",
        "gap_end": f"{gap.end:%Y-%m-%dT%H:%M:%S}+00:00",
        "gap_seconds": int(gap.seconds),
        "fill_state": "filled",
        "fill_attempts": 1,
        "last_attempt_at": filled_at,
        "filled_at": filled_at,
        "created_at": f"{gap.end:%Y-%m-%dT%H:%M:%S}+00:00",
    }
    assert site.execute("SELECT * FROM segments") == []


def assert_right_seconds_on_disk(site: EngineSite, pieces: list[Window]) -> None:
    recorded = site.recorded("gate")
    assert list(recorded) == [f"{piece.start:%Y%m%d_%H%M%S}.mp4" for piece in pieces]
    assert sum(recorded.values()) == pytest.approx(sum(piece.seconds for piece in pieces), abs=2)
    assert site.left_behind() == []
    for name in recorded:
        assert max(map(abs, picture_offsets(site.recordings / "gate" / name))) <= 1


def assert_password_nowhere(site: EngineSite, work: Work, password: str) -> None:
    assert any("ffmpeg" in line and "rtsp://127.0.0.1:" in line for line in work.command_lines), "ffmpeg was not seen"
    with contextlib.closing(sqlite3.connect(site.journal)) as connection:
        journal = "\n".join(connection.iterdump())
    assert "rtsp://***@127.0.0.1" in journal
    logs = [path.read_text(encoding="utf-8") for path in site.journal.with_suffix(".logs").iterdir()]
    assert len(logs) == 2, "the worker's and the fill's"
    for text in (journal, work.said, *logs, *work.command_lines):
        assert password not in text
        assert quote(password, safe="") not in text


def fill_log(site: EngineSite) -> str:
    (fill,) = site.fills()
    log = site.journal.with_suffix(".logs") / str(fill["log_name"])
    return log.read_text(encoding="utf-8")


def fill_s(site: EngineSite) -> float:
    (fill,) = site.fills()
    return (parse_stamp(fill["ended_at"]) - parse_stamp(fill["started_at"])).total_seconds()
