from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.config.sqlite_url import other_reading, sqlite_path


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite://./data/heldar.db", "data/heldar.db"),
        ("sqlite:///data/heldar.db", "/data/heldar.db"),
        ("sqlite:///./data/heldar.db", "/data/heldar.db"),
        ("sqlite:data/heldar.db?mode=rwc", "data/heldar.db"),
        ("sqlite:///srv/my%20site.db", "/srv/my site.db"),
        ("/srv/100%25?.db", "/srv/100%25?.db"),
    ],
)
def test_a_database_url_is_read_as_heldars_driver_reads_it(url: str, path: str) -> None:
    assert sqlite_path(url) == Path(path)


def test_the_other_reading_of_a_url_is_known() -> None:
    assert other_reading("sqlite:///./data/heldar.db") == Path("data/heldar.db")
    assert other_reading("sqlite://./data/heldar.db") == Path("/data/heldar.db")
    assert other_reading("/data/heldar.db") is None


@given(st.text())
def test_any_text_is_some_path_or_none_and_never_a_crash(text: str) -> None:
    sqlite_path(text)
    other_reading(text)
