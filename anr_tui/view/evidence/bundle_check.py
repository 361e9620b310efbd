"""The check of a bundle of evidence, by whoever has it: neither a site nor a journal is needed."""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

from anr_tui.domain.errors import SettingsError
from anr_tui.domain.evidence.evidence_chain import ChainHead, EntryKind, text_digest
from anr_tui.platform.files.regular_file import open_regular
from anr_tui.view.evidence import bundle_files
from anr_tui.view.evidence.bundle_files import ListedFile, footage_path, read_sums
from anr_tui.view.evidence.signing_key import fingerprint_of, is_signed_by, read_public

_LARGEST_TEXT = 1 << 28
_UNLISTED = {bundle_files.SUMS, bundle_files.SIGNATURE, bundle_files.PUBLIC_KEY}
_TEXTS = (bundle_files.RECORDS, bundle_files.CHAIN, bundle_files.HEAD)
_ENTRY_TYPES = (str, int, str, int, str, str, str, str, str)


class BundleFault(StrEnum):
    """What is wrong with a bundle."""

    OTHER_KEY = "other_key"
    BAD_SIGNATURE = "bad_signature"
    CHANGED = "changed"
    MISSING = "missing"
    UNLISTED = "unlisted"
    FORGED = "forged"
    REORDERED = "reordered"
    GAP = "gap"
    OTHER_CHAIN = "other_chain"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class BundleProblem:
    """Something that is wrong with a bundle, in a sentence that names the file or the record."""

    fault: BundleFault
    words: str


