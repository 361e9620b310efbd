"""Keys in one line: what fits, in order, and always the one that leads out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.console.drawing.key_hints import key_hint, key_hint_spans
from anr_tui.console.drawing.styled_text import width_of
from anr_tui.console.keys.actions import DETAIL_KEYS, HELP_KEYS, PICTURE_KEYS, Action
from anr_tui.console.keys.keymap import Keymap
from tests.console.drawing.spans import text

KEYS = Keymap()


@pytest.mark.parametrize("actions", [DETAIL_KEYS, HELP_KEYS, PICTURE_KEYS], ids=["detail", "help", "picture"])
@given(width=st.integers(0, 200))
def test_what_fits_is_shown_in_order_and_the_last_key_is_always_there(actions: tuple[Action, ...], width: int) -> None:
    *others, last = (text(key_hint(action, KEYS)) for action in actions)
    spans = key_hint_spans(actions, width, KEYS)
    shown = text(spans)

    assert shown.endswith(last)
    assert "".join(others).startswith(shown.removesuffix(last))
    assert width_of(spans) <= max(width, len(last))


def test_a_key_of_ones_own_is_the_one_that_is_shown() -> None:
    action = DETAIL_KEYS[0]

    assert text(key_hint(action, Keymap({action.id: "f9"}))).startswith("f9 ")
