"""The chain of evidence: whatever is changed, forged, removed or cut off is told, and nothing else is."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.domain.evidence.evidence_chain import (
    NO_HEAD,
    ChainEntry,
    ChainFault,
    ChainHead,
    EntryKind,
    check_chain,
    link_after,
    record_digest,
)

Chain = tuple[list[ChainEntry], dict[int, str]]


def chain(length: int, *, older: int = 0, dropped: tuple[int, ...] = ()) -> Chain:
    """A chain of so many landed files, after so many older records; and the digests of the records."""
    link = f"begun:{older}"
    entries = [ChainEntry(0, EntryKind.BEGUN, older, "", "", "", "", "", link)]
    records = dict.fromkeys(range(1, older + 1), "0" * 64)
    kinds = [(EntryKind.LANDED, older + number) for number in range(1, length + 1)]
    for number, (kind, landed_id) in enumerate([*kinds, *((EntryKind.DROPPED, each) for each in dropped)], start=1):
        digest = record_digest({"id": landed_id, "name": f"{landed_id}.mp4"})
        unsealed = ChainEntry(number, kind, landed_id, "gate", f"{landed_id}.mp4", "end", "at", digest, "")
        entries.append(replace(unsealed, link=link_after(link, unsealed)))
        link = entries[-1].link
        records[landed_id] = digest
    return entries, {landed_id: digest for landed_id, digest in records.items() if landed_id not in dropped}


@given(st.integers(0, 8), st.integers(0, 3))
def test_a_chain_that_nobody_touched_is_whole(length: int, older: int) -> None:
    entries, records = chain(length, older=older)
    report = check_chain(entries, records, ChainHead(length, entries[-1].link))
    assert report.is_whole and report.older == older
    assert report.head == ChainHead(length, entries[-1].link)


def test_a_journal_without_entries_has_the_head_of_nothing() -> None:
    assert check_chain([], {}).head == ChainHead(0, NO_HEAD)
    assert check_chain([], {}).is_whole


def test_what_retention_dropped_is_no_fault() -> None:
    entries, records = chain(3, dropped=(2,))
    assert check_chain(entries, records).is_whole
    assert check_chain(entries, records).head.count == 4


def change_record(found: Chain) -> None:
    found[1][2] = record_digest({"id": 2, "name": "2.mp4", "sha256": "new"})


def remove_record(found: Chain) -> None:
    del found[1][2]


def forge_record(found: Chain) -> None:
    found[1][99] = "0" * 64


def remove_record_and_entry(found: Chain) -> None:
    del found[1][2], found[0][2]


def change_record_and_entry(found: Chain) -> None:
    change_record(found)
    found[0][2] = replace(found[0][2], record=found[1][2])


def change_record_and_seal_it_again(found: Chain) -> None:
    """As somebody would who knows how, and who leaves the later entries as they are."""
    change_record_and_entry(found)
    found[0][2] = replace(found[0][2], link=link_after(found[0][1].link, found[0][2]))


def pretend_that_it_is_older(found: Chain) -> None:
    found[0][0] = replace(found[0][0], landed_id=9, link="begun:9")


@pytest.mark.parametrize(
    ("harm", "faults"),
    [
        (change_record, {ChainFault.CHANGED}),
        (remove_record, {ChainFault.MISSING}),
        (forge_record, {ChainFault.FORGED}),
        (remove_record_and_entry, {ChainFault.GAP}),
        (change_record_and_entry, {ChainFault.FORGED}),
        (change_record_and_seal_it_again, {ChainFault.FORGED}),
        (pretend_that_it_is_older, {ChainFault.FORGED}),
    ],
)
def test_each_harm_is_told(harm: Callable[[Chain], None], faults: set[ChainFault]) -> None:
    found = chain(4)
    harm(found)
    assert {problem.fault for problem in check_chain(*found).problems} == faults


def test_a_chain_that_was_made_anew_from_the_harm_on_is_told_by_a_head_from_outside() -> None:
    """Whoever may write the journal can do this; a copy of the head elsewhere is what they cannot reach."""
    known = check_chain(*chain(4)).head
    shorter, records = chain(3)
    assert check_chain(shorter, records).is_whole
    assert [each.fault for each in check_chain(shorter, records, known).problems] == [ChainFault.GAP]
    other, records = chain(5, older=1)
    assert check_chain(other, records).is_whole
    assert [each.fault for each in check_chain(other, records, known).problems] == [ChainFault.OTHER_CHAIN]
    longer, records = chain(6)
    assert check_chain(longer, records, known).is_whole


@given(st.integers(1, 6), st.data())
def test_no_entry_can_be_changed_in_any_part(length: int, data: st.DataObject) -> None:
    entries, records = chain(length)
    number = data.draw(st.integers(1, length))
    part = data.draw(st.sampled_from(["camera_id", "name", "end_time", "at", "record", "link"]))
    entries[number] = replace(entries[number], **{part: "x"})
    # The last link is the head itself: that it is another one, a copy shows.
    assert not check_chain(entries, records, ChainHead(length, chain(length)[0][-1].link)).is_whole


def test_columns_of_a_later_version_change_no_digest() -> None:
    assert record_digest({"id": 1, "new": None, "newer": ""}) == record_digest({"id": 1})
    assert record_digest({"id": 1, "new": 0}) != record_digest({"id": 1})
    assert record_digest({"b": 1, "a": "ü"}) == record_digest({"a": "ü", "b": 1})


@pytest.mark.parametrize("text", ["", "12", "x:ab", ":ab", "12:", "-1:ab"])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="COUNT:LINK"):
        ChainHead.parse(text)


def test_a_head_is_read_as_it_is_written() -> None:
    assert ChainHead.parse(f" {ChainHead(12, 'ab')}\n") == ChainHead(12, "ab")
