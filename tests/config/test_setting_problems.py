"""What is wrong with a setting, in a sentence: its name, its value, and what is allowed."""

from pathlib import Path

import pytest

from anr_tui.config.settings import load_settings
from anr_tui.domain.errors import SettingsError


def problems_of(text: str, tmp_path: Path, **flags: object) -> list[str]:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as refusal:
        load_settings(path, **flags)
    return str(refusal.value).replace(str(path), "config.toml").splitlines()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("anr_max_fills", "'99'", "ANR_MAX_FILLS (settings) is '99'; allowed is a number from 1 to 64."),
        ("anr_max_fills", "2.5", "ANR_MAX_FILLS (settings) is 2.5; allowed is a number from 1 to 64."),
        ("anr_max_fills", "true", "ANR_MAX_FILLS (settings) is True; allowed is a number from 1 to 64."),
        ("anr_keep_parts_gb", "'-1'", "ANR_KEEP_PARTS_GB (settings) is '-1'; allowed is a number of at least 0."),
        ("anr_keep_parts_gb", "inf", "ANR_KEEP_PARTS_GB (settings) is inf; allowed is a number of at least 0."),
        ("anr_rest_s", "601", "ANR_REST_S (settings) is 601; allowed is a number from 0 to 600."),
        ("heldar_anr_interval_s", "'soon'", "HELDAR_ANR_INTERVAL_S (settings) is 'soon'; allowed is a whole number."),
        ("anr_order", "'random'", "is 'random'; allowed is one of newest, oldest, deadline."),
        ("anr_ascii", "'maybe'", "allowed is one of 0, 1, false, no, off, on, true, yes."),
        ("anr_journal", "1", "ANR_JOURNAL (settings) is 1; allowed is a path."),
        ("anr_player", "1", "ANR_PLAYER (settings) is 1; allowed is a text."),
        ("anr_keys", "'f'", 'it is a table in config.toml: [anr_keys], then lines like gap.fill = "f F5".'),
        ("anr_keys", "{gap.fill = 1}", "the keys of gap.fill are a text with blanks between them, or a list of texts."),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed(name: str, value: str, words: str, tmp_path: Path) -> None:
    (sentence,) = problems_of(f"{name} = {value}\n", tmp_path)
    assert sentence.endswith(words)


def test_the_place_that_is_named_is_the_one_whose_value_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANR_MAX_FILLS", "99")
    assert problems_of("anr_max_fills = 98\n", tmp_path)[0].startswith("ANR_MAX_FILLS (environment) is '99'")
    flag = problems_of("anr_max_fills = 98\n", tmp_path, anr_max_fills=97)[0]
    assert flag.startswith("ANR_MAX_FILLS (command line) is 97")


def test_a_secret_is_not_shown(tmp_path: Path) -> None:
    (sentence,) = problems_of("heldar_secret_key = 'hunter2'\n", tmp_path)
    assert "(hidden)" in sentence and "hunter2" not in sentence


def test_an_unknown_name_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    assert problems_of("anr_max_fils = 1\n", tmp_path) == [
        "config.toml: there is no setting 'anr_max_fils'. Did you mean anr_max_fills?",
    ]
    assert problems_of("quite_other = 1\n", tmp_path) == ["config.toml: there is no setting 'quite_other'."]


def test_there_is_a_sentence_for_each(tmp_path: Path) -> None:
    assert len(problems_of("anr_max_fills = 0\nanr_keep_parts_gb = -1\nanr_order = ''\nnone = 1\n", tmp_path)) == 4
