"""Whatever somebody changes in a bundle is named; and openssl and sha256sum, by the documented commands, see it too."""

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from anr_tui.domain.errors import SettingsError
from anr_tui.domain.evidence.evidence_chain import ChainHead
from anr_tui.view.evidence.bundle_check import BundleFault, check_bundle
from anr_tui.view.evidence.bundle_files import ListedFile, sums_text
from anr_tui.view.evidence.signing_key import KeyFiles, SigningKey, make_key
from tests.documents import PROJECT
from tests.heldar_site import HeldarSite
from tests.view.evidence.builders import FILES, exported, with_evidence

FOOTAGE = f"footage/{FILES[1]}"


@pytest.fixture
def key(heldar_site: HeldarSite) -> SigningKey:
    return with_evidence(heldar_site)


@pytest.fixture
def bundle(heldar_site: HeldarSite, key: SigningKey, tmp_path: Path) -> Path:
    return exported(heldar_site, tmp_path / "bundle").path


def lines_of(path: Path) -> list[str]:
    return path.read_text().splitlines()


def write_lines(path: Path, lines: list[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines))


def change_file(bundle: Path) -> None:
    (bundle / FOOTAGE).write_bytes(b"other footage")


def remove_file(bundle: Path) -> None:
    (bundle / FOOTAGE).unlink()


def add_file(bundle: Path) -> None:
    (bundle / "footage/gate/20260613_120000.mp4").write_bytes(b"more footage")


def link_file(bundle: Path) -> None:
    (bundle / FOOTAGE).rename(bundle.parent / "elsewhere.mp4")
    (bundle / FOOTAGE).symlink_to(bundle.parent / "elsewhere.mp4")


def change_record(bundle: Path) -> None:
    records = bundle / "records.jsonl"
    records.write_text(records.read_text().replace("anna@nvr-07", "otto@nvr-07", 1))


def remove_record(bundle: Path) -> None:
    lines = lines_of(bundle / "records.jsonl")
    write_lines(bundle / "records.jsonl", [*lines[:1], *lines[2:]])


def swap_records(bundle: Path) -> None:
    first, second, *others = lines_of(bundle / "records.jsonl")
    write_lines(bundle / "records.jsonl", [second, first, *others])


def repeat_record(bundle: Path) -> None:
    first, *others = lines_of(bundle / "records.jsonl")
    write_lines(bundle / "records.jsonl", [first, first, *others])


def forge_record(bundle: Path) -> None:
    record = json.loads(lines_of(bundle / "records.jsonl")[0]) | {"id": 99, "name": "20260613_130000.mp4"}
    with (bundle / "records.jsonl").open("a") as file:
        file.write(json.dumps(record) + "\n")


def swap_entries(bundle: Path) -> None:
    first, second, *others = lines_of(bundle / "chain.jsonl")
    write_lines(bundle / "chain.jsonl", [second, first, *others])


def remove_entry(bundle: Path) -> None:
    lines = lines_of(bundle / "chain.jsonl")
    write_lines(bundle / "chain.jsonl", [*lines[:1], *lines[2:]])


def change_entry(bundle: Path) -> None:
    chain = bundle / "chain.jsonl"
    chain.write_text(chain.read_text().replace("20260613_110000.mp4", "20260613_100000.mp4", 1))


def cut_chain(bundle: Path) -> None:
    write_lines(bundle / "chain.jsonl", lines_of(bundle / "chain.jsonl")[:-1])


def nonsense(bundle: Path) -> None:
    write_lines(bundle / "chain.jsonl", ["[" * 5000, "{}", "[1,2]", *lines_of(bundle / "chain.jsonl")])
    write_lines(bundle / "records.jsonl", ["[]", '{"id":"x"}', *lines_of(bundle / "records.jsonl")])


