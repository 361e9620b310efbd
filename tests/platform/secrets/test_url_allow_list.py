"""What of a URL may be shown: by the name of a parameter, and by what its value looks like."""

import pytest

from anr_tui.platform.secrets.url_allow_list import is_harmless_piece, is_harmless_value, is_secret_name, is_user_name


@pytest.mark.parametrize(
    "name",
    "password Passwd PWD psw pw loginpas access_token apiKey auth authbasic secret sid sessionid user usr pin".split(),
)
def test_names_of_secrets_and_logins_are_known(name: str) -> None:
    assert is_secret_name(name)
    assert not is_harmless_value(name, "1")


@pytest.mark.parametrize("name", ["channel", "starttime", "path", "port", "track", "unheard_of", "compass"])
def test_other_names_are_no_secrets(name: str) -> None:
    assert is_secret_name(name) == (name == "compass"), "rather too much than too little"


def test_names_of_users_are_told_from_other_secrets() -> None:
    assert is_user_name("user") and is_user_name("UserName") and is_user_name("loginuse")
    assert not is_user_name("password") and not is_user_name("channel")


@pytest.mark.parametrize(
    ("name", "value", "harmless"),
    [
        ("anything", "20260613T120000Z", True),
        ("anything", "2026-06-13T12%3A00%3A00%2B02%3A00", True),
        ("anything", "{start}", True),
        ("anything", "12", True),
        ("anything", "1234", False),
        ("anything", "main", False),
        ("channel", "1234567", True),
        ("channel", "hunter2", False),
        ("streamtype", "main", True),
        ("starttime", "12:00:00", True),
        ("path", "site/front gate", True),
        ("path", "site?password=x", False),
        ("anything", "", True),
    ],
)
def test_a_value_is_harmless_by_its_name_or_by_itself(name: str, value: str, harmless: bool) -> None:
    assert is_harmless_value(name, value) == harmless


@pytest.mark.parametrize(
    ("piece", "harmless"),
    [
        ("Streaming", True),
        ("h264Preview_01_main", True),
        ("ch01.264", True),
        ("1601", True),
        ("{start}-{end}", True),
        ("12345", False),
        ("admin", False),
        ("ab12cd", False),
        ("admin:main", False),
        ("live.hunter2", False),
        ("%61dmin", False),
        ("live" * 40, False),
    ],
)
def test_a_piece_of_a_path_is_harmless_if_all_of_it_is(piece: str, harmless: bool) -> None:
    assert is_harmless_piece(piece) == harmless
