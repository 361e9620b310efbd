"""Footage that a person places by hand: what lands, what stays, and what the evidence says of it."""

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest

from anr_tui.demo.camera.faults import Faults, Pace
from anr_tui.domain.evidence.picture_verdict import PictureVerdict
from anr_tui.domain.request import Request, RequestKind, RequestState
from anr_tui.fill.media.picture_check import PictureCheck
from anr_tui.sites.recordings.archive import FileArchive
from anr_tui.sites.recordings.kept_parts import KeptPart, kept_parts
from anr_tui.worker.fills import place_part
from tests.engine import PATIENCE_S, EngineSite, ask, execute_on, until, worst_offset_s
from tests.fill.archive import archive_of

DONE, REFUSED = RequestState.DONE, RequestState.REFUSED
AT = 12
"""The second of the footage at which the gap begins, and the footage of the part."""


@pytest.fixture
def gate(site: EngineSite) -> EngineSite:
    """A site with a camera that nobody answers for, and that has a gap from second 12 to 25."""
    site.add_camera("gate", 9, anr_enabled=0)
    site.add_gap("gap_1", "gate", site.window(AT, 25))
    return site


async def place(site: EngineSite, part: KeptPart, second: float, **changes: object) -> Request:
    """What became of a part that Ann placed at a second of the footage."""
    async with site.working(heldar_anr_enabled=False, **changes):
        return await ask(
            site,
            RequestKind.PLACE,
            camera_id=part.camera_id,
            gap_id="gap_1",
            part_id=part.id,
            moment=site.window(second, second + 1).start,
        )


def kept(site: EngineSite) -> list[KeptPart]:
    return kept_parts(archive_of(site.recordings / "gate"), "gate")


def evidence(site: EngineSite) -> list[dict[str, object]]:
    return [dict(row) for row in execute_on(site.journal, "SELECT * FROM landed_files ORDER BY id")]


async def test_placed_footage_lands_at_its_time_with_evidence_of_who_placed_it(gate: EngineSite) -> None:
    asked = gate.window(2, 15)
    part = gate.keep("gate", gate.card(), gate.window(AT, 25), asked=asked)
    answer = await place(gate, part, AT)

    assert (answer.state, answer.part_id, answer.moment) == (DONE, part.id, gate.window(AT, 25).start)
    assert answer.reason == f"13 s of the kept part {part.id} of Gate were placed by hand. The gap gap_1 is filled."
    assert worst_offset_s(gate, "gate") <= 1
    assert sum(gate.recorded("gate").values()) == pytest.approx(13, abs=0.1)
    assert (gate.left_behind(), gate.gap("gap_1")["fill_state"]) == ([], "filled")
    (file,) = evidence(gate)
    assert (file["proof"], file["pictures"], file["source_url"]) == ("by_hand", "visible", "")
    assert (file["asked_start"], file["asked_end"]) == (asked.start.isoformat(), asked.end.isoformat())
    assert f"Placed by ann@console on {answer.asked_at:%Y-%m-%d %H:%M:%SZ}" in str(file["shown_by"])
    assert f"the first picture of what was kept is of {answer.moment:%Y-%m-%d %H:%M:%SZ}" in str(file["shown_by"])
    (fill,) = gate.fills()
    assert (fill["outcome"], fill["asked_by"], fill["gap_id"]) == ("filled", "ann@console", "gap_1")
    kinds = [row["kind"] for row in execute_on(gate.journal, "SELECT kind FROM events WHERE gap_id = 'gap_1'")]
    assert kinds == ["asked", "fill_started", "gap_filled", "fill_ended", "done"]


async def test_what_stands_there_is_not_touched_and_the_rest_stays_kept_for_people(gate: EngineSite) -> None:
    card = gate.card()
    recorded = gate.record("gate", card, gate.window(0, 18))
    before = {file.path: file.path.read_bytes() for file in recorded}
    part = gate.keep("gate", gate.card(is_still=True), gate.window(AT, 22))
    answer = await place(gate, part, AT)

    assert answer.state is DONE
    assert {path: path.read_bytes() for path in before} == before
    assert answer.reason.startswith(
        f"4 s of the kept part {part.id} of Gate were placed by hand. 10 of 13 s of the gap"
    )
    (rest,) = kept(gate)
    assert (rest.id, rest.path.read_bytes()) == (part.id, part.path.read_bytes())
    assert rest.facts.placed_at == gate.window(AT, 22).start
    assert "ann@console placed it at" in rest.facts.reason
    assert (gate.fills()[0]["outcome"], gate.gap("gap_1")["fill_attempts"]) == ("placed", 0)
    assert gate.gap("gap_1")["fill_state"] == "pending"