Harm = Callable[[Path], None]
# What is wrong with the content itself, whoever signs it, by the words that name it.
HARMS: list[tuple[Harm, BundleFault, str]] = [
    (change_record, BundleFault.CHANGED, rf"The record of footage/{FILES[0]} was changed after the file landed"),
    (remove_record, BundleFault.MISSING, f"The record of {FOOTAGE} is missing"),
    (swap_records, BundleFault.REORDERED, "The records in records.jsonl are not in their order"),
    (repeat_record, BundleFault.FORGED, "has a record twice"),
    (forge_record, BundleFault.FORGED, "The record of footage/gate/20260613_130000.mp4 is not in the chain"),
    (swap_entries, BundleFault.REORDERED, "The entries in chain.jsonl are not in their order"),
    (remove_entry, BundleFault.GAP, "a gap between the entries 1 and 3"),
    (change_entry, BundleFault.FORGED, r"Entry 2 of the chain \(.*\) does not follow from the one before"),
    (cut_chain, BundleFault.FORGED, "does not end in the head of head.txt"),
    (nonsense, BundleFault.UNREADABLE, "has a line that is no entry"),
]
FILE_HARMS: list[tuple[Harm, BundleFault, str]] = [
    (change_file, BundleFault.CHANGED, f"{FOOTAGE} was changed"),
    (remove_file, BundleFault.MISSING, f"{FOOTAGE} is missing"),
    (link_file, BundleFault.UNREADABLE, f"{FOOTAGE} cannot be read: a link"),
    (add_file, BundleFault.UNLISTED, "20260613_120000.mp4 is not in SHA256SUMS"),
]


def name_of(harm: object) -> str:
    return getattr(harm, "__name__", "")


def found(bundle: Path, fault: BundleFault, words: str, fingerprint: str | None = None) -> bool:
    problems = check_bundle(bundle, fingerprint).problems
    return any(each.fault is fault and re.search(words, each.words) for each in problems)


