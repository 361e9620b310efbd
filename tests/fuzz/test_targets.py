"""Every target holds for its corpus, which has what fuzzing has found, and for changed copies of it."""

from pathlib import Path

import pytest

from tests.fuzz.mutations import mutations
from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"
# So many changed copies take a quarter of a second.
COPIES = {
    "rtsp": 1000,
    "media": 1200,
    "media_times": 1200,
    "sdp": 1400,
    "digest": 3000,
    "mp4": 2000,
    "parameter_sets": 600,
    "times": 3000,
    "urls": 150,
    "masking": 900,
    "known_secrets": 50,
    "journal": 35,
    "bundle": 150,
}


def corpus_of(target: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted((CORPUS / target).iterdir())]


def test_each_target_has_a_corpus_and_each_corpus_a_target() -> None:
    assert {path.name for path in CORPUS.iterdir()} == set(TARGETS) == set(COPIES)
    assert all(map(corpus_of, TARGETS))


@pytest.mark.parametrize("target", TARGETS)
def test_what_fuzzing_found_is_read_or_refused_as_it_should_be(target: str) -> None:
    for data in corpus_of(target):
        TARGETS[target](data)


@pytest.mark.parametrize("target", TARGETS)
def test_changed_copies_of_a_corpus_are_read_or_refused_as_they_should_be(target: str) -> None:
    for data in mutations(corpus_of(target), COPIES[target], seed=1):
        try:
            TARGETS[target](data)
        except Exception as error:
            error.add_note(f"input: {data!r}")
            raise


def test_the_copies_are_the_same_every_time() -> None:
    corpus = corpus_of("rtsp")

    assert [*mutations(corpus, 50, seed=1)] == [*mutations(corpus, 50, seed=1)]
    assert [*mutations(corpus, 50, seed=1)] != [*mutations(corpus, 50, seed=2)]
