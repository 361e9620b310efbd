"""Part files under two workers: one that lost the site without knowing it yet, and the one that took over."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anr_tui.domain.errors import FillError
from anr_tui.domain.window import Window
from anr_tui.fill import land as landing
from anr_tui.fill.land import land
from anr_tui.fill.media.verify import read_media
from anr_tui.fill.part_files import take_left_over_parts
from anr_tui.sites.recordings.layout import part_path, probe_path
from tests.fill.archive import archive_of

START = datetime(2026, 6, 13, 12, 0, tzinfo=UTC)
WINDOW = Window(START, START + timedelta(minutes=5))
TARGET = "20260613_120000.mp4"


def test_no_two_files_have_the_same_name(tmp_path: Path) -> None:
    paths = [name(tmp_path, START) for name in (part_path, probe_path) for _ in range(100)]
    assert len(set(paths)) == 200
    assert {path.name.partition(".")[0] for path in paths} == {"20260613_120000"}


def test_part_files_of_the_window_are_taken_and_scraps_removed(tmp_path: Path) -> None:
    inside = [part_path(tmp_path, START + timedelta(seconds=second)) for second in (60, 0, 0)]
    outside = part_path(tmp_path, WINDOW.end)
    scraps = [probe_path(tmp_path, WINDOW.end), tmp_path / f"{TARGET}.0a1b2c3d.landing.part"]
    others = [tmp_path / name for name in (TARGET, "notes.mp4.part", "yard.landing.part")]
    for path in (*inside, outside, *scraps, *others):
        path.write_text(path.name)
    found = take_left_over_parts(archive_of(tmp_path), tmp_path.name, WINDOW)
    taken = [path for _, path in found]
    assert [start for start, _ in found] == [START, START, START + timedelta(minutes=1)]
    assert sorted(path.read_text() for path in taken) == sorted(path.name for path in inside)
    assert [path.name[:15] for path in taken] == ["20260613_120000", "20260613_120000", "20260613_120100"]
    assert set(taken).isdisjoint(inside)
    assert set(tmp_path.iterdir()) == {*taken, outside, *others}


@pytest.mark.parametrize("moment", ["_opening", "_sync", "place"])
def test_a_worker_that_lost_the_site_while_it_lands_lands_nothing(make_part, tmp_path, monkeypatch, moment) -> None:
    part = part_path(tmp_path, START)
    part.write_bytes(make_part().read_bytes())
    (run,) = read_media(part).runs
    archive, taken = archive_of(tmp_path), []
    at = archive if moment == "place" else landing
    do = getattr(at, moment)

    def go_on_after_another_took_over(*arguments: object) -> object:
        if not taken:
            taken.extend(path for _, path in take_left_over_parts(archive, tmp_path.name, WINDOW))
        return do(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(at, moment, go_on_after_another_took_over)
        with pytest.raises(FillError):
            land(part, run, tmp_path / TARGET, archive)
    assert os.listdir(tmp_path) == [taken[0].name], "what arrived is in the hands of the other"
    assert land(taken[0], run, tmp_path / TARGET, archive).media_s == pytest.approx(run.seconds, abs=0.1)