async def test_what_a_person_has_placed_no_fill_looks_at_again(gate: EngineSite) -> None:
    card = gate.card()
    gate.record("gate", card, gate.window(0, 18))
    part = gate.keep("gate", gate.card(is_still=True), gate.window(AT, 22))
    assert (await place(gate, part, AT)).state is DONE
    async with gate.camera(card=card, pace=Pace(honours_rate_control=True)) as camera:
        gate.execute("UPDATE cameras SET rtsp_port = ?, anr_enabled = 1", camera.port)
        await gate.sweep(anr_rest_s=0)
    assert [each.id for each in kept(gate)] == [part.id]
    assert gate.gap("gap_1")["fill_state"] == "filled"


async def test_what_the_recordings_contradict_does_not_land(gate: EngineSite) -> None:
    """GIVEN recordings on both sides WHEN the part's last seconds stand in them THEN they say when it really is."""
    card = gate.card()
    gate.record("gate", card, gate.window(0, 12), gate.window(25, 40))
    part = gate.keep("gate", card, gate.window(AT, 30))
    answer = await place(gate, part, AT - 8)
    assert answer.state is REFUSED
    assert "The recordings contradict that: they show pictures of the part 8 s later." in answer.reason
    assert f"{gate.window(AT, 30).start:%H:%M:%SZ}" in answer.reason
    assert (gate.fills(), [each.id for each in kept(gate)]) == ([], [part.id])

    answer = await place(gate, part, AT)
    assert answer.state is DONE
    assert "recordings beside it show the same" in str(evidence(gate)[0]["shown_by"])
    assert gate.gap("gap_1")["fill_state"] == "filled"


async def test_footage_that_stands_at_another_time_already_does_not_land_far_from_there(gate: EngineSite) -> None:
    card = gate.card()
    gate.record("gate", card, gate.window(0, 10))
    part = gate.keep("gate", card, gate.window(0, 10))
    answer = await place(gate, part, 300)
    assert answer.state is REFUSED
    assert "The recordings contradict that: they show pictures of the part 300 s earlier." in answer.reason


async def test_nothing_lands_in_the_future_or_where_all_is_recorded(gate: EngineSite) -> None:
    card = gate.card()
    part = gate.keep("gate", gate.card(is_still=True), gate.window(AT, 22))
    answer = await place(gate, part, 24 * 3600)
    assert (answer.state, "which is in the future" in answer.reason) == (REFUSED, True)
    gate.record("gate", card, gate.window(0, 40))
    answer = await place(gate, part, AT)
    assert (answer.state, "so that nothing would land" in answer.reason) == (REFUSED, True)
    assert (gate.fills(), len(kept(gate))) == ([], 1)


async def test_older_than_the_site_keeps_is_refused(gate: EngineSite) -> None:
    part = gate.keep("gate", gate.card(), gate.window(AT, 22))
    gate.execute("UPDATE cameras SET retention_hours = 1")
    answer = await place(gate, part, -7200)
    assert (answer.state, "It is older than the site keeps footage of Gate (1 h)." in answer.reason) == (REFUSED, True)


async def test_a_part_that_is_gone_or_holds_nothing_is_said(gate: EngineSite) -> None:
    part = gate.keep("gate", gate.card(), gate.window(AT, 22))
    content = part.path.read_bytes()
    part.path.write_bytes(b"no media")
    answer = await place(gate, part, AT)
    assert (answer.state, "cannot be read as a media file" in answer.reason) == (REFUSED, True)
    part.path.write_bytes(content)
    part.path.unlink()
    answer = await place(gate, part, AT)
    assert answer.state is REFUSED
    assert f"There is no kept part '{part.id}'." in answer.reason


