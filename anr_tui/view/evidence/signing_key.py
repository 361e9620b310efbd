"""The site's key, which signs bundles of evidence: Ed25519, in a file of its own beside the journal.

Source: RFC 8032. The private key is never in a log, an argument or a database.
"""

import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from anr_tui.domain.errors import SettingsError
from anr_tui.platform.files.regular_file import create_file, open_regular
from anr_tui.platform.files.storage_errors import doing, sync_directory

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_PRIVATE_MODE, _PUBLIC_MODE = 0o600, 0o644
_LARGEST_KEY_FILE = 16 * 1024
_MAKE_ONE = "`anr-tui evidence key` makes one."
_OTHER_KEY = "Put the key back from a backup. What another key signs is not from this site, for whoever has this one's."


@dataclass(frozen=True, slots=True)
class KeyFiles:
    """Where the site's key is: `private` is only for its owner, `public` is for everybody."""

    private: Path
    public: Path

    @classmethod
    def beside(cls, journal: Path) -> "KeyFiles":
        """The files of the key for a journal, `site.anr.evidence.key` and `.pub` beside `site.anr.db`."""
        return cls(journal.with_suffix(".evidence.key"), journal.with_suffix(".evidence.pub"))


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that can sign. `public_pem` is its public part, as openssl reads it."""

    public_pem: bytes
    _key: "Ed25519PrivateKey" = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """By which people compare the key; see `fingerprint_of`."""
        return fingerprint_of(read_public(self.public_pem))

    def sign(self, content: bytes) -> bytes:
        """The signature of a content, 64 bytes."""
        return self._key.sign(content)


def make_key(files: KeyFiles) -> SigningKey:
    """Make the site's key, which must not exist yet. Blocking.

    Raises SettingsError where a part of one is there, and StorageError where the files cannot be written.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    private_pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        _write(files.private, private_pem, _PRIVATE_MODE)
        _write(files.public, _public_pem(key), _PUBLIC_MODE)
        sync_directory(files.private.parent)
    except FileExistsError as error:
        raise SettingsError(f"{error.filename} is there already.", _OTHER_KEY) from None
    return SigningKey(_public_pem(key), key)


def load_key(files: KeyFiles) -> SigningKey:
    """Read the site's key. Blocking.

    Raises SettingsError where it is missing, may be read by others, cannot be read, or is not the one whose public part
    lies beside it.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(_read_private(files), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # The reason is left out: it may quote the key.
        raise SettingsError(f"The key {files.private} is damaged.", _OTHER_KEY) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsError(f"The key {files.private} is no Ed25519 key.", _OTHER_KEY)
    public_pem = _public_pem(key)
    if _read_published(files) != public_pem:
        raise SettingsError(f"The key {files.private} is not the one that {files.public} belongs to.", _OTHER_KEY)
    return SigningKey(public_pem, key)


def has_key(files: KeyFiles) -> bool:
    """Whether there is anything in the place of the key or its public part. Blocking."""
    return os.path.lexists(files.private) or os.path.lexists(files.public)


def read_public(public_pem: bytes) -> "Ed25519PublicKey":
    """A public key in PEM. Raises ValueError for anything else."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(public_pem)
    except UnsupportedAlgorithm:
        raise ValueError("a key of another kind") from None
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("a key of another kind")
    return key


def fingerprint_of(key: "Ed25519PublicKey") -> str:
    """The SHA-256 of a public key in DER, in hexadecimal, as `openssl pkey -pubin -outform DER` gives it."""
    from cryptography.hazmat.primitives import serialization

    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def is_signed_by(key: "Ed25519PublicKey", signature: bytes, content: bytes) -> bool:
    """Whether a key signed this content."""
    from cryptography.exceptions import InvalidSignature

    try:
        key.verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _public_pem(key: "Ed25519PrivateKey") -> bytes:
    from cryptography.hazmat.primitives import serialization

    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _read_private(files: KeyFiles) -> bytes:
    path = files.private
    try:
        with open(path, "rb", opener=open_regular) as file:
            status = os.fstat(file.fileno())
            if stat.S_IMODE(status.st_mode) & 0o077:
                mode = f"{stat.S_IMODE(status.st_mode):04o}"
                hint = f"chmod 600 {path}. Whoever has read it can sign in the site's name."
                raise SettingsError(f"The key {path} may be read or changed by other users (mode {mode}).", hint)
            return file.read(_LARGEST_KEY_FILE)
    except FileNotFoundError:
        hint = _OTHER_KEY if os.path.lexists(files.public) else _MAKE_ONE
        raise SettingsError(f"There is no key {path}.", hint) from None
    except OSError as error:
        raise SettingsError(f"The key {path} cannot be read: {error.strerror}.", "Only its owner signs.") from None


def _read_published(files: KeyFiles) -> bytes:
    try:
        with open(files.public, "rb", opener=open_regular) as file:
            return file.read(_LARGEST_KEY_FILE)
    except FileNotFoundError:
        raise SettingsError(f"There is no {files.public}, the key's public part.", _OTHER_KEY) from None
    except OSError as error:
        raise SettingsError(f"{files.public} cannot be read: {error.strerror}.") from None


def _write(path: Path, content: bytes, mode: int) -> None:
    with doing("write", path), os.fdopen(create_file(path, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
