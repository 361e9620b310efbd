"""The export of evidence as a signed bundle: landed files, their records, and the chain from these to its head."""

import asyncio
import contextlib
import hashlib
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from anr_tui.config.settings import Settings
from anr_tui.domain.errors import JournalError, SettingsError, SiteError
from anr_tui.domain.evidence.evidence_chain import (
    NO_HEAD,
    ChainEntry,
    ChainHead,
    EntryKind,
    check_chain,
    entry_text,
    record_digest,
    record_text,
    text_digest,
)
from anr_tui.journal.journal import Journal
from anr_tui.platform.files.storage_errors import doing
from anr_tui.sites.interface import RecordingArchive
from anr_tui.sites.open_site import open_site
from anr_tui.view.evidence import bundle_files
from anr_tui.view.evidence.bundle_files import ListedFile, can_be_listed, footage_path, sums_text
from anr_tui.view.evidence.signing_key import KeyFiles, SigningKey, load_key
from anr_tui.view.gap.evidence import open_landed

_CHUNK_BYTES = 1 << 20
_DIRECTORY_MODE = 0o750

Columns = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Export:
    """A bundle that was written. `left_out` has a sentence for each file or record that is not in it."""

    path: Path
    fingerprint: str
    head: ChainHead
    records: int
    files: int
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Evidence:
    """The records to export, each with its entry, in the order of the chain, and the chain's part from the first on.

    `before` is the link of the entry in front of that part; `older` are records that the chain does not hold.
    """

    archive: RecordingArchive
    records: list[tuple[ChainEntry, Columns]]
    part: list[ChainEntry]
    before: str
    older: list[str]

    @property
    def head(self) -> ChainHead:
        return ChainHead(self.part[-1].number, self.part[-1].link)


async def export_bundle(settings: Settings, gap_ids: Collection[str], out: Path, *, has_footage: bool = True) -> Export:
    """Write a bundle of the evidence of these gaps (of all for none) into the new directory `out`.

    Raises SettingsError where there is no key that can be used, or `out` is there; SiteError for an unknown gap, or one
    that nothing landed for; JournalError where the chain is not whole, because nothing is signed then; StorageError
    where `out` cannot be written.
    """
    key = await asyncio.to_thread(load_key, KeyFiles.beside(settings.site_paths.journal))
    evidence = await _read(settings, gap_ids)
    return await asyncio.to_thread(_write, evidence, key, out, has_footage)


async def _read(settings: Settings, gap_ids: Collection[str]) -> _Evidence:
    async with contextlib.AsyncExitStack() as opened:
        site = await open_site(settings, is_read_only=True)
        opened.push_async_callback(site.close)
        journal = await Journal.open(settings.site_paths.journal, is_read_only=True)
        opened.push_async_callback(journal.close)
        records, entries = await _unchanged(journal)
        for gap_id in gap_ids:
            if all(columns["gap_id"] != gap_id for columns in records.values()):
                is_known = await site.gaps.gap(gap_id) is not None
                words = f"Nothing has landed for gap {gap_id!r}." if is_known else f"There is no gap {gap_id!r}."
                raise SiteError(words, "`anr-tui verify` lists the files that have landed.")
    _refuse_broken(entries, records)
    return _chosen(site.archive, records, entries, gap_ids)


async def _unchanged(journal: Journal) -> tuple[dict[int, Columns], list[ChainEntry]]:
    """The records and the entries of one moment: read again where a file has landed meanwhile."""
    while True:
        head = await journal.evidence_chain.head()
        records, entries = await journal.evidence_chain.records(), await journal.evidence_chain.entries()
        if await journal.evidence_chain.head() == head:
            return records, entries


def _refuse_broken(entries: list[ChainEntry], records: Mapping[int, Columns]) -> None:
    report = check_chain(entries, {each: record_digest(columns) for each, columns in records.items()})
    if not report.is_whole:
        raise JournalError(
            f"The chain of evidence is not whole, so that nothing is signed: {report.problems[0].words}",
            "`anr-tui verify --chain` says all that is wrong.",
        )


