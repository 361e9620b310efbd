"""The cost of the proof is counted where it arises, and has its limit."""

from pathlib import Path

import pytest

from anr_tui.fill.ffmpeg.program import probe_ffmpeg
from benchmarks import proof
from benchmarks.fill_site import Finds, Sent, Size, film
from benchmarks.fill_ways import Spent
from benchmarks.proof import BEFORE, PROVEN, Case, Measured, measure

SIZE = Size(cameras=1, gaps=1, gap_s=4)


async def test_what_the_camera_sends_is_counted_with_and_without_recordings(tmp_path: Path, ffmpeg: str) -> None:
    footage = film(tmp_path, ffmpeg, SIZE)
    program = await probe_ffmpeg(ffmpeg)
    measured = []
    for case in (Case("bare", has_recordings=False), Case(PROVEN)):
        root = tmp_path / case.name[:4]
        root.mkdir()
        measured.append(measure(root, case, footage, program, has_replay=True))
    bare, proven = measured
    for each in measured:
        assert len(each.fill_s) == len(each.sent) == 1
        assert each.finds.in_place_s == SIZE.gap_s
        assert each.finds.wrong_s == 0
        assert each.sent[0].sessions >= 1
        assert each.sent[0].bytes > each.footage_bytes > 0
    assert proven.sent[0].bytes > bare.sent[0].bytes


@pytest.mark.parametrize(("took_s", "is_kept"), [(61.9, True), (62.1, False)])
def test_the_proof_may_take_no_more_than_its_limit_beyond_what_was_before(took_s: float, is_kept: bool) -> None:
    def taking(seconds: float) -> Measured:
        return Measured(Spent(1, 1, 1), Finds(60, 60, 60, 0), (Sent(1000, 1),), (seconds,), 900)

    before_and_now = {BEFORE: taking(60), PROVEN: taking(took_s)}
    figures = proof._figures("at 1x", before_and_now, Size(1, 1, 60), is_limited=True)
    assert [figure.is_kept for figure in figures if figure.what == "beyond the first" and figure.case == PROVEN] == [
        is_kept
    ]
    figures = proof._figures("with rate control", before_and_now, Size(1, 1, 60), is_limited=False)
    assert all(figure.is_kept for figure in figures)


def test_without_another_checkout_nothing_is_compared_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BEFORE", raising=False)
    assert [case.checkout for case in proof._cases()] == [None, None]
    monkeypatch.setenv("BEFORE", "/somewhere")
    assert next(case.name for case in proof._cases()) == BEFORE
