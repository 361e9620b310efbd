"""The pace of the sound beside pictures whose stamps run at another pace than time."""

from collections.abc import Callable
from pathlib import Path

import pytest

from anr_tui.fill.media.sound_rate import sound_rate

BEEP = ("-f", "lavfi", "-i", "sine=sample_rate=16000", "-t", "6", "-c:a", "aac")


def part_of(tmp_path: Path, run_ffmpeg: Callable[..., str], *options: str) -> Path:
    part = tmp_path / "x.mp4.part"
    run_ffmpeg(*options, "-f", "mp4", str(part))
    return part


def test_sound_that_is_stamped_as_long_as_it_lasts_is_left_alone(
    tmp_path: Path, run_ffmpeg: Callable[..., str]
) -> None:
    assert sound_rate(part_of(tmp_path, run_ffmpeg, *BEEP), 1.25) == 1


@pytest.mark.parametrize("pace", [0.8, 1.3])
def test_sound_that_is_stamped_as_the_pictures_are_goes_with_them(
    tmp_path: Path, run_ffmpeg: Callable[..., str], pace: float
) -> None:
    part = part_of(tmp_path, run_ffmpeg, *BEEP, "-bsf:a", f"setts=ts=TS*{pace}")
    assert sound_rate(part, 1 / pace) == 1 / pace


def test_no_sound_and_the_pace_of_time_need_no_look(tmp_path: Path) -> None:
    assert sound_rate(tmp_path / "missing.mp4.part", 1.0) == 1
