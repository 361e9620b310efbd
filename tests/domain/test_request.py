"""Which requests are still open, and which are about a gap."""

import pytest

from anr_tui.domain.request import RequestKind, RequestState

OPEN = {RequestState.ASKED, RequestState.TAKEN}
ABOUT_A_GAP = {RequestKind.FILL, RequestKind.RETRY, RequestKind.CANCEL, RequestKind.FIRST}


@pytest.mark.parametrize("state", RequestState)
def test_a_request_is_open_until_it_is_answered_or_withdrawn(state: RequestState) -> None:
    assert state.is_over == (state not in OPEN)


@pytest.mark.parametrize("kind", RequestKind)
def test_a_request_is_about_a_gap_or_about_the_worker_and_its_cameras(kind: RequestKind) -> None:
    assert kind.is_about_gap == (kind in ABOUT_A_GAP)
