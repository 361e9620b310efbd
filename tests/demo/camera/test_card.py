"""A card gives the units of a window: from a key frame, in order, over holes."""

from pathlib import Path

import pytest

from anr_tui.demo.camera.card import Card
from anr_tui.demo.footage.footage import make_footage
from tests.demo.conftest import NOON, span


def test_files_that_touch_are_one_section(card: Card) -> None:
    assert card.sections() == [span(0, 20), span(30, 40)]


def test_reading_starts_at_the_key_frame_before_and_ends_before_the_end(card: Card) -> None:
    units = list(card.read(span(5.5, 12)))
    assert units[0].is_key
    assert units[0].at == span(5, 6).start
    assert units[-1].at == span(11.8, 12).start
    assert len(units) == 7 * 5


def test_key_units_carry_their_parameter_sets(card: Card) -> None:
    kinds = [[nal[0] & 0x1F for nal in unit.parts] for unit in card.read(span(0, 2)) if unit.is_key]
    assert all(found[:2] == [7, 8] and 5 in found for found in kinds)
    assert len(kinds) == 2


def test_reading_goes_on_after_a_hole_and_says_how_long_it_was(card: Card) -> None:
    units = list(card.read(span(18, 32)))
    assert [unit.skipped_s for unit in units] == [0] * 10 + [10] * 10
    assert units[10].at == span(30, 31).start


def test_a_window_that_begins_in_a_hole_starts_with_the_next_footage(card: Card) -> None:
    first = next(card.read(span(25, 32)))
    assert first.at == span(30, 31).start
    assert first.skipped_s == 0


def test_audio_comes_with_the_picture_and_not_before_it(pcma_card: Card, aac_card: Card) -> None:
    for card, codec, per_second in ((pcma_card, "pcm_alaw", 8000), (aac_card, "aac", 16000)):
        _, audio = card.formats(NOON)
        assert audio is not None
        assert (audio.codec, audio.rate, audio.channels) == (codec, per_second, 1)
        units = [unit for unit in card.read(span(3, 6)) if unit.media == "audio"]
        assert min(unit.at for unit in units) >= span(3, 6).start
        samples = [len(unit.parts[0]) if codec == "pcm_alaw" else 1024 for unit in units]
        assert sum(samples) == pytest.approx(3 * per_second, rel=0.1)


def test_a_file_that_appears_later_is_on_the_card(tmp_path: Path, ffmpeg: str) -> None:
    card = Card(tmp_path)
    assert card.sections() == []
    with pytest.raises(LookupError):
        card.formats(NOON)
    make_footage(tmp_path / "20260613_120000.mp4", span(0, 2), ffmpeg=ffmpeg)
    assert card.sections() == [span(0, 2)]
