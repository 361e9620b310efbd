"""The site's key: only for its owner, made once, and refused in words where it is not what it was."""

import hashlib
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from anr_tui.domain.errors import SettingsError, StorageError
from anr_tui.view.evidence.signing_key import (
    KeyFiles,
    fingerprint_of,
    has_key,
    is_signed_by,
    load_key,
    make_key,
    read_public,
)


@pytest.fixture
def files(tmp_path: Path) -> KeyFiles:
    return KeyFiles.beside(tmp_path / "heldar.anr.db")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_lies_beside_the_journal_and_is_only_for_its_owner(files: KeyFiles) -> None:
    assert not has_key(files)
    key = make_key(files)

    assert (files.private.name, files.public.name) == ("heldar.anr.evidence.key", "heldar.anr.evidence.pub")
    assert (mode_of(files.private), mode_of(files.public)) == (0o600, 0o644)
    assert has_key(files)
    assert files.public.read_bytes() == key.public_pem
    assert "PRIVATE" not in repr(key)


def test_what_it_signs_is_known_by_its_public_part_and_nothing_else_is(files: KeyFiles, tmp_path: Path) -> None:
    make_key(files)
    key, other = load_key(files), make_key(KeyFiles.beside(tmp_path / "other.db"))
    signature = key.sign(b"evidence")

    public = read_public(key.public_pem)
    assert is_signed_by(public, signature, b"evidence")
    assert not is_signed_by(public, signature, b"evidence!")
    assert not is_signed_by(public, b"short", b"evidence")
    assert not is_signed_by(read_public(other.public_pem), signature, b"evidence")
    assert fingerprint_of(public) == key.fingerprint != other.fingerprint


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl")
def test_its_fingerprint_is_that_of_openssl(files: KeyFiles) -> None:
    key = make_key(files)
    command = [str(shutil.which("openssl")), "pkey", "-pubin", "-in", str(files.public), "-outform", "DER"]
    der = subprocess.run(command, check=True, capture_output=True).stdout

    assert hashlib.sha256(der).hexdigest() == key.fingerprint


def test_a_second_one_is_never_made(files: KeyFiles) -> None:
    make_key(files)
    before = files.private.read_bytes()
    with pytest.raises(SettingsError, match="is there already"):
        make_key(files)
    assert files.private.read_bytes() == before
    files.private.unlink()
    with pytest.raises(SettingsError, match="is there already"):
        make_key(files)


def remove(files: KeyFiles) -> None:
    files.private.unlink()


def remove_both(files: KeyFiles) -> None:
    files.private.unlink()
    files.public.unlink()


def share_with_group(files: KeyFiles) -> None:
    files.private.chmod(0o640)


def share_with_all(files: KeyFiles) -> None:
    files.private.chmod(0o644)


def replace_it(files: KeyFiles) -> None:
    other = KeyFiles.beside(files.private.with_name("other.db"))
    make_key(other)
    other.private.rename(files.private)


def damage(files: KeyFiles) -> None:
    files.private.write_bytes(files.private.read_bytes().replace(b"MC4", b"AAA"))


def empty(files: KeyFiles) -> None:
    files.private.write_bytes(b"")


def of_another_kind(files: KeyFiles) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    pem = X25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    files.private.write_bytes(pem)


def lose_public(files: KeyFiles) -> None:
    files.public.unlink()


def link_elsewhere(files: KeyFiles) -> None:
    files.private.rename(files.private.with_name("elsewhere"))
    files.private.symlink_to("elsewhere")


@pytest.mark.parametrize(
    ("harm", "words", "hint"),
    [
        (remove_both, "There is no key", "`anr-tui evidence key` makes one"),
        (remove, "There is no key", "from a backup"),
        (share_with_group, r"by other users \(mode 0640\)", "chmod 600"),
        (share_with_all, r"by other users \(mode 0644\)", "chmod 600"),
        (replace_it, "is not the one that .* belongs to", "from a backup"),
        (damage, "is damaged", "from a backup"),
        (empty, "is damaged", "from a backup"),
        (of_another_kind, "is no Ed25519 key", "from a backup"),
        (lose_public, "the key's public part", "from a backup"),
        (link_elsewhere, "cannot be read: a link", "owner"),
    ],
)
def test_a_key_that_is_not_what_it_was_is_refused_in_words(files: KeyFiles, harm, words: str, hint: str) -> None:
    make_key(files)
    secret = files.private.read_bytes().splitlines()[1].decode()
    harm(files)

    with pytest.raises(SettingsError, match=words) as caught:
        load_key(files)
    assert hint in caught.value.hint
    assert secret not in str(caught.value)


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="Cannot write"):
        make_key(KeyFiles.beside(tmp_path / "none" / "heldar.anr.db"))


@pytest.mark.parametrize("pem", [b"", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_what_is_no_public_key_is_refused(pem: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_public(pem)