async def test_a_part_without_a_readable_note_can_be_placed(gate: EngineSite) -> None:
    part = gate.keep("gate", gate.card(), gate.window(AT, 25))
    archive_of(gate.recordings / "gate").part_note(part.path).write_text("{")
    (bare,) = kept(gate)
    assert (await place(gate, bare, AT)).state is DONE
    assert (gate.left_behind(), gate.gap("gap_1")["fill_state"]) == ([], "filled")


async def test_where_no_gap_is_noted_it_lands_all_the_same(gate: EngineSite) -> None:
    gate.execute("DELETE FROM recording_gaps")
    part = gate.keep("gate", gate.card(), gate.window(AT, 25))
    assert (await place(gate, part, AT)).state is DONE
    assert [(fill["gap_id"], fill["outcome"]) for fill in gate.fills()] == [("", "placed")]
    assert len(evidence(gate)) == 1


async def test_every_gap_that_it_covers_is_filled(gate: EngineSite) -> None:
    gate.execute("DELETE FROM recording_gaps")
    gate.add_gap("gap_1", "gate", gate.window(AT, 17), state="failed")
    gate.add_gap("gap_2", "gate", gate.window(17, 25))
    part = gate.keep("gate", gate.card(), gate.window(AT, 25))
    answer = await place(gate, part, AT)
    assert (answer.state, gate.gap("gap_1")["fill_state"], gate.gap("gap_2")["fill_state"]) == (
        DONE,
        "filled",
        "filled",
    )


async def test_pictures_that_nobody_can_decode_land_as_evidence_and_fill_nothing(
    gate: EngineSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def check(*_: object, **__: object) -> PictureCheck:
        return PictureCheck(PictureVerdict.UNDECODABLE)

    monkeypatch.setattr(place_part, "check_pictures", check)
    part = gate.keep("gate", gate.card(), gate.window(AT, 25))
    answer = await place(gate, part, AT)
    assert (answer.state, "cannot be decoded" in answer.reason) == (DONE, True)
    assert (gate.fills()[0]["outcome"], gate.gap("gap_1")["fill_state"]) == ("placed", "pending")
    assert evidence(gate)[0]["pictures"] == "undecodable"


async def test_a_directory_that_cannot_be_written_refuses_and_keeps_the_part(
    gate: EngineSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: FileArchive, landing: Path, target: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(target))

    monkeypatch.setattr(FileArchive, "place", refuse)
    part = gate.keep("gate", gate.card(), gate.window(AT, 25))
    answer = await place(gate, part, AT)
    assert (answer.state, "Permission denied" in answer.reason) == (REFUSED, True)
    assert (gate.fills()[0]["outcome"], gate.gap("gap_1")["fill_state"]) == ("local_error", "pending")
    assert ([each.id for each in kept(gate)], gate.recorded("gate"), evidence(gate)) == ([part.id], {}, [])


async def test_nothing_is_placed_while_a_fill_of_the_camera_runs(site: EngineSite) -> None:
    async with site.camera(pace=Pace(honours_rate_control=True), faults=Faults(refuses_require=True)) as camera:
        camera.hold(after_s=8)
        site.add_camera("gate", camera.port)
        site.add_gap("gap_1", "gate", site.window(5, 35))
        part = site.keep("gate", site.card(), site.window(36, 39), asked=site.window(-9, -6))
        async with site.working(anr_stall_s=PATIENCE_S) as worker:
            await until(lambda: worker.state.running)
            moment = site.window(36, 39).start
            answer = await ask(site, RequestKind.PLACE, camera_id="gate", part_id=part.id, moment=moment)
            await ask(site, RequestKind.CANCEL, gap_id="gap_1")
    assert (answer.state, "A fill of Gate is running" in answer.reason) == (REFUSED, True)
    assert part.id in [each.id for each in kept(site)]


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    async def check(*_: object, **__: object) -> PictureCheck:
        raise RuntimeError("nobody thought of this")

    monkeypatch.setattr(place_part, "check_pictures", check)
    yield


@pytest.mark.usefixtures("breaks")
async def test_an_error_of_ours_ends_only_this_and_is_answered(gate: EngineSite) -> None:
    part = gate.keep("gate", gate.card(), gate.window(AT, 25))
    answer = await place(gate, part, AT)
    assert (answer.state, "An error in anr-tui" in answer.reason) == (REFUSED, True)
    assert (gate.fills()[0]["outcome"], [each.id for each in kept(gate)]) == ("interrupted", [part.id])
