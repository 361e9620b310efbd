"""Values in a unit: whatever a path holds, systemd reads back what was meant, or the operator reads why not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.errors import SettingsError
from anr_tui.service.systemd_quoting import account, assignments, command_line, path_list
from tests.service.unit_reader import arguments, words

ODD = " \"'\\%$;#~-ä€/\t"
PRINTABLE = st.text(st.one_of(st.sampled_from(ODD), st.characters(exclude_categories=["C"])), max_size=20).filter(
    str.isprintable
)


@given(st.lists(PRINTABLE, max_size=4))
def test_a_program_gets_the_arguments_that_were_meant(texts: list[str]) -> None:
    assert arguments(command_line(["/usr/bin/an r", *texts])) == ["/usr/bin/an r", *texts]


@given(st.lists(PRINTABLE, min_size=1, max_size=4))
def test_paths_are_read_as_they_were_meant(names: list[str]) -> None:
    paths = [Path("/srv", name.lstrip("/")) for name in names]
    assert words(path_list(paths)) == sorted({str(path) for path in paths})


@given(st.dictionaries(st.sampled_from(["ANR_ORDER", "ANR_BANDWIDTH"]), PRINTABLE))
def test_variables_keep_their_values(variables: dict[str, str]) -> None:
    read = dict(word.split("=", 1) for word in words(assignments(variables)))
    assert read == variables


@given(PRINTABLE, st.sampled_from(["\n", "\r", "\0", "\x1b", "\x7f", "\udcff", "\u2028"]), PRINTABLE)
def test_what_no_unit_can_name_is_refused_in_words_that_a_terminal_can_show(head: str, bad: str, tail: str) -> None:
    for refused in (
        lambda text: path_list([Path("/srv") / text]),
        lambda text: command_line(["/usr/bin/x", text]),
        lambda text: assignments({"ANR_ORDER": text}),
    ):
        with pytest.raises(SettingsError, match="A systemd unit cannot name") as refusal:
            refused(f"{head}{bad}{tail}")
        assert str(refusal.value).isascii()
        assert str(refusal.value).isprintable()


def test_a_dollar_in_the_programs_path_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"with a `\$`"):
        command_line(["/opt/$x/anr-tui", "worker"])


@pytest.mark.parametrize("name", ["heldar", "1000", "svc.heldar", "DESKTOP$", "a-b_c"])
def test_an_account_is_named_as_it_is(name: str) -> None:
    assert account(name) == name


@pytest.mark.parametrize("name", ["", "a b", "%u", "a\nUser=root", "-x", "a/b"])
def test_an_odd_account_is_refused(name: str) -> None:
    with pytest.raises(SettingsError):
        account(name)
