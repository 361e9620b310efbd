"""What clocks showed is known as soon as any of it is."""

from anr_tui.domain.evidence.clock_evidence import NO_CLOCKS, ClockEvidence


def test_nothing_is_known_where_nothing_was_kept() -> None:
    assert not NO_CLOCKS.is_known
    assert not ClockEvidence().is_known
    assert ClockEvidence(shift_s=0.0).is_known
    assert ClockEvidence(own_clock_synced=False).is_known
