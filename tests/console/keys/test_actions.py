"""The registry of keys: no key means two things in one place, and each is shown somewhere."""

import re
from pathlib import Path

import pytest

from anr_tui.console.dialogs.question import help_groups
from anr_tui.console.keys.actions import (
    ACTIONS,
    ALWAYS_IN_FOOTER,
    BY_ID,
    DETAIL_KEYS,
    EXPORT_KEYS,
    FOCUS,
    LOG_KEYS,
    MOVES,
    PICTURE_KEYS,
    SIDEWAYS,
    Action,
    Place,
)
from anr_tui.console.keys.keymap import MAPPABLE, Keymap
from anr_tui.console.main.footer import FIRST, footer_spans


def test_ids_are_unique_and_read_area_dot_verb() -> None:
    every = (*ACTIONS, *LOG_KEYS, *MOVES, *SIDEWAYS, *FOCUS)

    assert len(BY_ID) == len(every)
    assert all(action.id.count(".") == 1 for action in every)


@pytest.mark.parametrize("place", Place)
def test_no_key_means_two_things_in_one_place(place: Place) -> None:
    keys = [
        key
        for action in (*ACTIONS, *LOG_KEYS, *MOVES, *SIDEWAYS, *FOCUS)
        if action.applies(place)
        for key in action.keys.split(",")
    ]

    assert len(keys) == len(set(keys))


def test_the_help_names_every_key() -> None:
    named = [action.id for _, actions in help_groups() for action in actions]

    assert sorted(named) == sorted(BY_ID)


@pytest.mark.parametrize("place", Place)
def test_the_footer_shows_what_fits_and_applies(place: Place) -> None:
    for width in (30, 80, 160):
        shown = [action for action, _ in footer_spans(place, width, Keymap())]
        texts = ["".join(part.text for part in spans) for _, spans in footer_spans(place, width, Keymap())]

        assert all(action.applies(place) for action in shown)
        assert {action.id for action in shown} >= set(ALWAYS_IN_FOOTER)
        assert len("".join(texts)) <= width + 1


@pytest.mark.parametrize("place", Place)
def test_what_the_footer_shows_first_can_be_done_there(place: Place) -> None:
    wanted = FIRST[place]

    assert len(wanted) == len(set(wanted))
    assert all(BY_ID[name].applies(place) for name in wanted)


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        (Place.CAMERAS, "enter / ! C D ? q"),
        (Place.GAPS, "f c / ! space r ? q"),
        (Place.FILLS, "c f / ! space ? q"),
        (Place.LOG, "esc space / W R ? q"),
        (Place.EVENTS, "enter esc ? q"),
    ],
)
def test_the_most_wanted_keys_are_there_at_80_columns(place: Place, wanted: str) -> None:
    shown = [action.shown_keys[0] for action, _ in footer_spans(place, 80, Keymap())]

    assert set(shown) >= set(wanted.split())


def test_keys_are_shown_as_people_write_them() -> None:
    assert BY_ID["help.show"].shown_keys == ("?", "f1")
    assert BY_ID["move.page_down"].shown_keys == ("pgdn", "ctrl-f")


def test_the_document_names_every_action_that_may_have_keys_of_ones_own() -> None:
    text = (Path(__file__).parents[3] / "docs/console.md").read_text(encoding="utf-8")

    assert set(re.findall(r"^\| `([a-z._]+)` \|", text, re.MULTILINE)) == set(MAPPABLE)


@pytest.mark.parametrize("keys", [DETAIL_KEYS, PICTURE_KEYS, EXPORT_KEYS])
def test_no_key_means_two_things_on_one_screen(keys: tuple[Action, ...]) -> None:
    every = [key for action in keys for key in action.keys.split(",")]
    moves = [key for action in MOVES for key in action.keys.split(",")] if keys is DETAIL_KEYS else []

    assert len(every) == len(set(every))
    assert not set(every) & set(moves)
