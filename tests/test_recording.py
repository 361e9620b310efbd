"""The recorder of the tests: the camera's own bits in files of its own, or the same pictures in other bits."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from anr_tui.demo.camera.card import Card
from anr_tui.demo.footage.footage import make_footage
from tests.demo.conftest import NOON, span
from tests.engine import EngineSite
from tests.picture_times import picture_times, seconds_shown, shown_more_than_once
from tests.recording import Recorded, Transcoding, cut_card, record, transcoded


def slices(card: Card) -> set[bytes]:
    """The key frames of a card, as bits."""
    windows = card.sections()
    return {unit.parts[-1] for window in windows for unit in card.read(window) if unit.is_key}


@pytest.fixture(scope="module")
def stream(ffmpeg: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Card]:
    """A minute of a camera's stream with a key frame every 1.4 seconds."""
    directory = tmp_path_factory.mktemp("stream")
    make_footage(directory / "20260613_120000.mp4", span(0, 60), ffmpeg=ffmpeg, size=(160, 90), gop_s=1.4)
    yield Card(directory)


def starts_s(files: list[Recorded]) -> list[float]:
    return [round((file.window.start - NOON).total_seconds(), 2) for file in files]


def test_files_begin_at_key_frames_and_are_named_by_the_second(stream: Card, tmp_path: Path) -> None:
    files = record(stream, tmp_path, span(5, 20), span(31, 45), segment_s=6)
    assert starts_s(files) == [5.6, 12.6, 19.6, 32.2, 39.2]
    assert [file.path.name for file in files][:3] == [
        "20260613_120005.mp4",
        "20260613_120012.mp4",
        "20260613_120019.mp4",
    ]
    for file in files:
        pictures = picture_times(file.path)
        assert pictures[0].shown == file.window.start
        assert {round(each.offset_s, 2) for each in pictures} == {file.window.start.microsecond / 1_000_000}
    paths = [file.path for file in files]
    assert shown_more_than_once(paths) == []
    assert seconds_shown(paths) == [span(at, 60).start for at in [*range(5, 20), *range(32, 45)]]


def test_the_recorder_has_the_bits_of_the_card(stream: Card, tmp_path: Path) -> None:
    record(stream, tmp_path, span(5, 45))
    recorded = slices(Card(tmp_path))
    assert recorded <= slices(stream)
    assert len(recorded) == 29


@pytest.mark.parametrize(
    "how",
    [
        Transcoding(),
        Transcoding(size=(320, 180)),
        Transcoding(size=(200, 112), has_overlay=True),
        Transcoding(fps=2, gop_s=4),
        Transcoding(fps=12.5),
    ],
    ids=repr,
)
def test_a_recorder_that_encodes_by_itself_shows_the_same_seconds(
    stream: Card, ffmpeg: str, tmp_path: Path, how: Transcoding
) -> None:
    card = transcoded(stream, tmp_path / "transcoded", how, ffmpeg=ffmpeg)
    files = record(card, tmp_path / "recorded", span(10, 30))
    first_s = 12 if how.gop_s == 4 else 10
    assert seconds_shown(file.path for file in files) == [span(at, 60).start for at in range(first_s, 30)]
    assert max(abs(each.offset_s) for file in files for each in picture_times(file.path)) <= 1
    assert not slices(card) & slices(stream)


def test_a_card_cut_out_of_a_stream_has_its_bits(ffmpeg: str, tmp_path: Path) -> None:
    (tmp_path / "stream").mkdir()
    make_footage(tmp_path / "stream" / "20260613_120000.mp4", span(0, 20), ffmpeg=ffmpeg, size=(160, 90), gop_s=2)
    stream = Card(tmp_path / "stream")
    card = cut_card(stream, tmp_path / "card", span(2, 5), span(10, 14))
    assert card.sections() == [span(2, 5), span(10, 14)]
    assert slices(card) < slices(stream)
    with pytest.raises(ValueError, match="no key frame"):
        cut_card(stream, tmp_path / "other", span(3, 5))


def test_a_gap_lies_between_files_as_the_recorder_reckons_it(ffmpeg: str, tmp_path: Path) -> None:
    site = EngineSite(tmp_path, ffmpeg)
    site.add_camera("gate", 554)
    card = site.card(gop_s=1.4)
    *_, before, after = site.record("gate", card, site.window(0, 12), site.window(25, 40), segment_s=60)
    gap = site.add_gap_between("gap_1", "gate", before, after)
    assert (gap.start, gap.end) == (site.window(12, 13).start, site.window(25, 26).start)
    assert after.window.start == site.window(25.2, 26).start
    assert [row["path"] for row in site.execute("SELECT path FROM segments ORDER BY start_time")] == [
        str(before.path),
        str(after.path),
    ]
    assert site.recorded("gate") == {before.path.name: 12.0, after.path.name: 14.8}
