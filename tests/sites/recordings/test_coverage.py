import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anr_tui.domain.errors import SiteError
from anr_tui.domain.timestamps import format_file_stem
from anr_tui.domain.window import Window, subtract, total_s
from anr_tui.sites.recordings import coverage
from anr_tui.sites.recordings.coverage import Coverage
from anr_tui.sites.recordings.layout import recordings

NOON = datetime(2026, 6, 13, 12, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture(scope="session")
def footage(ffmpeg: str, tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Real recordings of 2 and of 5 seconds."""
    directory = tmp_path_factory.mktemp("footage")
    for length_s in (2, 5):
        source = ["-f", "lavfi", "-i", f"testsrc2=size=64x48:rate=10:duration={length_s}"]
        command = [ffmpeg, "-nostdin", "-v", "error", *source, "-movflags", "+faststart"]
        subprocess.run([*command, str(directory / f"{length_s}.mp4")], check=True)
    return {length_s: directory / f"{length_s}.mp4" for length_s in (2, 5)}


@pytest.fixture
def record(footage: dict[int, Path], tmp_path: Path) -> Callable[[float, int], Path]:
    """Puts a recording of 2 or 5 s that starts so many seconds after noon into the directory."""

    def put(start_s: float, length_s: int) -> Path:
        path = tmp_path / f"{format_file_stem(at(start_s))}.mp4"
        shutil.copy(footage[length_s], path)
        return path

    return put


def test_a_window_is_covered_where_files_hold_it(tmp_path: Path, record: Callable[[float, int], Path]) -> None:
    record(-3, 5)
    record(4, 2)
    record(6, 2)
    record(20, 5)
    window = Window(at(0), at(22))
    held = Coverage().held(tmp_path, window)
    assert held == [Window(at(0), at(2)), Window(at(4), at(8)), Window(at(20), at(22))]
    assert subtract(window, held) == [Window(at(2), at(4)), Window(at(8), at(20))]


def test_files_that_overlap_count_once(tmp_path: Path, record: Callable[[float, int], Path]) -> None:
    record(0, 5)
    record(2, 2)
    assert Coverage().held(tmp_path, Window(at(-10), at(60))) == [Window(at(0), at(5))]


def test_a_directory_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert Coverage().held(tmp_path / "gate", Window(at(0), at(60))) == []


def test_a_directory_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "gate").write_text("")
    with pytest.raises(SiteError, match=r"Cannot read the directory .*gate: Not a directory"):
        Coverage().held(tmp_path / "gate", Window(at(0), at(60)))


def test_what_is_no_readable_recording_covers_nothing(
    tmp_path: Path, record: Callable[[float, int], Path], footage: dict[int, Path]
) -> None:
    for name in ("20260613_120010.mp4.part", "20260613_120010.part.mp4", "20260613_120010.MP4", "yard.mp4", ".mp4"):
        shutil.copy(footage[5], tmp_path / name)
    (tmp_path / "20260613_120001.mp4").write_bytes(footage[5].read_bytes()[:400])
    (tmp_path / "20260613_120002.mp4").touch()
    (tmp_path / "20260613_120003.mp4").mkdir()
    (tmp_path / "20260613_120004.mp4").symlink_to(tmp_path / "nowhere.mp4")
    (tmp_path / "20261313_120005.mp4").touch()
    assert Coverage().held(tmp_path, Window(at(0), at(60))) == []
    record(7, 2)
    assert Coverage().held(tmp_path, Window(at(0), at(60))) == [Window(at(7), at(9))]


def test_a_recording_that_was_cut_covers_only_what_it_still_holds(
    tmp_path: Path, record: Callable[[float, int], Path]
) -> None:
    path = record(0, 5)
    whole = path.read_bytes()
    covered = []
    for share in (1.0, 0.9, 0.6):
        path.write_bytes(whole[: int(len(whole) * share)])
        covered.append(total_s(Coverage().held(tmp_path, Window(at(0), at(60)))))
    assert covered[0] == pytest.approx(5, abs=0.01)
    assert covered[0] > covered[1] > covered[2]


def test_a_pipe_among_the_recordings_does_not_hold_us_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "20260613_120000.mp4")
    assert Coverage().held(tmp_path, Window(at(0), at(60))) == []


def test_only_files_that_start_before_the_end_are_read(tmp_path: Path, record: Callable[[float, int], Path]) -> None:
    paths = [record(number * 10, 2) for number in range(3)]
    assert recordings(tmp_path, at(20)) == [(at(0), paths[0]), (at(10), paths[1])]


def test_the_newest_recordings_come_first_and_only_as_many_as_asked(
    tmp_path: Path, record: Callable[[float, int], Path]
) -> None:
    paths = [record(number * 10, 2) for number in range(5)]
    (tmp_path / "20260613_120099.mp4").touch()
    (tmp_path / "a_name_as_long.mp4").touch()
    known = Coverage()
    assert known.newest(tmp_path, at(30), 2) == [(at(20), paths[2]), (at(10), paths[1])]
    assert known.newest(tmp_path, at(30.5), 1) == [(at(30), paths[3])]
    assert known.newest(tmp_path, at(600), 9) == [(at(number * 10), paths[number]) for number in range(4, -1, -1)]
    assert known.newest(tmp_path / "none", at(600), 9) == []


@pytest.mark.parametrize(("since_s", "is_remembered"), [(1.0, False), (3.0, True)])
def test_names_are_remembered_only_where_a_later_change_would_show(
    tmp_path: Path, record: Callable[[float, int], Path], since_s: float, is_remembered: bool
) -> None:
    def change_at_noon(start_s: float) -> None:
        record(start_s, 2)
        os.utime(tmp_path, (NOON.timestamp(), NOON.timestamp()))

    known, window = Coverage(clock=lambda: at(since_s)), Window(at(0), at(60))
    change_at_noon(0)
    assert len(known.held(tmp_path, window)) == 1
    change_at_noon(10)
    assert len(known.held(tmp_path, window)) == (1 if is_remembered else 2)
    record(20, 2)
    assert len(known.held(tmp_path, window)) == 3


def test_a_file_is_read_again_only_after_it_changed(
    tmp_path: Path, record: Callable[[float, int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    length_s = coverage.media_length_s
    monkeypatch.setattr(coverage, "media_length_s", lambda path: (read.append(path.name), length_s(path))[1])
    known, window = Coverage(), Window(at(0), at(60))
    record(0, 2)
    for _ in range(3):
        assert total_s(known.held(tmp_path, window)) == pytest.approx(2)
    assert len(read) == 1
    record(0, 5)
    assert total_s(known.held(tmp_path, window)) == pytest.approx(5)
    (tmp_path / "20260613_120000.mp4").unlink()
    assert known.held(tmp_path, window) == []
    assert len(read) == 2


def test_memory_of_lengths_is_bounded(
    tmp_path: Path, record: Callable[[float, int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coverage, "_CACHED_FILES", 2)
    for number in range(5):
        record(number * 10, 2)
    known = Coverage()
    assert len(known.held(tmp_path, Window(at(0), at(60)))) == 5
    assert len(known._lengths) <= 2


def test_memory_of_names_is_bounded(
    tmp_path: Path, record: Callable[[float, int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coverage, "_CACHED_FILES", 2)
    path = record(0, 2)
    known = Coverage(clock=lambda: datetime(2100, 1, 1, tzinfo=UTC))
    for number in range(5):
        directory = tmp_path / str(number)
        directory.mkdir()
        shutil.copy(path, directory)
        assert len(known.held(directory, Window(at(0), at(60)))) == 1
    assert len(known._names) <= 2


@pytest.mark.parametrize("length_s", [1e12, 9e18, float("inf"), float("nan"), -5.0, 0.0])
def test_a_file_that_claims_an_impossible_length_breaks_nothing(
    tmp_path: Path, length_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "20260613_120000.mp4").touch()
    monkeypatch.setattr(coverage, "media_length_s", lambda _: length_s)
    held = Coverage().held(tmp_path, Window(at(-10), at(60)))
    assert held == ([Window(at(0), at(60))] if length_s > 0 else [])


def test_a_window_at_the_beginning_of_time_breaks_nothing(tmp_path: Path, record: Callable[[float, int], Path]) -> None:
    record(0, 2)
    first = datetime(1, 1, 1, tzinfo=UTC)
    assert Coverage().held(tmp_path, Window(first, first + timedelta(seconds=60))) == []
    assert Coverage().held(tmp_path, Window(first, at(60))) == [Window(at(0), at(2))]


@settings(max_examples=60, deadline=None)
@given(
    files=st.dictionaries(st.integers(-40, 40), st.integers(1, 30), max_size=8),
    start=st.integers(-40, 40),
    length=st.integers(1, 60),
)
def test_a_second_is_covered_exactly_if_a_file_holds_it(
    tmp_path_factory: pytest.TempPathFactory, files: dict[int, int], start: int, length: int
) -> None:
    directory = tmp_path_factory.mktemp("camera")
    for file_start in files:
        (directory / f"{format_file_stem(at(file_start))}.mp4").touch()
    with pytest.MonkeyPatch.context() as patch:
        lengths = {format_file_stem(at(file_start)): float(length_s) for file_start, length_s in files.items()}
        patch.setattr(coverage, "media_length_s", lambda path: lengths[path.stem])
        held = Coverage().held(directory, Window(at(start), at(start + length)))
    seconds = {second for window in held for second in range_of(window)}
    assert seconds == {
        second
        for second in range(start, start + length)
        if any(file_start <= second < file_start + length_s for file_start, length_s in files.items())
    }
    assert held == sorted(held)
    assert total_s(held) == len(seconds)


def range_of(window: Window) -> range:
    return range(int((window.start - NOON).total_seconds()), int((window.end - NOON).total_seconds()))
