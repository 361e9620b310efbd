"""The table of own keys, as TOML gives it."""

import tomllib

import pytest

from anr_tui.config.keymap_table import read_keymap_table


def read(text: str) -> dict[str, list[str]]:
    return read_keymap_table(tomllib.loads(text)["anr_keys"])


def test_names_with_dots_are_the_actions_ids_and_keys_a_text_or_a_list() -> None:
    text = '[anr_keys]\ngap.fill = "f  F5"\n"gap.retry" = ["r"]\ncamera.edit = ""\n'
    assert read(text) == {"gap.fill": ["f", "F5"], "gap.retry": ["r"], "camera.edit": []}


@pytest.mark.parametrize("keys", ["1", "[1]", "true", "[['f']]"])
def test_keys_that_are_no_texts_are_refused_with_the_name_of_their_action(keys: str) -> None:
    with pytest.raises(ValueError, match=r"the keys of gap\.fill are a text"):
        read(f"[anr_keys]\ngap.fill = {keys}\n")


def test_what_is_no_table_is_refused_with_an_example() -> None:
    with pytest.raises(ValueError, match=r"it is a table in config\.toml"):
        read_keymap_table("f")
