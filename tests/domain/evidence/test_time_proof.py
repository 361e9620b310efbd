"""How well a time is known, in words."""

import pytest

from anr_tui.domain.evidence.time_proof import TimeProof

WORDS = {
    TimeProof.PROVEN: ("proven", "proven"),
    TimeProof.CONSISTENT: ("consistent", "consistent"),
    TimeProof.BY_HAND: ("by_hand", "by hand"),
    TimeProof.UNKNOWN: ("not_kept", "not kept"),
}


@pytest.mark.parametrize("proof", TimeProof)
def test_every_state_has_a_word_for_programs_and_one_for_people(proof: TimeProof) -> None:
    assert (proof.code, proof.words) == WORDS[proof]
