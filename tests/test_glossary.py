"""docs/glossary.md has each word once, in order, in plain sentences; no word of the program is left unexplained."""

import re
from enum import StrEnum

import pytest

from anr_tui.domain.diagnosis import CheckKind, CheckMark
from anr_tui.domain.event import EventKind
from anr_tui.domain.evidence.time_proof import TimeProof
from anr_tui.domain.fill import Phase
from anr_tui.domain.gap import FillState
from anr_tui.domain.outcome import Outcome
from anr_tui.domain.policy.fill_policy import WaitReason
from anr_tui.domain.request import RequestKind, RequestState
from tests.documents import PROJECT, read_page, rows

PAGE = "docs/glossary.md"
WORDS = {row[0].strip(): row[1].strip(" |") for row in rows(read_page(PAGE))}


def test_each_word_is_there_once_and_in_order() -> None:
    words = [row[0].strip() for row in rows(read_page(PAGE))]

    assert words == sorted(set(words), key=str.casefold)


@pytest.mark.parametrize("word", WORDS)
def test_a_word_is_explained_in_one_or_two_sentences_and_not_by_itself(word: str) -> None:
    sentences = re.split(r"(?<=[.?…])\s+(?=[A-Z`!])", WORDS[word])

    assert len(sentences) <= 2, sentences
    assert sentences[-1][-1] in ".?…"
    assert not sentences[0].casefold().startswith((f"a {word} ".casefold(), f"the {word} ".casefold()))


def test_every_word_is_one_that_the_project_uses() -> None:
    files = [*PROJECT.glob("docs/*.md"), PROJECT / "README.md", *PROJECT.glob("anr_tui/**/*.py")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files if file != PROJECT / PAGE)
    # Names of classes and variables are words, too.
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).replace("_", " ").casefold()

    unused = [word for word in WORDS if not re.search(rf"\b{re.escape(word.casefold())}", text)]
    assert unused == []


@pytest.mark.parametrize(
    "kind",
    [Outcome, EventKind, WaitReason, Phase, FillState, RequestKind, RequestState, CheckKind, CheckMark, TimeProof],
    ids=lambda kind: kind.__name__,
)
def test_every_word_of_the_journal_is_explained_here_or_on_a_page_that_is_named_here(kind: type[StrEnum]) -> None:
    pages = [f"docs/{name}" for name in re.findall(r"\]\((\w+\.md)\)", read_page(PAGE))]
    text = "\n".join(read_page(page) for page in pages)
    # The page of outcomes has them in words, the others as the journal writes them.
    said = set(re.findall(r"`(\w+)`", text)) | {row[0].strip() for page in pages for row in rows(read_page(page))}

    unexplained = [
        each.value for each in kind if not {each.value, str(getattr(each, "words", each.value))} & (said | WORDS.keys())
    ]
    assert unexplained == []
