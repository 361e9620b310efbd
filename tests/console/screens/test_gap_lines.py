"""The lines about a gap: what follows, what to do, and no word lost."""

from dataclasses import replace
from pathlib import Path

import pytest

from anr_tui.console.screens.gap_lines import detail_lines, text_of
from anr_tui.domain.evidence.clock_evidence import ClockEvidence
from anr_tui.domain.evidence.picture_verdict import PictureVerdict
from anr_tui.domain.evidence.time_proof import TimeProof
from anr_tui.domain.gap import FillState
from anr_tui.domain.outcome import Outcome
from anr_tui.sites.recordings.kept_parts import KeptPart, PartFacts
from anr_tui.view.snapshot.snapshot import FillRow
from tests.console.screens.one_gap import gap_detail
from tests.console.site import MASKED, console, site_snapshot


@pytest.mark.parametrize("outcome", Outcome)
def test_every_attempt_says_what_follows_and_what_to_do(outcome: Outcome) -> None:
    detail = gap_detail(site_snapshot(), "gap-001", MASKED)
    fill = replace(
        detail.fills[0].fill, outcome=outcome, reason="It said no.", ended_at=detail.fills[0].fill.started_at
    )
    context = console().context()
    lines = detail_lines(replace(detail, fills=(FillRow(fill, "gate", None),)), context, 200)

    shown = text_of(lines)
    assert outcome.words in shown
    assert outcome.traits.next_step in shown
    assert outcome.traits.remedy in shown


def test_what_follows_is_said_of_the_newest_attempt_only_and_of_a_failed_gap_that_nothing_does() -> None:
    detail = gap_detail(site_snapshot(), "gap-001", MASKED)
    fill = replace(
        detail.fills[0].fill, outcome=Outcome.NO_FOOTAGE, reason="It said no.", ended_at=detail.fills[0].fill.started_at
    )
    attempts = tuple(FillRow(replace(fill, id=number), "gate", None) for number in (9, 8))
    failed = replace(detail.row, gap=replace(detail.row.gap, fill_state=FillState.FAILED))
    context = console().context()

    shown = text_of(detail_lines(replace(detail, fills=attempts), context, 200))
    assert shown.count(Outcome.NO_FOOTAGE.traits.next_step) == 1
    shown = text_of(detail_lines(replace(detail, row=failed, fills=attempts), context, 200))
    assert "nothing happens automatically: no attempts are left" in shown
    assert Outcome.NO_FOOTAGE.traits.next_step not in shown


@pytest.mark.parametrize("width", [20, 40, 76, 116, 300])
def test_no_line_is_wider_than_the_screen_and_no_word_is_lost(width: int) -> None:
    detail = gap_detail(site_snapshot(), "gap-001", MASKED)
    lines = detail_lines(detail, console().context(), width)

    assert len({line.key for line in lines}) == len(lines)
    wrapped = "".join(text_of(lines).split())
    assert "".join(MASKED.command.split()) in wrapped.replace("command", "", 1).replace("command", "") or width < 40


SHOWN_BY = "Its pictures are those of the recordings before and after it."


@pytest.mark.parametrize(
    ("proof", "shown_by", "words"),
    [
        (TimeProof.PROVEN, SHOWN_BY, f"time      proven: {SHOWN_BY}"),
        (
            TimeProof.CONSISTENT,
            "Its time is the camera's word.",
            "time      consistent: Its time is the camera's word.",
        ),
        (
            TimeProof.BY_HAND,
            "Placed by anna@nvr-07 on 2026-06-13 12:00:00Z.",
            "time      by hand: Placed by anna@nvr-07 on 2026-06-13 12:00:00Z.",
        ),
        (TimeProof.UNKNOWN, "", "time      not kept\n"),
    ],
)
def test_each_file_says_how_well_its_time_is_known(proof: TimeProof, shown_by: str, words: str) -> None:
    row = next(row for row in site_snapshot().gaps if row.gap.fill_state is FillState.FILLED)
    detail = gap_detail(site_snapshot(), row.id, MASKED)
    files = tuple(replace(file, proof=proof, shown_by=shown_by) for file in detail.files)

    shown = text_of(detail_lines(replace(detail, files=files), console().context(), 200))

    assert files
    assert shown.count(words) == len(files)


@pytest.mark.parametrize(
    ("pictures", "words"),
    [
        (PictureVerdict.UNDECODABLE, "cannot be decoded: is stream encryption on?"),
        (PictureVerdict.UNKNOWN, "not known whether they can be seen"),
        (PictureVerdict.VISIBLE, ""),
        (None, ""),
    ],
)
def test_a_file_says_whether_its_pictures_can_be_seen_where_they_plainly_cannot(
    pictures: PictureVerdict | None, words: str
) -> None:
    detail = gap_detail(site_snapshot(), "gap-001", MASKED)
    files = tuple(replace(file, pictures=pictures) for file in detail.files)
    shown = text_of(detail_lines(replace(detail, files=files), console().context(), 200))
    assert (words in shown, "  pictures" in shown) == (True, bool(words))


def test_kept_parts_are_shown_with_why_they_have_no_place_and_how_to_act() -> None:
    detail = gap_detail(site_snapshot(), "gap-001", MASKED)
    assert "Kept parts" not in text_of(detail_lines(detail, console().context(), 200))
    facts = PartFacts(detail.row.window, detail.row.window.end, "It plays 10 s earlier than asked.", media_s=90)
    part = KeptPart("5f3a91c2", "gate", Path("x.mp4.part"), 1000, facts)
    shown = text_of(detail_lines(replace(detail, parts=(part,)), console().context(), 200))
    assert "5f3a91c2    1m 30s of video" in shown
    assert "It plays 10 s earlier than asked." in shown
    assert "anr-tui parts place 5f3a91c2 --at TIME" in shown


def test_a_shifted_url_says_why() -> None:
    detail = gap_detail(site_snapshot(), "gap-001", MASKED)
    preview = replace(MASKED, note="It asks for 10s later than the gap.")
    shown = text_of(
        detail_lines(replace(detail, replay=replace(detail.replay, preview=preview)), console().context(), 200)
    )
    assert "It asks for 10s later than the gap." in shown


def test_what_only_lacks_a_proof_is_not_told_to_set_its_clock() -> None:
    detail = gap_detail(site_snapshot(), "gap-001", MASKED)
    reason = f"Nothing beside it. {Outcome.WRONG_TIME.traits.sentence_unproven}"
    fill = replace(
        detail.fills[0].fill, outcome=Outcome.WRONG_TIME, reason=reason, ended_at=detail.fills[0].fill.started_at
    )
    shown = text_of(detail_lines(replace(detail, fills=(FillRow(fill, "gate", None),)), console().context(), 300))
    assert "anr-tui parts place" in shown
    assert "clock" not in shown


def test_each_file_says_what_clocks_showed_where_that_was_kept() -> None:
    row = next(row for row in site_snapshot().gaps if row.gap.fill_state is FillState.FILLED)
    detail = gap_detail(site_snapshot(), row.id, MASKED)
    clocks = ClockEvidence(-7200.0, 0.2, own_clock_synced=True, own_clock_step_s=-120.0)
    context = console().context()

    assert "clocks" not in text_of(detail_lines(detail, context, 200))
    files = tuple(replace(file, clocks=clocks) for file in detail.files)
    shown = text_of(detail_lines(replace(detail, files=files), context, 200))
    assert shown.count("clocks    asked for 2h 00m later") == len(files)
    assert "our clock synchronised, stepped by -120 s during the fill" in shown
