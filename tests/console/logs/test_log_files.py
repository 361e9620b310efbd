"""Reading logs that grow: one file, or those of several fills as one."""

import os
from pathlib import Path

from anr_tui.console.logs.log_files import TAIL_BYTES, Batch, LogTail, MergedLog


def test_only_what_was_added_is_read(path: Path) -> None:
    path.write_text("one\ntwo\nthr")
    log = LogTail(path)

    assert log.read_more() == Batch(("one", "two"))
    assert log.read_more() == Batch()
    with path.open("a") as file:
        file.write("ee\nfour\r")
    assert log.read_more() == Batch(("three", "four"))


def test_a_missing_file_has_no_lines_and_may_come_later(path: Path) -> None:
    log = LogTail(path)

    assert log.read_more() == Batch()
    path.write_text("here\n")
    assert log.read_more() == Batch(("here",))


def test_a_truncated_file_begins_again(path: Path) -> None:
    path.write_text("one\ntwo\n")
    log = LogTail(path)
    log.read_more()
    path.write_text("new\n")

    assert log.read_more() == Batch(("new",), is_fresh=True)


def test_another_file_of_the_same_name_begins_again(path: Path) -> None:
    path.write_text("one\n")
    log = LogTail(path)
    log.read_more()
    other = path.with_suffix(".new")
    other.write_text("a longer one than before\n")
    os.replace(other, path)

    assert log.read_more() == Batch(("a longer one than before",), is_fresh=True)


def test_of_a_large_file_only_whole_lines_of_its_end_are_read(path: Path) -> None:
    path.write_text("".join(f"line {number}\n" for number in range(100_000)))
    lines = LogTail(path).read_more().lines

    assert lines[-1] == "line 99999"
    assert sum(map(len, lines)) < TAIL_BYTES
    assert lines[0] == f"line {100_000 - len(lines)}"


def test_bytes_that_are_no_text_do_no_harm(path: Path) -> None:
    path.write_bytes(b"ok \xff\xfe\n\n")

    assert LogTail(path).read_more().lines == ("ok \ufffd\ufffd",)


def test_several_logs_are_one_by_time(tmp_path: Path) -> None:
    gate, dock = tmp_path / "1.log", tmp_path / "2.log"
    gate.write_text("23:59:58.000Z fill   a\n  continued\n00:00:01.500Z fill   d\n")
    dock.write_text("23:59:59.000Z fill   b\n00:00:01.000Z fill   c\n")
    log = MergedLog()
    log.set_files({gate: "front gate", dock: "loading dock on the north side"})

    assert [line.split(maxsplit=1)[0] + line[-2:] for line in log.read_more().lines] == [
        "23:59:58.000Z a", "23:59:58.000Zed", "23:59:59.000Z b", "00:00:01.000Z c", "00:00:01.500Z d",
    ]  # fmt: skip
    with dock.open("a") as file:
        file.write("00:00:02.000Z fill   e\n")
    assert log.read_more().lines == ("00:00:02.000Z loading dock on fill   e",)
