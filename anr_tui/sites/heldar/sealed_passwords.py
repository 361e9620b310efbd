"""Sealed passwords: `enc:v1:` + base64(12-byte nonce, ciphertext, 16-byte tag), AES-256-GCM, as Heldar seals them."""

import base64
import binascii
import os

from pydantic import SecretStr

from anr_tui.domain.errors import SiteError

SEAL = "enc:v1:"
_NONCE_BYTES = 12
_TAG_BYTES = 16


def is_sealed(value: SecretStr) -> bool:
    """Whether a value needs HELDAR_SECRET_KEY to be read."""
    return value.get_secret_value().startswith(SEAL)


def seal(plain: SecretStr, key: SecretStr) -> SecretStr:
    """A value as Heldar would seal it with this HELDAR_SECRET_KEY, under a nonce of its own."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE_BYTES)
    text = AESGCM(base64.b64decode(key.get_secret_value())).encrypt(nonce, plain.get_secret_value().encode(), None)
    return SecretStr(SEAL + base64.b64encode(nonce + text).decode())


def open_sealed(value: SecretStr, key: SecretStr | None, camera_id: str) -> SecretStr:
    """The plain text of a value that may be sealed.

    Raises SiteError, naming the camera, where the key is missing or wrong or the value is damaged: ciphertext
    never reaches a camera.
    """
    if not is_sealed(value):
        return value
    if key is None:
        raise SiteError(
            f"The password of camera {camera_id!r} is sealed and HELDAR_SECRET_KEY is not set.",
            "Give the worker the key that Heldar runs with.",
        )
    # Imported here: most sites seal nothing, and the library takes a while to load.
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        sealed = base64.b64decode(value.get_secret_value().removeprefix(SEAL), validate=True)
        if len(sealed) < _NONCE_BYTES + _TAG_BYTES:
            raise ValueError("too short")
        plain = AESGCM(base64.b64decode(key.get_secret_value())).decrypt(
            sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None
        )
        return SecretStr(plain.decode("utf-8"))
    except (InvalidTag, binascii.Error, ValueError):
        raise SiteError(
            f"The sealed password of camera {camera_id!r} cannot be opened with this HELDAR_SECRET_KEY.",
            "Check that it is the key that Heldar runs with, or set the camera's password again.",
        ) from None
