"""Footage that is recognised by what moves in it, where the recorder's bits differ from the camera's."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anr_tui.demo.camera.card import Card
from anr_tui.demo.footage.footage import make_footage
from anr_tui.domain.timestamps import format_file_stem
from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.program import Ffmpeg
from anr_tui.fill.placement.by_eye import see_seams
from anr_tui.fill.placement.recordings import RecordedFrame
from anr_tui.fill.placement.seams import Seams
from anr_tui.sites.interface import Recording
from tests.recording import Transcoding, record, transcoded

NOON = datetime(2026, 6, 13, 12, tzinfo=UTC)
PIECE = (15, 26)


def window(start_s: float, end_s: float) -> Window:
    return Window(NOON + timedelta(seconds=start_s), NOON + timedelta(seconds=end_s))


def seams() -> Seams:
    beside = [RecordedFrame(window(second, second + 1).start, b"") for second in (14, 26)]
    return Seams(window(*PIECE), tuple(beside))


def card(directory: Path, ffmpeg: str, *, is_still: bool = False) -> Card:
    directory.mkdir()
    path = directory / f"{format_file_stem(NOON)}.mp4"
    make_footage(path, window(0, 40), ffmpeg=ffmpeg, label="yard", has_walker=not is_still, is_still=is_still)
    return Card(directory)


def recorder(source: Card, directory: Path, ffmpeg: str) -> list[Recording]:
    """The files of a recorder that encodes anew, with a sign over the picture, without the piece."""
    own = transcoded(source, directory / "encoded", Transcoding(size=(240, 136), has_overlay=True), ffmpeg=ffmpeg)
    files = record(own, directory / "recorded", window(0, 15), window(26, 40))
    return [(file.named.start, file.path) for file in files]


@pytest.mark.parametrize("early_s", [0, 8])
async def test_the_moments_on_both_sides_are_found_in_a_transcoded_recording(
    tmp_path: Path, ffmpeg: Ffmpeg, early_s: int
) -> None:
    source = card(tmp_path / "card", ffmpeg.path)
    (_, fetched) = next(iter(source.files()))
    recordings = recorder(source, tmp_path, ffmpeg.path)
    seen = await see_seams(fetched, NOON + timedelta(seconds=early_s), 40, seams(), recordings, {})
    assert seen.early is not None
    assert seen.late is not None
    assert (seen.early.moment, seen.late.moment) == (seams().window.start, seams().window.end)
    assert (seen.early.at_s, seen.late.at_s) == pytest.approx(PIECE, abs=0.5)


async def test_a_scene_in_which_nothing_moves_says_nothing(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    source = card(tmp_path / "card", ffmpeg.path, is_still=True)
    (_, fetched) = next(iter(source.files()))
    recordings = recorder(source, tmp_path, ffmpeg.path)
    seen = await see_seams(fetched, NOON, 40, seams(), recordings, {})
    assert (seen.early, seen.late, seen.is_other) == (None, None, False)
    assert seen.words.count("still") == 2
