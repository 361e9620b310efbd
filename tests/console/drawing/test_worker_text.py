"""The worker in words."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from anr_tui.console.drawing.format import RenderContext
from anr_tui.console.drawing.worker_text import (
    LIFETIME_WORDS,
    WORKER_WORDS,
    last_seen_words,
    since_words,
    version_words,
)
from anr_tui.domain.policy.lifetime import Lifetime
from anr_tui.platform.glyphs import UNICODE
from anr_tui.view.snapshot.snapshot import WorkerState
from tests.builders import WORKER_ROW
from tests.heldar_site import NOW

LOOK = RenderContext(NOW, UTC, UNICODE)


def test_every_state_and_every_lifetime_has_words() -> None:
    assert set(WORKER_WORDS) == set(WorkerState)
    assert set(LIFETIME_WORDS) == set(Lifetime)


def test_a_worker_of_another_version_is_told_of_while_it_lives() -> None:
    other = replace(WORKER_ROW, version="9.9.9")

    assert version_words(WORKER_ROW) == ""
    assert "9.9.9" in version_words(other)
    assert version_words(replace(other, state=WorkerState.LOST)) == ""


@pytest.mark.parametrize(
    ("is_slow", "words"), [(False, "last seen 7 s ago"), (True, "last seen less than a minute ago")]
)
def test_only_a_late_worker_is_said_to_be_silent(is_slow: bool, words: str) -> None:
    seen = replace(WORKER_ROW, seen_at=NOW - timedelta(seconds=7))
    look = replace(LOOK, is_slow=is_slow)

    assert last_seen_words(replace(seen, is_late=True), look) == words
    assert last_seen_words(seen, look) == ""
    assert last_seen_words(replace(WORKER_ROW, is_late=True, seen_at=None), look) == ""


def test_a_worker_that_began_another_day_says_the_date() -> None:
    assert since_words(replace(WORKER_ROW, started_at=NOW - timedelta(hours=3)), LOOK) == "since 09:00 (3h)"
    assert since_words(replace(WORKER_ROW, started_at=NOW - timedelta(hours=13)), LOOK) == "since 06-12 23:00 (13h)"
    assert since_words(replace(WORKER_ROW, started_at=None), LOOK) == ""
