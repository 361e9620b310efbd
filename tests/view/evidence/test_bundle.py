"""What an export writes, and what it refuses to sign."""

import hashlib
import json
from pathlib import Path

import pytest

from anr_tui.domain.errors import JournalError, SettingsError, SiteError, StorageError
from anr_tui.domain.evidence.evidence_chain import ChainHead
from anr_tui.view.evidence.bundle_check import check_bundle
from anr_tui.view.evidence.signing_key import KeyFiles, SigningKey
from tests.heldar_site import HeldarSite, execute
from tests.view.evidence.builders import FILES, content_of, exported, with_evidence


@pytest.fixture
def key(heldar_site: HeldarSite) -> SigningKey:
    return with_evidence(heldar_site)


def names_in(bundle: Path) -> list[str]:
    return sorted(path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file())


def test_it_has_the_files_their_records_and_the_chain_up_to_its_head(
    heldar_site: HeldarSite, key: SigningKey, tmp_path: Path
) -> None:
    export = exported(heldar_site, tmp_path / "bundle", "gap_1", "gap_2")

    assert (export.records, export.files, export.left_out) == (3, 3, ())
    assert names_in(export.path) == [
        "SHA256SUMS",
        "SHA256SUMS.sig",
        "chain.jsonl",
        *sorted(f"footage/{file}" for file in FILES[:3]),
        "head.txt",
        "public_key.pem",
        "records.jsonl",
    ]
    assert all((export.path / "footage" / file).read_bytes() == content_of(file) for file in FILES[:3])
    chain = [json.loads(line) for line in (export.path / "chain.jsonl").read_text().splitlines()]
    assert [entry[1] for entry in chain] == [1, 2, 3, 4]
    assert (export.path / "head.txt").read_text() == f"{export.head}\n"
    report = check_bundle(export.path, key.fingerprint, export.head)
    assert report.problems == ()
    assert (report.records, report.files, report.fingerprint) == (3, 3, key.fingerprint)


def test_the_chain_begins_with_the_first_record_that_is_asked_for(
    heldar_site: HeldarSite, key: SigningKey, tmp_path: Path
) -> None:
    export = exported(heldar_site, tmp_path / "bundle", "gap_2")
    lines = (export.path / "chain.jsonl").read_text().splitlines()

    assert [json.loads(line)[1] for line in lines] == [3, 4]
    assert export.head == ChainHead(4, hashlib.sha256(lines[-1].encode()).hexdigest())
    assert check_bundle(export.path).is_good


def test_without_footage_it_has_records_alone(heldar_site: HeldarSite, key: SigningKey, tmp_path: Path) -> None:
    export = exported(heldar_site, tmp_path / "bundle", has_footage=False)

    assert (export.records, export.files) == (4, 0)
    assert not (export.path / "footage").exists()
    assert check_bundle(export.path).is_good


def test_a_file_that_is_not_what_landed_is_left_out_and_named(
    heldar_site: HeldarSite, key: SigningKey, tmp_path: Path
) -> None:
    (heldar_site.recordings / FILES[0]).write_bytes(b"changed")
    (heldar_site.recordings / FILES[1]).unlink()
    export = exported(heldar_site, tmp_path / "bundle")

    assert export.left_out == (
        f"{FILES[0]}: its SHA-256 is not that of its record.",
        f"{FILES[1]}: it is not there.",
    )
    assert (export.records, export.files) == (4, 2)
    assert not (export.path / "footage" / FILES[0]).exists()
    assert check_bundle(export.path).is_good


def test_a_chain_that_is_not_whole_is_not_signed(heldar_site: HeldarSite, key: SigningKey, tmp_path: Path) -> None:
    execute(heldar_site.journal, "UPDATE landed_files SET asked_start = start_time, size_bytes = 1 WHERE id = 2")

    with pytest.raises(JournalError, match=r"nothing is signed: The record of gate/.* was changed"):
        exported(heldar_site, tmp_path / "bundle", "gap_2")
    assert not (tmp_path / "bundle").exists()


def test_without_a_key_or_anything_to_sign_it_says_so(heldar_site: HeldarSite, tmp_path: Path) -> None:
    heldar_site.add_gap("gap_9")
    with pytest.raises(SettingsError, match="There is no key"):
        exported(heldar_site, tmp_path / "bundle")
    with_evidence(heldar_site)
    for gap_id, words in (("gap_0", "There is no gap"), ("gap_9", "Nothing has landed for gap")):
        with pytest.raises(SiteError, match=words):
            exported(heldar_site, tmp_path / "bundle", gap_id)
    with pytest.raises(StorageError, match="Cannot write"):
        exported(heldar_site, tmp_path / "none" / "bundle")
    assert not (tmp_path / "bundle").exists()


def test_what_is_there_is_not_written_over(heldar_site: HeldarSite, key: SigningKey, tmp_path: Path) -> None:
    out = tmp_path / "bundle"
    out.mkdir()
    with pytest.raises(SettingsError, match="is there already"):
        exported(heldar_site, out)
    assert list(tmp_path.glob(".bundle*")) == []


def test_nothing_private_is_in_it(heldar_site: HeldarSite, key: SigningKey, tmp_path: Path) -> None:
    secret = KeyFiles.beside(heldar_site.journal).private.read_bytes().splitlines()[1]
    export = exported(heldar_site, tmp_path / "bundle")

    assert not [path for path in export.path.rglob("*") if path.is_file() and secret in path.read_bytes()]
    assert secret not in heldar_site.journal.read_bytes()
