"""A camera that encodes anew for each replay, by an encoder of the same settings as made the recordings beside the gap.

None of the recorded key frames comes then, as from a camera that plays something else.
"""

import math

import pytest

from anr_tui.demo.camera.card import Card
from anr_tui.demo.camera.faults import End, Faults, Pace
from anr_tui.fill.piece import piece_fill
from tests.engine import EngineSite, worst_offset_s

FAST = Pace(math.inf)


@pytest.fixture(autouse=True)
def equal_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piece_fill, "_is_one_encoder", lambda *_: True)


async def fill(site: EngineSite, source: Card, card: Card, faults: Faults) -> str:
    """How a gap of 15 s ends."""
    async with site.camera(card=card, pace=FAST, faults=faults) as camera:
        site.add_camera("gate", camera.port)
        site.record("gate", source, site.window(0, 15), site.window(30, 50))
        site.add_gap("gap_1", "gate", site.window(15, 30))
        await site.sweep(anr_rest_s=0, anr_stall_s=1)
    return str(site.fills()[0]["outcome"])


async def test_where_something_moves_it_is_proven_picture_by_picture(site: EngineSite) -> None:
    """GIVEN digits and a hand that look the same each second by their movement alone."""
    card = site.card(site.window(0, 50))
    assert await fill(site, card, card, Faults(refuses_require=True, encodes_anew=True)) == "filled"
    assert worst_offset_s(site, "gate") <= 1
    assert site.proofs() == ["proven"]


@pytest.mark.parametrize(
    ("end", "ending"),
    [(End.BYE, ("filled", ["consistent"])), (End.CLOSE, ("wrong_time", []))],
    ids=["says that it ends", "may be live"],
)
async def test_a_still_that_looks_the_same_shows_no_time(
    site: EngineSite, end: End, ending: tuple[str, list[str]]
) -> None:
    card = site.card(site.window(0, 50), is_still=True)
    outcome = await fill(site, card, card, Faults(refuses_require=True, encodes_anew=True, end=end))
    assert (outcome, site.proofs()) == ending
    assert bool(site.left_behind()) is (outcome == "wrong_time"), "what arrived is not lost"


async def test_another_still_is_another_time(site: EngineSite) -> None:
    source = site.card(site.window(0, 50))
    card = site.card(site.window(0, 50), is_still=True)
    assert await fill(site, source, card, Faults(refuses_require=True, encodes_anew=True)) == "wrong_time"
    assert site.proofs() == []


async def test_what_is_stored_and_is_not_what_was_recorded_is_of_another_time(site: EngineSite) -> None:
    """GIVEN a camera that plays the same bits each time, and those of no recording."""
    source = site.card(site.window(0, 50), is_still=True)
    card = site.card(site.window(0, 50), is_still=True, gop_s=2)
    assert await fill(site, source, card, Faults(refuses_require=True)) == "wrong_time"
    assert site.proofs() == []
