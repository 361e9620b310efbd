"""The chain of evidence: each record of a landed file is sealed by an entry that holds the digest of the one before.

So a record cannot be changed, forged or removed without changing every later entry, and the newest link, the head. A
copy of the head that somebody else keeps proves all that came before it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

NO_HEAD = "begun:0"
"""The link before the first entry of a journal that kept the chain from its first record on."""


class EntryKind(StrEnum):
    """What an entry of the chain says."""

    BEGUN = "begun"  # records up to its `landed_id` are older than the chain
    LANDED = "landed"
    DROPPED = "dropped"  # the record of a file that retention had removed was dropped from the journal


class ChainFault(StrEnum):
    """What is wrong with the chain, or with a record that it seals."""

    CHANGED = "changed"
    MISSING = "missing"
    FORGED = "forged"
    GAP = "gap"
    OTHER_CHAIN = "other_chain"


@dataclass(frozen=True, slots=True)
class ChainEntry:
    """An entry; `number` counts from 1 on. `record` is the digest of the record `landed_id`, `link` seals the entry.

    `camera_id`, `name` and `end_time` say which file it was, once the record is gone; `at` is when it was written.
    """

    number: int
    kind: EntryKind
    landed_id: int
    camera_id: str
    name: str
    end_time: str
    at: str
    record: str
    link: str


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The end of a chain: how many entries it has, and the newest link."""

    count: int
    link: str

    def __str__(self) -> str:
        """As people copy it: `12:5f3a…`."""
        return f"{self.count}:{self.link}"

    @classmethod
    def parse(cls, text: str) -> "ChainHead":
        """A head as `str` gives it. Raises ValueError."""
        count, colon, link = text.strip().partition(":")
        if not colon or not count.isascii() or not count.isdigit() or not link:
            raise ValueError("a head is written as COUNT:LINK")
        return cls(int(count), link)


@dataclass(frozen=True, slots=True)
class ChainProblem:
    """Something that is wrong; `landed_id` is the record that it concerns, None where it concerns the chain itself."""

    fault: ChainFault
    words: str
    landed_id: int | None = None


@dataclass(frozen=True, slots=True)
class ChainReport:
    """The chain and what is wrong with it. `older` records are from before it was kept: it says nothing about them."""

    head: ChainHead
    older: int
    problems: tuple[ChainProblem, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def record_text(columns: Mapping[str, object]) -> str:
    """A record as it is digested: its columns as JSON in ASCII, sorted by name, without those that are empty.

    Empty ones are left out so that a later version may add columns.
    """
    filled = {name: value for name, value in columns.items() if value not in (None, "")}
    return json.dumps(filled, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def record_digest(columns: Mapping[str, object]) -> str:
    """The SHA-256 of a record's `record_text`, in hexadecimal."""
    return text_digest(record_text(columns))


def text_digest(text: str) -> str:
    """The SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def entry_text(before: str, entry: ChainEntry) -> str:
    """An entry as it is sealed: a JSON array in ASCII; `before` is the link of the entry before it."""
    sealed = [
        before,
        entry.number,
        entry.kind.value,
        entry.landed_id,
        entry.camera_id,
        entry.name,
        entry.end_time,
        entry.at,
        entry.record,
    ]
    return json.dumps(sealed, separators=(",", ":"), ensure_ascii=True)


def link_after(before: str, entry: ChainEntry) -> str:
    """The SHA-256 that seals an entry, in hexadecimal; `before` is the link of the entry before it."""
    return text_digest(entry_text(before, entry))


def check_chain(
    entries: Iterable[ChainEntry], records: Mapping[int, str], known: ChainHead | None = None
) -> ChainReport:
    """Check the entries, by number, against each other and against the digests of the records, by id.

    `known` is a head that somebody kept outside.
    """
    chain = sorted(entries, key=lambda entry: entry.number)
    begun = next((entry for entry in chain if entry.number == 0), None)
    links = [entry for entry in chain if entry.number > 0]
    oldest = begun.landed_id if begun else 0
    problems = [*_broken(links, begun.link if begun else NO_HEAD), *_unsealed(links, records, oldest)]
    if known is not None:
        problems += _other_than(links, known)
    head = ChainHead(links[-1].number, links[-1].link) if links else ChainHead(0, begun.link if begun else NO_HEAD)
    return ChainReport(head, sum(record <= oldest for record in records), tuple(problems))


def _broken(links: list[ChainEntry], before: str) -> Iterable[ChainProblem]:
    number = 0
    for entry in links:
        if entry.number != number + 1:
            lost = f"{number + 1} to {entry.number - 1}" if entry.number > number + 2 else f"{number + 1}"
            yield ChainProblem(ChainFault.GAP, f"The chain has a gap: entry {lost} is missing.")
        elif entry.link != link_after(before, entry):
            words = (
                f"Entry {entry.number} of the chain does not follow from the one before it: one of them was changed."
            )
            yield ChainProblem(ChainFault.FORGED, words)
        number, before = entry.number, entry.link


def _unsealed(links: list[ChainEntry], records: Mapping[int, str], oldest: int) -> Iterable[ChainProblem]:
    landed = {entry.landed_id: entry for entry in links if entry.kind is EntryKind.LANDED}
    dropped = {entry.landed_id for entry in links if entry.kind is EntryKind.DROPPED}
    for record, entry in landed.items():
        file = f"{entry.camera_id}/{entry.name}"
        if record not in records:
            if record not in dropped:
                words = f"The record of {file} (entry {entry.number}) is missing from the journal."
                yield ChainProblem(ChainFault.MISSING, words, record)
        elif records[record] != entry.record:
            words = f"The record of {file} was changed after the file landed (entry {entry.number})."
            yield ChainProblem(ChainFault.CHANGED, words, record)
    for record in sorted(records.keys() - landed.keys()):
        if record > oldest:
            words = f"Record {record} was not written by a fill: the chain has no entry for it."
            yield ChainProblem(ChainFault.FORGED, words, record)


def _other_than(links: list[ChainEntry], known: ChainHead) -> Iterable[ChainProblem]:
    if known.count == 0:
        return
    if not links or links[-1].number < known.count:
        has = links[-1].number if links else 0
        words = f"The chain had {known.count} entries when its head was copied, and has {has} now."
        yield ChainProblem(ChainFault.GAP, words)
    elif all(entry.number != known.count or entry.link != known.link for entry in links):
        words = f"This is not the chain whose head was copied: entry {known.count} has another link."
        yield ChainProblem(ChainFault.OTHER_CHAIN, words)