def _chosen(
    archive: RecordingArchive, records: Mapping[int, Columns], entries: list[ChainEntry], gap_ids: Collection[str]
) -> _Evidence:
    landed = {entry.landed_id: entry for entry in entries if entry.kind is EntryKind.LANDED}
    chosen = {each: columns for each, columns in records.items() if not gap_ids or columns["gap_id"] in gap_ids}
    pairs = ((landed[each], columns) for each, columns in chosen.items() if each in landed)
    sealed = sorted(pairs, key=lambda pair: pair[0].number)
    if not sealed:
        raise SiteError("No record of a landed file is in the chain of evidence yet.")
    first = sealed[0][0].number
    older = [_file_words(columns) for each, columns in chosen.items() if each not in landed]
    before = next((entry.link for entry in entries if entry.number == first - 1), NO_HEAD)
    return _Evidence(archive, sealed, [entry for entry in entries if entry.number >= first], before, older)


def _write(evidence: _Evidence, key: SigningKey, out: Path, has_footage: bool) -> Export:
    if out.exists() or out.is_symlink():
        raise SettingsError(f"{out} is there already.", "Name a new directory.")
    with doing("write", out), _staged(out) as directory:
        left_out = [f"{file}: its record is older than the chain of evidence." for file in evidence.older]
        files = list(_copied(evidence, directory, left_out)) if has_footage else []
        texts = {
            bundle_files.RECORDS: [record_text(columns) for _, columns in evidence.records],
            bundle_files.CHAIN: list(_chain_lines(evidence)),
            bundle_files.HEAD: [str(evidence.head)],
        }
        listed = list(files)
        for name, lines in texts.items():
            text = "".join(f"{line}\n" for line in lines)
            (directory / name).write_text(text, encoding="utf-8")
            listed.append(ListedFile(name, text_digest(text)))
        sums = sums_text(listed).encode()
        (directory / bundle_files.SUMS).write_bytes(sums)
        (directory / bundle_files.SIGNATURE).write_bytes(key.sign(sums))
        (directory / bundle_files.PUBLIC_KEY).write_bytes(key.public_pem)
    return Export(out, key.fingerprint, evidence.head, len(evidence.records), len(files), tuple(left_out))


@contextlib.contextmanager
def _staged(out: Path) -> Iterator[Path]:
    """A directory that gets its name once all of it is written, and is gone otherwise."""
    directory = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    try:
        yield directory
        directory.chmod(_DIRECTORY_MODE)
        directory.rename(out)
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise


def _chain_lines(evidence: _Evidence) -> Iterator[str]:
    before = evidence.before
    for entry in evidence.part:
        yield entry_text(before, entry)
        before = entry.link


def _copied(evidence: _Evidence, directory: Path, left_out: list[str]) -> Iterator[ListedFile]:
    """Copy the landed files that are what their records say; the others are named in `left_out`."""
    last = {_file_words(columns): entry.number for entry, columns in evidence.records}
    for entry, columns in evidence.records:
        file = _file_words(columns)
        path = footage_path(entry.camera_id, entry.name)
        if last[file] != entry.number:
            left_out.append(f"{file}: it was gone when another file of this name landed.")
            continue
        try:
            if not can_be_listed(path):
                raise SiteError("its name cannot stand in a list of sha256sum.")
            source = evidence.archive.landed_path(entry.camera_id, entry.name)
            sha256 = _copy(source, directory / path)
        except FileNotFoundError:
            left_out.append(f"{file}: it is not there.")
        except SiteError as error:
            left_out.append(f"{file}: {error}")
        else:
            if sha256 == columns["sha256"]:
                yield ListedFile(path, sha256)
                continue
            (directory / path).unlink()
            left_out.append(f"{file}: its SHA-256 is not that of its record.")


def _copy(source: Path, target: Path) -> str:
    """Copy a file, and return the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    with open_landed(source) as read:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as written:
            while chunk := read.read(_CHUNK_BYTES):
                digest.update(chunk)
                written.write(chunk)
    return digest.hexdigest()


def _file_words(columns: Columns) -> str:
    return f"{columns['camera_id']}/{columns['name']}"
