import getpass
import os

import pytest

from anr_tui.platform.user import host_name, user_name, who_am_i


def test_a_person_is_user_at_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "anna")
    assert who_am_i() == f"anna@{host_name()}"
    assert host_name() == os.uname().nodename


@pytest.mark.parametrize("error", [KeyError("getpwuid(): uid not found: 4242"), OSError("No username set")])
def test_a_user_without_a_name_is_a_number(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_name() -> str:
        raise error

    monkeypatch.setattr(getpass, "getuser", no_name)
    assert user_name() == str(os.getuid())