def sums_anew(bundle: Path) -> bytes:
    """The list of what is in the bundle now."""
    kept = {"SHA256SUMS", "SHA256SUMS.sig", "public_key.pem"}
    paths = sorted(path for path in bundle.rglob("*") if path.is_file() and path.name not in kept)
    listed = [
        ListedFile(path.relative_to(bundle).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths
    ]
    return sums_text(listed).encode()


def sign_anew(bundle: Path, key: SigningKey) -> None:
    """What somebody does who has a key: the list and its signature fit what is in the bundle now."""
    sums = sums_anew(bundle)
    (bundle / "SHA256SUMS").write_bytes(sums)
    (bundle / "SHA256SUMS.sig").write_bytes(key.sign(sums))
    (bundle / "public_key.pem").write_bytes(key.public_pem)


@pytest.mark.parametrize(("harm", "fault", "words"), [*HARMS, *FILE_HARMS], ids=name_of)
def test_what_was_changed_is_named(bundle: Path, harm: Harm, fault: BundleFault, words: str) -> None:
    assert check_bundle(bundle).is_good
    harm(bundle)

    assert found(bundle, fault, words)


@pytest.mark.parametrize(("harm", "fault", "words"), HARMS, ids=name_of)
def test_it_is_named_also_where_the_signature_was_made_anew(
    bundle: Path, key: SigningKey, harm: Harm, fault: BundleFault, words: str
) -> None:
    """GIVEN somebody with the site's own key WHEN rows are changed THEN the chain contradicts them."""
    harm(bundle)
    sign_anew(bundle, key)

    assert found(bundle, fault, words)
    assert not found(bundle, BundleFault.BAD_SIGNATURE, "")


def test_a_file_changed_with_its_line_breaks_the_signature_and_its_record(bundle: Path, key: SigningKey) -> None:
    change_file(bundle)
    (bundle / "SHA256SUMS").write_bytes(sums_anew(bundle))
    assert found(bundle, BundleFault.BAD_SIGNATURE, "SHA256SUMS was changed after it was signed")
    sign_anew(bundle, key)
    assert not found(bundle, BundleFault.BAD_SIGNATURE, "")
    assert found(bundle, BundleFault.CHANGED, f"{FOOTAGE} is not the file that landed, by its record")


def test_another_key_is_told_by_its_fingerprint_alone(bundle: Path, key: SigningKey, tmp_path: Path) -> None:
    other = make_key(KeyFiles.beside(tmp_path / "other.db"))
    sign_anew(bundle, other)

    assert check_bundle(bundle).is_good, "whoever does not know the site's key cannot see it"
    assert found(bundle, BundleFault.OTHER_KEY, f"signed by another key: .* {other.fingerprint}", key.fingerprint)
    (bundle / "public_key.pem").write_bytes(key.public_pem)
    assert found(bundle, BundleFault.BAD_SIGNATURE, "or another key signed it", key.fingerprint)


def test_a_head_that_was_copied_before_is_looked_for(bundle: Path) -> None:
    first = hashlib.sha256(lines_of(bundle / "chain.jsonl")[0].encode()).hexdigest()

    def faults(known: ChainHead) -> list[BundleFault]:
        return [each.fault for each in check_bundle(bundle, known=known).problems]

    assert faults(ChainHead(1, first)) == []
    assert faults(ChainHead(1, "ab" * 32)) == [BundleFault.OTHER_CHAIN]
    assert faults(ChainHead(9, first)) == [BundleFault.GAP]


@pytest.mark.parametrize("name", ["SHA256SUMS.sig", "public_key.pem", "records.jsonl", "chain.jsonl", "head.txt"])
def test_a_part_that_is_missing_is_named(bundle: Path, name: str) -> None:
    (bundle / name).unlink()

    assert found(bundle, BundleFault.MISSING, f"{name} is missing")


@pytest.mark.parametrize("name", ["SHA256SUMS", "SHA256SUMS.sig", "public_key.pem", "records.jsonl", "chain.jsonl"])
def test_whatever_bytes_are_in_it_nothing_but_problems_comes_of_them(bundle: Path, name: str) -> None:
    (bundle / name).write_bytes(b"\xff\x00[[{\n" * 50)

    assert not check_bundle(bundle).is_good


def test_what_is_no_bundle_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is no bundle of evidence"):
        check_bundle(tmp_path)


def documented_commands() -> str:
    """What docs/evidence.md tells somebody to run in a bundle."""
    text = (PROJECT / "docs/evidence.md").read_text(encoding="utf-8")
    section = text.partition("### How somebody else checks a bundle")[2]
    return "\n".join(re.findall(r"```sh\n(.*?)```", section, re.DOTALL))


def run_documented(bundle: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    command = [shutil.which("bash") or "bash", "-e", "-c", documented_commands()]
    return subprocess.run(command, cwd=bundle, env=environment, capture_output=True, text=True, timeout=30, check=False)


needs_openssl = pytest.mark.skipif(
    any(shutil.which(program) is None for program in ("openssl", "sha256sum", "bash")), reason="there is no openssl"
)


@needs_openssl
def test_openssl_and_sha256sum_find_a_bundle_good_by_the_documented_commands(bundle: Path, key: SigningKey) -> None:
    run = run_documented(bundle)

    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    assert "Signature Verified Successfully" in lines
    assert f"{FOOTAGE}: OK" in lines
    assert any(key.fingerprint in line for line in lines)
    link = lines_of(bundle / "head.txt")[0].partition(":")[2]
    assert lines[-1] == f"head {link}: the bundle is whole"


@needs_openssl
@pytest.mark.parametrize(
    "harm", [each for each, *_ in (*HARMS, *FILE_HARMS) if each not in (add_file, link_file)], ids=name_of
)
def test_openssl_and_sha256sum_find_what_was_changed(bundle: Path, harm: Harm) -> None:
    harm(bundle)
    assert run_documented(bundle).returncode != 0


@needs_openssl
@pytest.mark.parametrize("harm", [each for each, *_ in HARMS], ids=name_of)
def test_sha256sum_finds_in_the_chain_what_was_changed_and_signed_anew(
    bundle: Path, key: SigningKey, harm: Harm
) -> None:
    harm(bundle)
    sign_anew(bundle, key)
    run = run_documented(bundle)

    assert "Signature Verified Successfully" in run.stdout
    assert run.returncode != 0


@needs_openssl
def test_openssl_finds_a_list_that_was_made_anew(bundle: Path) -> None:
    change_file(bundle)
    (bundle / "SHA256SUMS").write_bytes(sums_anew(bundle))

    assert run_documented(bundle).returncode != 0
