"""Many things asked in one go, and taken back, through the console's door to the site."""

import pytest

from anr_tui.domain.errors import AnrError
from anr_tui.domain.request import NewRequest, RequestKind, RequestState
from anr_tui.view import requests
from anr_tui.view.site_reader import SiteReader
from tests.heldar_site import HeldarSite


async def test_many_wishes_become_requests_in_their_order(view: SiteReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "_ASKED_AT_ONCE", 2)
    await view.read()
    wishes = [NewRequest(RequestKind.FILL, f"gap_{number}", camera_id="gate") for number in range(5)]

    asked = await view.requests.ask_all(wishes)

    assert [(each.id, each.gap_id) for each in await view.requests.answers(asked)] == [
        (number, wish.gap_id) for number, wish in zip(asked, wishes, strict=True)
    ]
    seen = await view.read()
    assert seen is not None
    assert [request.id for request in seen.waiting] == asked


async def test_what_was_asked_is_taken_back_and_seen_at_once(view: SiteReader) -> None:
    asked = await view.requests.ask_all([NewRequest(RequestKind.RETRY, "gap_1", camera_id="gate")])
    await view.read()

    assert await view.requests.withdraw([*asked, 99]) == asked

    seen = await view.read()
    assert seen is not None
    assert seen.waiting == ()
    (request,) = await view.requests.answers(asked)
    assert request.state is RequestState.WITHDRAWN
    assert await view.requests.has_ended(request.id)


async def test_who_only_looks_asks_nothing_and_takes_nothing_back(heldar_site: HeldarSite) -> None:
    view = await SiteReader.open(heldar_site.settings(), is_read_only=True)
    with pytest.raises(AnrError, match="read-only"):
        await view.requests.ask_all([NewRequest(RequestKind.SWEEP)])
    with pytest.raises(AnrError, match="read-only"):
        await view.requests.withdraw([1])
    await view.close()
