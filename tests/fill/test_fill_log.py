"""The log of a fill: readable while it grows, without secrets, and never a reason to lose footage."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from anr_tui.fill.fill_log import FillLog

NOW = datetime(2026, 6, 13, 12, 0, 0, 123_456, tzinfo=UTC)


def test_a_line_is_on_disk_as_soon_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "fill-3.log"
    with FillLog(path, lambda: NOW) as log:
        log.write("relay", "DESCRIBE 200")
        assert path.read_text() == "12:00:00.123Z relay  DESCRIBE 200\n"


def test_a_password_is_masked_even_where_the_line_is_cut_within_its_url(tmp_path: Path) -> None:
    path = tmp_path / "fill-3.log"
    url = "rtsp://operator:hush@192.0.2.11/"
    with FillLog(path, lambda: NOW) as log:
        for before in range(8192 - len(url), 8192):
            log.write("ffmpeg", "x" * before + " " + url)

    assert "hush" not in path.read_text()


def test_what_a_camera_says_stays_on_one_line_and_moves_no_cursor(tmp_path: Path) -> None:
    path = tmp_path / "fill-3.log"
    with FillLog(path, lambda: NOW) as log:
        log.write("relay", "401\r\n\x1b[2JUnauthorized")

    text = path.read_text()
    assert text.count("\n") == 1
    assert text.rstrip("\n").isprintable()


def test_a_second_fill_with_the_same_log_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "fill-3.log"
    for line in ("first", "second"):
        with FillLog(path, lambda: NOW) as log:
            log.write("fill", line)

    assert [line.split()[-1] for line in path.read_text().splitlines()] == ["first", "second"]


def test_the_group_may_read_it_whatever_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "fill-3.log"
    umask = os.umask(0o077)
    try:
        with FillLog(path, lambda: NOW):
            pass
    finally:
        os.umask(umask)

    assert path.stat().st_mode & 0o777 == 0o660


def test_a_log_that_cannot_be_made_stops_no_fill(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the directory belongs")

    with FillLog(tmp_path / "logs" / "fill-3.log", lambda: NOW) as log:
        log.write("fill", "fetching")


def test_a_full_disk_stops_no_fill() -> None:
    with FillLog(Path("/dev/full"), lambda: NOW) as log:
        log.write("fill", "fetching")


def test_a_flood_of_lines_is_counted_and_not_written_and_hides_nothing_of_our_own(tmp_path: Path) -> None:
    path = tmp_path / "fill-3.log"
    with FillLog(path, lambda: NOW) as log:
        for number in range(100_000):
            log.write("ffmpeg", f"[warning] {number} RTP: bad cseq")
        log.write("fill", "stopped as asked")
        for _ in range(3):
            log.write("ffmpeg", "and on it goes")

    lines = path.read_text().splitlines()
    assert len(lines) < 1000
    assert "stopped as asked" in lines[-2]
    assert "lines of ffmpeg and relay are left out" in lines[-3]
    assert "3 lines of ffmpeg and relay are left out" in lines[-1]
    left_out = sum(int(line.split("fill   ")[1].split()[0]) for line in lines if "left out" in line)
    assert left_out + sum("ffmpeg " in line for line in lines if "left out" not in line) == 100_003


def test_long_lines_are_bounded_in_all(tmp_path: Path) -> None:
    path = tmp_path / "fill-3.log"
    with FillLog(path, lambda: NOW) as log:
        for _ in range(10_000):
            log.write("ffmpeg", "x" * 100_000)

    assert path.stat().st_size < 5_000_000


@pytest.mark.parametrize("plant", [os.mkfifo, lambda place: place.symlink_to(place.with_name("theirs"))])
def test_a_log_that_somebody_else_put_there_is_neither_written_nor_waited_for(
    tmp_path: Path, plant: Callable[[Path], None]
) -> None:
    (tmp_path / "theirs").write_text("theirs")
    plant(tmp_path / "fill-3.log")

    with FillLog(tmp_path / "fill-3.log", lambda: NOW) as log:
        log.write("fill", "line")

    assert (tmp_path / "theirs").read_text() == "theirs"
