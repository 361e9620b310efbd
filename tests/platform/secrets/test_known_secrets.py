"""Secrets known by their text: hidden in every encoding, and nothing else is."""

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.platform.secrets.known_secrets import hide

PASSWORD, USER = "hu sh!wö/rd", "admin"
LOGIN = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


@pytest.mark.parametrize(
    "shown",
    [
        PASSWORD,
        quote(PASSWORD),
        quote(PASSWORD, safe=""),
        quote(PASSWORD, safe="").lower(),
        quote(quote(PASSWORD, safe="")),
        PASSWORD.replace(" ", "+"),
        "%68" + PASSWORD[1:],
        LOGIN,
        LOGIN.rstrip("="),
        quote(LOGIN, safe=""),
        base64.urlsafe_b64encode(f"{USER}:{PASSWORD}".encode()).decode(),
        base64.b64encode(PASSWORD.encode()).decode(),
        base64.b64encode(f"{quote(USER)}:{quote(PASSWORD, safe='')}".encode()).decode(),
    ],
)
def test_a_password_is_hidden_in_every_encoding(shown: str) -> None:
    hidden = hide(f"before {shown} behind", [PASSWORD], [USER])
    assert hidden.replace("=", "").replace("%3D", "") == "before *** behind"


@given(st.text(max_size=9), st.text(max_size=9), st.text(min_size=9, max_size=20))
def test_base64_of_any_text_with_the_password_in_it_does_not_give_it_away(
    before: str, behind: str, password: str
) -> None:
    shown = base64.b64encode(f"{before}{password}{behind}".encode()).decode()
    assert "***" in hide(shown, [password])


def test_a_user_is_hidden_as_a_whole_word() -> None:
    assert hide("admin, /admin/ user=admin_x %61dmin", [], [USER]) == "***, /***/ user=***_x ***"
    assert hide("administrator badmin", [], [USER]) == "administrator badmin"


def test_a_short_password_is_no_part_of_a_word() -> None:
    assert hide("7 of 17, channel=7", ["7"]) == "*** of 17, channel=***"


@given(st.text())
def test_without_secrets_nothing_changes(text: str) -> None:
    assert hide(text, []) == hide(text, [""], [""]) == text
