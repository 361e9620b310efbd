"""The words of a diagnosis."""

from anr_tui.domain.diagnosis import CheckKind, CheckMark


def test_each_check_has_words_of_its_own() -> None:
    assert len({kind.words for kind in CheckKind}) == len(CheckKind)


def test_a_mark_reads_as_words() -> None:
    assert CheckMark.NOT_KNOWN.words == "not known"
    assert all(mark.words.replace(" ", "_") == mark for mark in CheckMark)


def test_a_check_that_was_left_out_is_over_and_one_that_has_not_begun_is_not() -> None:
    assert {mark for mark in CheckMark if not mark.is_over} == {CheckMark.WAITING, CheckMark.RUNNING}
