"""Where a kept part stands by a person's word, and what the recordings say against that."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from anr_tui.domain.errors import FillError
from anr_tui.fill.ffmpeg.program import Ffmpeg
from anr_tui.fill.placement.by_hand import HandPlace, place_by_hand
from anr_tui.sites.recordings.kept_parts import KeptPart
from tests.engine import EngineSite
from tests.fill.archive import archive_of


@pytest.fixture
def site(tmp_path: Path, ffmpeg: Ffmpeg) -> EngineSite:
    site = EngineSite(tmp_path, ffmpeg.path)
    site.add_camera("gate", 9)
    return site


def placed(site: EngineSite, part: KeptPart, second: float, *, doubtful: tuple[str, ...] = ()) -> HandPlace:
    archive, now = archive_of(site.recordings / "gate"), site.clock()
    return place_by_hand(archive, part, _at(site, second), now=now, doubtful=doubtful)


def _at(site: EngineSite, second: float) -> datetime:
    return site.began + timedelta(seconds=second)


def test_where_nothing_was_recorded_all_of_it_lands_from_the_moment_given(site: EngineSite) -> None:
    part = site.keep("gate", site.card(), site.window(0, 10))
    place = placed(site, part, 20)
    assert (place.window.start, place.window.seconds) == (_at(site, 20), pytest.approx(10, abs=0.1))
    assert [each.start for each in place.runs] == [_at(site, 20)]
    assert (place.landing_s, place.held_s, place.is_shown) == (pytest.approx(10, abs=0.1), 0.0, False)


def test_of_what_is_recorded_in_part_only_the_rest_lands_decodable_from_a_key_frame(site: EngineSite) -> None:
    site.record("gate", site.card(), site.window(0, 13), site.window(18, 25))
    part = site.keep("gate", site.card(is_still=True), site.window(10, 20))
    place = placed(site, part, 10)
    (run,) = place.runs
    assert (run.start, run.window.end) == (_at(site, 13), _at(site, 18))
    assert run.key_s is not None
    assert run.key_s <= run.run.start_s
    assert place.held_s == pytest.approx(5, abs=0.1)


def test_pictures_that_stand_beside_it_at_their_time_confirm_it(site: EngineSite) -> None:
    card = site.card()
    site.record("gate", card, site.window(0, 12))
    part = site.keep("gate", card, site.window(8, 20))
    assert placed(site, part, 8).is_shown
    assert placed(site, part, 9.5).is_shown, "a recording's name has whole seconds"
    for second in (11, -20):
        with pytest.raises(FillError, match=r"The recordings contradict that") as error:
            placed(site, part, second)
        assert f"{_at(site, 8):%Y-%m-%d %H:%M:%SZ}" in str(error.value)


def test_files_that_prove_nothing_contradict_nothing(site: EngineSite) -> None:
    card = site.card()
    (file, *_) = site.record("gate", card, site.window(0, 10))
    part = site.keep("gate", card, site.window(0, 10))
    assert placed(site, part, 20, doubtful=(file.path.name,)).landing_s == pytest.approx(10, abs=0.1)
    with pytest.raises(FillError, match="contradict"):
        placed(site, part, 20)
