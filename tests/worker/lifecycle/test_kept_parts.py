"""The bounds of kept parts: nothing goes before that was said, and the oldest goes first."""

from datetime import timedelta
from pathlib import Path

import pytest

from anr_tui.domain.event import EventKind
from anr_tui.domain.policy.site import KeptPartLimits
from anr_tui.domain.window import Window
from anr_tui.sites.recordings.kept_parts import KeptPart, PartFacts, keep_part, kept_parts
from anr_tui.worker.lifecycle.kept_parts import bound_kept_parts, expiries
from tests.heldar_site import NOW, HeldarSite
from tests.worker.parts import WorkerParts, worker_parts

GB = 1_000_000_000
DAY = timedelta(days=1)
LIMITS = KeptPartLimits(days=14, gb=20)
RETENTION = {"gate": timedelta(days=1000)}


def kept(part_id: str, age: timedelta, gb: float = 1, *, is_warned: bool = False) -> KeptPart:
    asked = Window(NOW - age - DAY, NOW - age)
    facts = PartFacts(asked, NOW - age, "It has no place.")
    return KeptPart(part_id, "gate", Path(part_id), int(gb * GB), facts, NOW - DAY if is_warned else None)


def said(*parts: KeptPart, retention: timedelta = RETENTION["gate"]) -> list[tuple[str, bool]]:
    return [(each.part.id, each.is_due) for each in expiries(parts, {"gate": retention}, LIMITS, NOW)]


def test_a_part_is_announced_when_its_time_is_nearly_over_and_goes_when_it_is() -> None:
    assert said(kept("young", 12 * DAY)) == []
    assert said(kept("old", 13 * DAY)) == [("old", False)]
    assert said(kept("old", 13 * DAY, is_warned=True)) == []
    assert said(kept("old", 14 * DAY, is_warned=True)) == [("old", True)]
    (expiry,) = expiries([kept("old", 13 * DAY)], RETENTION, LIMITS, NOW)
    assert (expiry.at, expiry.why) == (NOW + DAY, "it was kept for 14 days")


def test_none_goes_whose_end_was_not_said() -> None:
    assert said(kept("old", 40 * DAY)) == [("old", False)]
    (expiry,) = expiries([kept("old", 40 * DAY)], RETENTION, LIMITS, NOW)
    assert expiry.at == NOW + timedelta(hours=1)


def test_over_the_bound_in_size_the_oldest_go_and_only_as_many_as_needed() -> None:
    parts = [kept("c", DAY, 9), kept("a", 3 * DAY, 9, is_warned=True), kept("b", 2 * DAY, 9, is_warned=True)]
    assert said(*parts) == [("a", True)]
    assert said(kept("a", 3 * DAY, 9), kept("b", DAY, 12)) == [("a", False)]
    assert said(kept("a", 3 * DAY, 9), kept("b", DAY, 9.5)) == [("a", False)], "90 % of the room is taken"
    assert said(kept("a", 3 * DAY, 9, is_warned=True), kept("b", DAY, 9.5)) == []
    assert said(kept("a", 3 * DAY, 8), kept("b", DAY, 9)) == []


def test_what_the_site_keeps_no_more_goes_too() -> None:
    assert said(kept("a", 2 * DAY, is_warned=True), retention=DAY) == [("a", True)]


@pytest.mark.parametrize("is_busy", [False, True])
async def test_parts_are_announced_then_dropped_with_an_event_each(heldar_site: HeldarSite, is_busy: bool) -> None:
    async with worker_parts(heldar_site, anr_keep_parts_gb=0) as parts:
        archive = parts.context.site.archive
        directory = archive.directory("gate")
        directory.mkdir()
        asked = Window(NOW - timedelta(hours=2), NOW - timedelta(hours=1))
        path = archive.part_path("gate", asked.start)
        path.write_bytes(b"footage")
        keep_part(archive, "gate", path, PartFacts(asked, NOW, "It has no place.", gap_id="gap_1"))
        if is_busy:
            await _started(parts)
        assert await bound_kept_parts(parts.context, parts.state) == 0
        assert len(await parts.events(EventKind.PART_EXPIRES)) == (0 if is_busy else 1)
        assert await bound_kept_parts(parts.context, parts.state) == (0 if is_busy else 1)
        assert len(kept_parts(archive, "gate")) == (1 if is_busy else 0)
        assert list(directory.iterdir()) == [] or is_busy
        assert len(await parts.events(EventKind.PART_DROPPED)) == (0 if is_busy else 1)
        if not is_busy:
            (words,) = await parts.events(EventKind.PART_EXPIRES)
            assert "will be dropped at 2026-" in words
            assert "more than 0 GB" in words


def test_how_long_a_site_keeps_a_camera_that_it_has_no_more_is_not_known_but_age_and_size_count() -> None:
    def due(part: KeptPart) -> list[bool]:
        return [each.is_due for each in expiries([part], {}, LIMITS, NOW)]

    assert due(kept("a", 2 * DAY, is_warned=True)) == []
    assert due(kept("a", 14 * DAY, is_warned=True)) == [True]
    assert due(kept("a", 2 * DAY, 21, is_warned=True)) == [True]


async def test_parts_of_a_camera_that_the_site_has_no_more_are_announced_and_dropped(heldar_site: HeldarSite) -> None:
    async with worker_parts(heldar_site, anr_keep_parts_gb=0) as parts:
        archive = parts.context.site.archive
        archive.directory("attic").mkdir()
        path = archive.part_path("attic", NOW - timedelta(hours=2))
        path.write_bytes(b"footage")
        asked = Window(NOW - timedelta(hours=2), NOW - timedelta(hours=1))
        keep_part(archive, "attic", path, PartFacts(asked, NOW, "It has no place."))
        assert await bound_kept_parts(parts.context, parts.state) == 0
        assert await bound_kept_parts(parts.context, parts.state) == 1
        assert not path.exists()
        (words,) = await parts.events(EventKind.PART_DROPPED)
        assert words.startswith("attic: the kept part ")


async def _started(parts: WorkerParts) -> None:
    parts.add_gap("gap_1")
    await parts.started("gap_1")
