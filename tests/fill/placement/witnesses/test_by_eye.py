"""Footage that is recognised by what moves in it, where the recorder's bits differ from the camera's."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anr_tui.demo.camera.card import Card
from anr_tui.demo.footage.footage import make_footage
from anr_tui.domain.timestamps import format_file_stem
from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.program import Ffmpeg
from anr_tui.fill.media.decoding import SmallPicture
from anr_tui.fill.placement.witnesses import by_eye
from anr_tui.fill.placement.witnesses.by_eye import SeenSeams, see_seams
from anr_tui.fill.placement.witnesses.recordings import RecordedFrame
from anr_tui.fill.placement.witnesses.seams import Seams
from anr_tui.sites.interface import Recording
from tests.fill.media.scenes import Scene, seen
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
    make_footage(
        path, window(0, 40), ffmpeg=ffmpeg, label="yard", walks_from=None if is_still else NOON, is_still=is_still
    )
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
    assert seen.is_still
    assert seen.words.count("still") == 2


def same_encoder(source: Card, directory: Path, ffmpeg: str) -> list[Recording]:
    """The files of a recorder that encodes anew as the camera does, and changes nothing that can be seen."""
    own = transcoded(source, directory / "encoded", Transcoding(), ffmpeg=ffmpeg)
    return [
        (file.named.start, file.path) for file in record(own, directory / "recorded", window(0, 15), window(26, 40))
    ]


async def test_of_one_encoder_the_pictures_themselves_are_compared(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    """GIVEN nothing but digits and a hand that change, which looks the same each second by its movement alone."""
    directory = tmp_path / "card"
    directory.mkdir()
    path = directory / f"{format_file_stem(NOON)}.mp4"
    make_footage(path, window(0, 40), ffmpeg=ffmpeg.path, label="yard")
    recordings = same_encoder(Card(directory), tmp_path, ffmpeg.path)
    seen = await see_seams(path, NOON, 40, seams(), recordings, {}, is_one_encoder=True)
    assert seen.early is not None and seen.late is not None
    assert (seen.early.at_s, seen.late.at_s) == pytest.approx(PIECE, abs=0.5)


async def test_a_still_of_one_encoder_looks_alike_and_another_picture_does_not(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    source = card(tmp_path / "card", ffmpeg.path, is_still=True)
    (_, fetched) = next(iter(source.files()))
    recordings = same_encoder(source, tmp_path, ffmpeg.path)
    alike = await see_seams(fetched, NOON, 40, seams(), recordings, {}, is_one_encoder=True)
    assert (alike.early, alike.late, alike.is_alike, alike.is_other) == (None, None, True, False)
    other = tmp_path / "other.mp4"
    make_footage(other, window(0, 40), ffmpeg=ffmpeg.path, label="another yard", is_still=True)
    differs = await see_seams(other, NOON, 40, seams(), recordings, {}, is_one_encoder=True)
    assert (differs.early, differs.late, differs.is_alike, differs.is_other) == (None, None, False, True)


@pytest.mark.parametrize("is_one_encoder", [False, True])
async def test_footage_of_another_time_is_recognised_nowhere(
    tmp_path: Path, ffmpeg: Ffmpeg, is_one_encoder: bool
) -> None:
    source = card(tmp_path / "card", ffmpeg.path)
    other = tmp_path / "other.mp4"
    make_footage(other, window(1000, 1040), ffmpeg=ffmpeg.path, label="yard", walks_from=NOON)
    recordings = (same_encoder if is_one_encoder else recorder)(source, tmp_path, ffmpeg.path)
    seen = await see_seams(other, NOON, 40, seams(), recordings, {}, is_one_encoder=is_one_encoder)
    assert (seen.early, seen.late) == (None, None)
    assert seen.is_other or not is_one_encoder


async def test_what_the_recording_shows_again_a_minute_before_gives_no_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """GIVEN a scene that does the same each minute THEN footage of a minute earlier looks the same as well."""

    async def pictures(path: Path, spans: list[tuple[float, float]], **options: object) -> tuple[SmallPicture, ...]:
        scene = Scene(1)
        (from_s, to_s) = spans[0]
        every_s = 2.0 if options["only_key_frames"] else 0.2
        count = int((min(to_s, 300.0) - from_s) / every_s)
        begins_s = 110 if path.name == "part" else 0
        times = (from_s + index * every_s for index in range(count))
        return tuple(replace(seen_at(scene, (begins_s + at_s) % period_s), at_s=at_s) for at_s in times)

    monkeypatch.setattr(by_eye, "small_pictures", pictures)

    async def look() -> SeenSeams:
        around = Seams(window(120, 180), (RecordedFrame(window(119, 120).start, b""),))
        return await see_seams(
            tmp_path / "part", window(110, 111).start, 70, around, [(NOON, tmp_path / "recorded")], {}
        )

    period_s = 60.0
    assert (await look()).early is None
    period_s = 1e6
    seen = await look()
    assert seen.words.startswith("before: match"), seen


def seen_at(scene: Scene, moment_s: float) -> SmallPicture:
    return seen(scene, moment_s, moment_s + 0.1, every_s=0.1)[0]


def test_no_recording_is_opened_that_ends_before_what_is_looked_for() -> None:
    files = [(window(start, start + 1).start, Path(f"{start}.mp4")) for start in range(0, 300, 10)]
    names = [path.name for _, path in by_eye._reaching_into(window(105, 125), files)]
    assert names == ["120.mp4", "110.mp4", "100.mp4"]
