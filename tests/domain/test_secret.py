"""A secret is shown by nothing but `reveal`."""

import copy
import json
from dataclasses import asdict, dataclass

import pytest

from anr_tui.domain.secret import Secret


@dataclass(frozen=True)
class Holder:
    """Something that has a secret."""

    secret: Secret


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{!r}".format, asdict, lambda held: f"{held.secret}"])
def test_a_secret_is_in_no_text_of_what_holds_it(show: object) -> None:
    assert callable(show)
    assert "hunter2" not in str(show(Holder(Secret("hunter2"))))


def test_a_secret_cannot_become_json_by_accident() -> None:
    with pytest.raises(TypeError):
        json.dumps({"password": Secret("hunter2")})


def test_a_secret_is_equal_to_one_of_the_same_text_only_and_empty_where_that_is() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
    assert not Secret("")
    assert str(Secret("")) == ""


def test_a_copy_is_the_same_secret() -> None:
    assert copy.deepcopy(Secret("a")) == Secret("a")
