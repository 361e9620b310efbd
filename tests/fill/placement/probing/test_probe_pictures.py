"""Probes of a camera that encodes anew, found again by eye in what came."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anr_tui.demo.camera.card import Card
from anr_tui.demo.footage.footage import make_footage
from anr_tui.demo.recorder import cut
from anr_tui.domain.timestamps import format_file_stem
from anr_tui.domain.window import Window
from anr_tui.fill.ffmpeg.program import Ffmpeg
from anr_tui.fill.media.picture_place import PlaceState
from anr_tui.fill.placement.probing import probe_pictures as module
from anr_tui.fill.placement.probing.probe_pictures import CameByEye, probe_pictures
from tests.recording import Transcoding, transcoded

NOON = datetime(2026, 6, 13, 12, tzinfo=UTC)


def at(second: float) -> datetime:
    return NOON + timedelta(seconds=second)


async def test_a_probe_is_found_where_it_stands_and_nowhere_else(
    tmp_path: Path, ffmpeg: Ffmpeg, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "card").mkdir()
    came = tmp_path / "card" / f"{format_file_stem(NOON)}.mp4"
    make_footage(came, Window(NOON, at(30)), ffmpeg=ffmpeg.path, size=(160, 90), label="yard", walks_from=NOON)
    anew = transcoded(Card(came.parent), tmp_path / "anew", Transcoding(), ffmpeg=ffmpeg.path)
    probe = tmp_path / "probe.mp4"
    cut(next(iter(anew.files()))[1], NOON, Window(at(12), at(15)), probe)
    shown = await probe_pictures(probe, {})
    eye = CameByEye(came, 30.0, {})

    place = await eye.find(shown, 5.0, 20.0)
    assert (place.state, place.offset_s) == (PlaceState.FOUND, pytest.approx(12.0, abs=0.5))
    assert (await eye.find(shown, 20.0, 25.0)).state is PlaceState.ABSENT, "looked for where it is not"

    monkeypatch.setattr(module, "_MOST_SEARCHED_S", 8.0)
    assert (await eye.find(shown, 0.0, 25.0)).state is PlaceState.UNCLEAR, "not all was looked through"
    assert (await eye.find(shown, 40.0, 50.0)).state is PlaceState.UNCLEAR, "nothing came from there"


async def test_what_cannot_be_decoded_shows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "probe.mp4"
    path.write_bytes(b"no media")
    assert await probe_pictures(path, {}) == ()
