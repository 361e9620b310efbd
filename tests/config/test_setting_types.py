"""How values are read, whether the environment or TOML gave them."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.config.setting_types import nearest_whole_number, number, read_flag, read_secret_key, whole_number
from anr_tui.domain.secret import Secret

VALUES = st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.integers()))


@given(VALUES)
def test_whatever_is_given_is_within_the_bounds_or_refused(value: object) -> None:
    try:
        assert 3 <= whole_number(3, 9)(value) <= 9
    except ValueError as error:
        assert str(error) == "allowed is a number from 3 to 9"


@given(VALUES)
def test_a_number_is_finite_or_refused(value: object) -> None:
    try:
        assert 0 <= number(0)(value) < float("inf")
    except ValueError as error:
        assert str(error) == "allowed is a number of at least 0"


@given(st.integers(3, 9))
def test_the_environments_text_and_tomls_number_are_the_same(value: int) -> None:
    read = whole_number(3, 9)
    assert read(value) == read(f" {value} ") == read(float(value)) == value


@given(st.integers())
def test_what_is_beyond_heldars_bounds_counts_as_the_bound(value: int) -> None:
    assert nearest_whole_number(1, 24)(str(value)) == max(1, min(value, 24))


@pytest.mark.parametrize("value", ["yes", "On", "1", 1, True, " true "])
def test_a_yes_is_a_yes_in_any_form(value: object) -> None:
    assert read_flag(value) is True


def test_a_key_is_read_once_and_never_shown() -> None:
    key = read_secret_key(base64.b64encode(bytes(32)).decode())
    assert read_secret_key(key) == key
    assert isinstance(key, Secret)
