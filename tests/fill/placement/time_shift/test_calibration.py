"""What a camera's times mean: where else its footage may be, and how it is asked once that is known."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from anr_tui.fill.ffmpeg.program import Ffmpeg
from anr_tui.fill.media.key_frame_match import KeyFrame, key_frames
from anr_tui.fill.placement.time_shift.calibration import Calibration, find_elsewhere
from tests.engine import EngineSite
from tests.fill.archive import archive_of
from tests.fill.placement.clips import window

HOUR_S = 3600


@pytest.mark.parametrize(
    ("shift_s", "asked"),
    [
        (0.0, window(0, 60)),
        (HOUR_S, window(-HOUR_S, 60 - HOUR_S)),
        (-HOUR_S, window(HOUR_S, 60 + HOUR_S)),
        (-10.0, window(10, 70)),
        (10.0, window(-10, 60)),
    ],
    ids=["right", "a zone later", "a zone earlier", "begins early", "begins late"],
)
def test_a_camera_is_asked_so_that_the_window_comes(shift_s: float, asked) -> None:
    """A camera that only begins late may still end in time, so its end is asked for as it is."""
    assert Calibration(shift_s, "its pictures").asked(window(0, 60)) == asked


@pytest.mark.parametrize(
    ("away_s", "hints_s"),
    [
        (-2 * HOUR_S, []),
        (5.5 * HOUR_S, []),
        (-5.75 * HOUR_S, []),
        (1000.0, [990.0]),
        (HOUR_S + 430.0, [400.0]),
    ],
    ids=["a zone", "a half zone", "a quarter zone", "where its clock points", "its clock on top of a zone"],
)
def test_footage_is_found_where_the_recordings_have_it(
    tmp_path: Path, ffmpeg: Ffmpeg, away_s: float, hints_s: list[float]
) -> None:
    site = EngineSite(tmp_path, ffmpeg.path)
    site.add_camera("gate", 554)
    (file,) = site.record("gate", site.card(), site.window(0, 10))
    archive, frames = archive_of(file.path.parent), key_frames(file.path)
    asked = file.named.start - timedelta(seconds=away_s)

    found = find_elsewhere(archive, "gate", asked, frames, hints_s=hints_s, left_out=(), now=asked + timedelta(days=3))

    assert found == pytest.approx(away_s)


def test_what_a_camera_plays_live_is_found_among_the_newest(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    site = EngineSite(tmp_path, ffmpeg.path)
    site.add_camera("gate", 554)
    (file,) = site.record("gate", site.card(), site.window(0, 10))
    now = file.named.end + timedelta(seconds=20)
    asked = file.named.start - timedelta(seconds=5 * HOUR_S + 500)

    archive, frames = archive_of(file.path.parent), key_frames(file.path)
    found = find_elsewhere(archive, "gate", asked, frames, hints_s=[], left_out=(), now=now)
    own = find_elsewhere(archive, "gate", asked, frames, hints_s=[], left_out={file.path.name}, now=now)

    assert found == pytest.approx(5 * HOUR_S + 500)
    assert own is None, "a file that proves nothing itself"


def test_footage_that_no_recording_has_is_found_nowhere(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    site = EngineSite(tmp_path, ffmpeg.path)
    site.add_camera("gate", 554)
    (file,) = site.record("gate", site.card(), site.window(0, 10))
    archive, now = archive_of(file.path.parent), file.named.end
    others = tuple(replace(frame, digest=bytes(16)) for frame in key_frames(file.path))
    none: tuple[KeyFrame, ...] = ()

    for frames in (others, none):
        assert find_elsewhere(archive, "gate", file.named.start, frames, hints_s=[], left_out=(), now=now) is None
