"""The policy of a worker as it stands in the journal."""

import json

import pytest

from anr_tui.config.settings import load_settings
from anr_tui.domain.policy.fill_policy import FillPolicy
from anr_tui.domain.policy.site import StorageLimits


def test_what_a_worker_notes_is_read_back() -> None:
    policy = FillPolicy(order="deadline", card_hours=48, max_fills=2, bandwidth="2M", rest_s=0.5, piece_s=0)

    assert FillPolicy.from_json(policy.to_json()) == policy


def test_a_worker_of_another_version_may_note_less_or_more() -> None:
    older = {"order": "oldest", "max_age_hours": 100}

    assert FillPolicy.from_json(json.dumps(older | {"paint": "green"})) == FillPolicy("oldest", max_age_hours=100)


@pytest.mark.parametrize("text", ["", "[]", "7", "newest", '"newest"'])
def test_what_is_no_object_is_no_policy(text: str) -> None:
    with pytest.raises(ValueError):
        FillPolicy.from_json(text)


def test_without_any_setting_the_defaults_are_those_of_the_settings() -> None:
    assert load_settings().fill_policy == FillPolicy()
    assert load_settings().storage_limits == StorageLimits()
