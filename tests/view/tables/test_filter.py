from operator import itemgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.view.tables.filter import Field, Filterable, parse_filter

FIELDS = {name: Field(itemgetter(name)) for name in ("camera", "state", "outcome")}
NAMES = Filterable({**FIELDS, "from": Field(itemgetter("from"), "0123456789-: ")}, itemgetter("seconds"))
ROW = {
    "camera": "Front Gate",
    "state": "failed",
    "outcome": "no footage on the camera",
    "from": "2026-06-13 13:48:00",
    "seconds": 900.0,
}


@pytest.mark.parametrize(
    "text",
    ["", "gate", "GATE", "state:failed", "st:fail", "camera:front*", "cam:*gate", ">10m", "<1h", ">899", "!hall",
     "!state:pending", "gate state:failed >10m", "outcome:footage", "o:no", "06-13", "13:48", "from:2026*",
     "!", ">", "<", "!>", "state:", "!state:", "gate !", "<99999999h", "state:fail !cam:"],
)  # fmt: skip
def test_a_filter_keeps_what_it_names(text):
    assert parse_filter(text, NAMES).keeps(ROW)


@pytest.mark.parametrize(
    "text",
    [
        "hall",
        "!gate",
        "state:pending",
        "cam:gate*",
        "camera:?gate",
        ">15m",
        "<900s",
        "gate state:filled",
        "!<1h",
        "vendor:hik",
        "06-14",
    ],
)
def test_a_filter_leaves_out_what_it_does_not_name(text):
    assert not parse_filter(text, NAMES).keeps(ROW)


@pytest.mark.parametrize("name", ["[red]x[/]", "gate [/dev/video0]", "]["])
def test_brackets_of_a_name_are_brackets(name):
    row = ROW | {"camera": name}
    for text in (f"camera:{name.split()[0]}*", name.split()[0], f"camera:*{name[-2:]}"):
        assert parse_filter(text, NAMES).keeps(row), text
    assert not parse_filter("camera:[rgd]*", NAMES).keeps(row)


def test_what_cannot_stand_in_a_field_is_not_looked_for_there():
    def never(row):
        raise AssertionError(row)

    dates = Filterable({"from": Field(never, "0123456789-: ")}, itemgetter("seconds"))
    assert not parse_filter("gate", dates).keeps(ROW)


def test_only_an_empty_filter_is_false():
    assert not parse_filter("  ", NAMES)
    assert not parse_filter("! >", NAMES)
    assert parse_filter("x", NAMES)


@given(st.text(max_size=40))
def test_whatever_is_typed_filters_without_an_error(text):
    assert parse_filter(text, NAMES).keeps(ROW) in (True, False)


@given(st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1).filter(lambda word: not word.startswith("!")))
def test_a_word_and_its_opposite_keep_every_row_between_them(word):
    assert parse_filter(word, NAMES).keeps(ROW) is not parse_filter(f"!{word}", NAMES).keeps(ROW)
