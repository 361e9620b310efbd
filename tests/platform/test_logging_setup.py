"""Where a process's log goes: a shared and rotated file, or systemd's journal; masked everywhere."""

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from anr_tui.domain.errors import JournalError
from anr_tui.platform.logging_setup import log_fields, set_up_log

SAY = """
import logging, sys
from pathlib import Path
from anr_tui.platform.logging_setup import set_up_log
set_up_log(Path(sys.argv[1]), to_terminal=sys.argv[2] == "service")
logging.info("asks %s", "rtsp://operator:s3cr3t@10.0.0.7/x")
logging.warning("two\\nlines")
try:
    raise ValueError("rtsp://operator:s3cr3t@10.0.0.7/x")
except ValueError:
    logging.exception("it broke")
"""


def said(path: Path, part: str, *, is_journal: bool) -> str:
    """What a process says on standard error that logs as `part`."""
    reading, writing = os.pipe()
    stream = os.fstat(writing)
    inode = stream.st_ino if is_journal else stream.st_ino + 1
    environment = dict(os.environ) | {"JOURNAL_STREAM": f"{stream.st_dev}:{inode}"}
    with os.fdopen(reading, encoding="utf-8") as heard:
        subprocess.run([sys.executable, "-c", SAY, str(path), part], stderr=writing, env=environment, check=True)
        os.close(writing)
        return heard.read()


@pytest.fixture
def umask() -> Iterator[None]:
    """The umask that most people have."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def own_handlers() -> Iterator[None]:
    """The root logger as it was, afterwards."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)


def test_the_journal_gets_priorities_and_no_times_and_there_is_no_file(tmp_path: Path) -> None:
    text = said(tmp_path / "logs" / "worker.log", "service", is_journal=True)
    first, *rest = text.splitlines()
    assert first == "<6>asks rtsp://***@10.0.0.7/x"
    assert rest[:3] == ["<4>two", "<4>lines", "<3>it broke"]
    assert rest[-1] == "<3>ValueError: rtsp://***@10.0.0.7/x"
    assert all(line.startswith("<3>") for line in rest[2:])
    assert "s3cr3t" not in text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("part", "is_journal"), [("service", False), ("console", True)])
def test_a_journal_that_is_another_processs_is_none(tmp_path: Path, part: str, is_journal: bool) -> None:
    path = tmp_path / "logs" / "worker.log"
    text = said(path, part, is_journal=is_journal)
    kept = path.read_text()
    assert "INFO asks rtsp://***@10.0.0.7/x\n" in kept
    assert text == (kept if part == "service" else "")


@pytest.mark.usefixtures("umask", "own_handlers")
def test_a_log_stays_shared_after_each_rotation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anr_tui.platform.logging_setup._LOG_BYTES", 200)
    path = tmp_path / "logs" / "worker.log"
    set_up_log(path, to_terminal=False)
    for _ in range(20):
        logging.getLogger("anr_tui").info("some words that fill a log")
    files = sorted(each.name for each in path.parent.iterdir())
    assert files == ["worker.log", "worker.log.1", "worker.log.2", "worker.log.3"]
    assert {each.stat().st_mode & 0o7777 for each in path.parent.iterdir()} == {0o660}
    assert path.parent.stat().st_mode & 0o7777 == 0o2770


@pytest.mark.usefixtures("umask", "own_handlers")
def test_a_log_that_was_taken_away_is_made_anew_and_what_stops_that_stops_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "worker.log"
    set_up_log(path, to_terminal=False)
    log = logging.getLogger("anr_tui")
    path.unlink()
    log.info("one")
    shutil.rmtree(path.parent)
    path.parent.touch()
    log.info("lost")
    path.parent.unlink()
    log.info("two")
    assert path.read_text().endswith("INFO two\n")
    assert "lost" not in path.read_text()
    assert path.stat().st_mode & 0o7777 == 0o660
    assert path.parent.stat().st_mode & 0o7777 == 0o2770


def test_what_a_line_is_about_stands_behind_its_text(tmp_path: Path, own_handlers: None) -> None:
    path = tmp_path / "logs" / "worker.log"
    set_up_log(path, to_terminal=False)
    logging.info("sweep: 3 due")
    logging.info("filled", extra=log_fields(fill=12, gap="gap_1", camera="gate"))
    logging.info("odd ids", extra=log_fields(camera='front "gate"\x1b[2J', gap="", site="a=b"))
    try:
        raise ValueError("why")
    except ValueError:
        logging.exception("fill broke", extra=log_fields(fill=0))

    lines = [line.partition(" ")[2] for line in path.read_text().splitlines()]
    assert lines[:3] == [
        "INFO sweep: 3 due",
        "INFO filled camera=gate gap=gap_1 fill=12",
        r'INFO odd ids site="a=b" camera="front \"gate\" [2J" gap=""',
    ]
    assert path.read_text().splitlines()[3].endswith(" ERROR fill broke fill=0"), "before the traceback"


def test_a_field_is_masked_too(tmp_path: Path, own_handlers: None) -> None:
    path = tmp_path / "logs" / "worker.log"
    set_up_log(path, to_terminal=False)
    logging.info("asks", extra=log_fields(camera="rtsp://operator:s3cr3t@10.0.0.7/x"))

    assert "s3cr3t" not in path.read_text()


@pytest.mark.usefixtures("own_handlers")
@pytest.mark.parametrize("plant", [os.mkfifo, lambda place: place.symlink_to(place.with_name("theirs"))])
def test_a_log_that_is_a_link_or_a_pipe_is_refused_in_words(tmp_path: Path, plant: Callable[[Path], None]) -> None:
    (tmp_path / "theirs").write_text("theirs")
    plant(tmp_path / "worker.log")

    with pytest.raises(JournalError, match="a link, a pipe"):
        set_up_log(tmp_path / "worker.log", to_terminal=False)

    assert (tmp_path / "theirs").read_text() == "theirs"


@pytest.mark.usefixtures("own_handlers")
def test_no_id_and_no_error_begins_a_line_of_its_own_or_moves_a_cursor(tmp_path: Path) -> None:
    path = tmp_path / "worker.log"
    set_up_log(path, to_terminal=False)
    forged = "gate\n2026-06-13T12:00:00+00:00 INFO all is well\r\x1b[2J\u202e\x85"

    logging.warning("camera %s: %s, %d of %.1f", forged, ValueError(forged), 3, 4.0)
    logging.warning("camera %(id)s", {"id": forged})
    try:
        raise ValueError(forged) from OSError(forged)
    except ValueError:
        logging.exception("fill of %r broke", forged, extra=log_fields(camera=forged))

    text = path.read_text()
    lines = text.splitlines()
    assert len([line for line in lines if line.startswith("20")]) == 3
    assert "INFO all is well" not in [line[20:] for line in lines] and text.replace("\n", "").isprintable()
    assert "3 of 4.0" in lines[0]