@dataclass(frozen=True, slots=True)
class BundleReport:
    """A checked bundle. `fingerprint` is that of its key, and `head` that of its chain, "" where it cannot be read.

    `files` are landed files, `records` the records of such.
    """

    fingerprint: str
    head: str
    records: int
    files: int
    problems: tuple[BundleProblem, ...]

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of the chain as its line has it; `link` is the digest of the line."""

    before: str
    number: int
    kind: str
    landed_id: int
    file: str
    record: str
    link: str


@dataclass(slots=True)
class _Check:
    """The check of one bundle; `problems` grows."""

    root: Path
    problems: list[BundleProblem] = field(default_factory=list)

    def found(self, fault: BundleFault, words: str) -> None:
        self.problems.append(BundleProblem(fault, words))

    def read(self, name: str) -> bytes:
        """The content of a small file of the bundle, b"" where it cannot be read."""
        try:
            with open(self.root / name, "rb", opener=open_regular) as file:
                content = file.read(_LARGEST_TEXT + 1)
        except FileNotFoundError:
            self.found(BundleFault.MISSING, f"{name} is missing.")
            return b""
        except OSError as error:
            self.found(BundleFault.UNREADABLE, f"{name} cannot be read: {error.strerror}.")
            return b""
        if len(content) > _LARGEST_TEXT:
            self.found(BundleFault.UNREADABLE, f"{name} is larger than {_LARGEST_TEXT} bytes.")
            return b""
        return content

    def lines(self, name: str) -> list[str]:
        """The lines of a text of the bundle."""
        text = self.read(name).decode("utf-8", "replace")
        return text.removesuffix("\n").split("\n") if text else []


def check_bundle(root: Path, fingerprint: str | None = None, known: ChainHead | None = None) -> BundleReport:
    """Check a bundle against its signature and itself. Blocking.

    `fingerprint` is that of the site's key, `known` a head of its chain, as the site gave them by another way. Raises
    SettingsError where there is no bundle.
    """
    if not (root / bundle_files.SUMS).exists():
        raise SettingsError(f"{root} is no bundle of evidence: it has no {bundle_files.SUMS}.")
    check = _Check(root)
    sums = check.read(bundle_files.SUMS)
    signed_by = _check_signature(check, sums, fingerprint)
    listed = _listed(check, sums)
    _check_files(check, listed)
    entries = _entries(check)
    head = _check_chain(check, entries, known)
    records = _check_records(check, entries, listed)
    footage = sum(file.path.startswith(f"{bundle_files.FOOTAGE}/") for file in listed)
    return BundleReport(signed_by, head, records, footage, tuple(check.problems))


def _check_signature(check: _Check, sums: bytes, fingerprint: str | None) -> str:
    public_pem, signature = check.read(bundle_files.PUBLIC_KEY), check.read(bundle_files.SIGNATURE)
    try:
        key = read_public(public_pem)
    except ValueError:
        check.found(BundleFault.UNREADABLE, f"{bundle_files.PUBLIC_KEY} is no Ed25519 key.")
        return ""
    found = fingerprint_of(key)
    if fingerprint is not None and found != fingerprint:
        check.found(BundleFault.OTHER_KEY, f"It is signed by another key: its fingerprint is {found}.")
    if not is_signed_by(key, signature, sums):
        words = f"{bundle_files.SUMS} was changed after it was signed, or another key signed it."
        check.found(BundleFault.BAD_SIGNATURE, words)
    return found


def _listed(check: _Check, sums: bytes) -> list[ListedFile]:
    try:
        return read_sums(sums.decode())
    except ValueError as error:
        check.found(BundleFault.UNREADABLE, f"{bundle_files.SUMS}: {error}.")
        return []


def _check_files(check: _Check, listed: list[ListedFile]) -> None:
    """Compare each file with the list; what the list does not have was put there by somebody else."""
    for file in listed:
        try:
            if _digest(check.root / file.path) != file.sha256:
                check.found(BundleFault.CHANGED, f"{file.path} was changed: its SHA-256 is another one.")
        except FileNotFoundError:
            check.found(BundleFault.MISSING, f"{file.path} is missing.")
        except OSError as error:
            check.found(BundleFault.UNREADABLE, f"{file.path} cannot be read: {error.strerror}.")
    names = {file.path for file in listed}
    for name in sorted({*_present(check.root), *_TEXTS} - names - _UNLISTED):
        check.found(BundleFault.UNLISTED, f"{name} is not in {bundle_files.SUMS}: nobody signed it.")


def _digest(path: Path) -> str:
    with open(path, "rb", buffering=0, opener=open_regular) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _present(root: Path) -> Iterator[str]:
    for directory, folders, names in os.walk(root):
        links = [name for name in folders if (Path(directory) / name).is_symlink()]
        yield from ((Path(directory) / name).relative_to(root).as_posix() for name in (*names, *links))


def _entries(check: _Check) -> list[_Entry]:
    entries = []
    for line in check.lines(bundle_files.CHAIN):
        try:
            entries.append(_entry(line))
        except (ValueError, RecursionError):
            check.found(BundleFault.UNREADABLE, f"{bundle_files.CHAIN} has a line that is no entry.")
    return entries


def _entry(line: str) -> _Entry:
    cells = json.loads(line)
    if not isinstance(cells, list) or tuple(map(type, cells)) != _ENTRY_TYPES:
        raise ValueError("no entry")
    before, number, kind, landed_id, camera_id, name, _, _, record = cells
    return _Entry(before, number, kind, landed_id, footage_path(camera_id, name), record, text_digest(line))


def _check_chain(check: _Check, entries: list[_Entry], known: ChainHead | None) -> str:
    """Check that each entry follows from the one before, up to the head; returns the head as it is written."""
    ordered = sorted(entries, key=lambda entry: entry.number)
    if ordered != entries:
        check.found(BundleFault.REORDERED, f"The entries in {bundle_files.CHAIN} are not in their order.")
    for earlier, later in pairwise(ordered):
        if later.number > earlier.number + 1:
            words = f"The chain has a gap between the entries {earlier.number} and {later.number}."
            check.found(BundleFault.GAP, words)
        elif later.before != earlier.link:
            words = f"Entry {later.number} of the chain ({later.file}) does not follow from the one before."
            check.found(BundleFault.FORGED, words)
    written = "".join(check.lines(bundle_files.HEAD)[:1])
    last = ordered[-1] if ordered else None
    if last is None or written != f"{last.number}:{last.link}":
        check.found(BundleFault.FORGED, f"The chain does not end in the head of {bundle_files.HEAD}.")
    if known is not None:
        _check_known(check, ordered, known)
    return written


def _check_known(check: _Check, entries: list[_Entry], known: ChainHead) -> None:
    entry = next((entry for entry in entries if entry.number == known.count), None)
    if entry is None:
        words = f"The bundle has no entry {known.count}, whose link was copied: it begins later or ends before."
        check.found(BundleFault.GAP, words)
    elif entry.link != known.link:
        words = f"This is not the chain whose head was copied: entry {known.count} has another link."
        check.found(BundleFault.OTHER_CHAIN, words)


def _check_records(check: _Check, entries: list[_Entry], listed: list[ListedFile]) -> int:
    """Check each record against the chain, and each landed file against its record; returns how many records are."""
    landed = {entry.landed_id: entry for entry in entries if entry.kind == EntryKind.LANDED}
    digests, numbers = dict[str, set[str]](), list[int]()
    lines = check.lines(bundle_files.RECORDS)
    for line in lines:
        try:
            record_id, path, sha256 = _record(line)
        except (ValueError, RecursionError):
            check.found(BundleFault.UNREADABLE, f"{bundle_files.RECORDS} has a line that is no record.")
            continue
        digests.setdefault(path, set()).add(sha256)
        entry = landed.get(record_id)
        if entry is None:
            check.found(BundleFault.FORGED, f"The record of {path} is not in the chain.")
            continue
        numbers.append(entry.number)
        if entry.record != text_digest(line):
            check.found(BundleFault.CHANGED, f"The record of {path} was changed after the file landed.")
    if numbers != sorted(numbers):
        check.found(BundleFault.REORDERED, f"The records in {bundle_files.RECORDS} are not in their order.")
    if len(numbers) != len(set(numbers)):
        check.found(BundleFault.FORGED, f"{bundle_files.RECORDS} has a record twice.")
    for file in listed:
        if not file.path.startswith(f"{bundle_files.FOOTAGE}/"):
            continue
        if file.path not in digests:
            check.found(BundleFault.MISSING, f"The record of {file.path} is missing.")
        elif file.sha256 not in digests[file.path]:
            check.found(BundleFault.CHANGED, f"{file.path} is not the file that landed, by its record.")
    return len(lines)


def _record(line: str) -> tuple[int, str, str]:
    """The id of a record, the path of its file in the bundle, and its SHA-256. Raises ValueError."""
    record = json.loads(line)
    match record:
        case {"id": int(record_id), "camera_id": str(camera_id), "name": str(name), "sha256": str(sha256)}:
            return record_id, footage_path(camera_id, name), sha256
    raise ValueError("no record")
