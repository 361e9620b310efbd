"""What is wrong with a setting, in a sentence: its name, its value, and what is allowed."""

from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from anr_tui.config.setting_problems import sentences
from anr_tui.config.setting_types import Flag, SecretKey


class Example(BaseModel):
    """One setting of each sort."""

    model_config = ConfigDict(extra="forbid")

    anr_fills: int = Field(4, ge=1, le=64)
    anr_gb: float = Field(5, ge=0)
    anr_days: int = 1
    anr_order: Literal["newest", "oldest"] = "newest"
    anr_on: Flag | None = None
    anr_key: SecretKey | None = None


def problems_of(**values: object) -> list[str]:
    with pytest.raises(ValidationError) as refusal:
        Example(**values)  # type: ignore[arg-type]
    return sentences(refusal.value, Path("config.toml"), Example.model_fields, {"anr_key"})


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("anr_fills", "99", "ANR_FILLS (settings) is '99'; allowed is a number from 1 to 64."),
        ("anr_gb", "-1", "ANR_GB (settings) is '-1'; allowed is a number of at least 0."),
        ("anr_days", "soon", "ANR_DAYS (settings) is 'soon'; allowed is a whole number."),
        ("anr_order", "random", "ANR_ORDER (settings) is 'random'; allowed is one of newest, oldest."),
        ("anr_on", "maybe", "allowed is one of 0, 1, false, no, off, on, true, yes."),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed(name: str, value: str, words: str) -> None:
    (sentence,) = problems_of(**{name: value})
    assert sentence.endswith(words)


def test_a_value_of_the_environment_is_said_to_be_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANR_FILLS", "99")
    assert problems_of(anr_fills="99")[0].startswith("ANR_FILLS (environment) is '99'")


def test_a_secret_is_not_shown() -> None:
    (sentence,) = problems_of(anr_key=SecretStr("hunter2"))
    assert "(hidden)" in sentence and "hunter2" not in sentence


def test_an_unknown_name_is_refused_with_the_nearest_one() -> None:
    assert problems_of(anr_fill=1) == [
        "config.toml: there is no setting 'anr_fill'. Did you mean anr_fills?",
    ]
    assert problems_of(quite_other=1) == ["config.toml: there is no setting 'quite_other'."]


def test_there_is_a_sentence_for_each() -> None:
    assert len(problems_of(anr_fills=0, anr_gb=-1, anr_order="")) == 3
