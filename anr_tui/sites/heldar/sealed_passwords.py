"""Passwords sealed as Heldar seals them, with AES-256-GCM.

A sealed value is `enc:v1:` and the base64 of a 12-byte nonce, the ciphertext and a 16-byte tag.
"""

import base64
import binascii
import os

from anr_tui.domain.errors import SiteError
from anr_tui.domain.secret import Secret

SEAL = "enc:v1:"
_NONCE_BYTES = 12
_TAG_BYTES = 16


def is_sealed(value: Secret) -> bool:
    """Whether HELDAR_SECRET_KEY is needed to read a value."""
    return value.reveal().startswith(SEAL)


def seal(plain: Secret, key: Secret) -> Secret:
    """A value sealed as Heldar would with this HELDAR_SECRET_KEY, under a new nonce."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE_BYTES)
    text = AESGCM(base64.b64decode(key.reveal())).encrypt(nonce, plain.reveal().encode(), None)
    return Secret(SEAL + base64.b64encode(nonce + text).decode())


def open_sealed(value: Secret, key: Secret | None, camera_id: str) -> Secret:
    """The plain text of a value that may be sealed.

    Raises SiteError, which names the camera, where the key is missing or wrong or the value is damaged, so that no
    ciphertext is ever sent to a camera.
    """
    if not is_sealed(value):
        return value
    if key is None:
        raise SiteError(
            f"The password of camera {camera_id!r} is sealed and HELDAR_SECRET_KEY is not set.",
            "Give the worker the key that Heldar runs with.",
        )
    # Imported here, because few sites seal passwords and the library loads slowly.
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        sealed = base64.b64decode(value.reveal().removeprefix(SEAL), validate=True)
        if len(sealed) < _NONCE_BYTES + _TAG_BYTES:
            raise ValueError("too short")
        plain = AESGCM(base64.b64decode(key.reveal())).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None)
        return Secret(plain.decode("utf-8"))
    except (InvalidTag, binascii.Error, ValueError):
        raise SiteError(
            f"The sealed password of camera {camera_id!r} cannot be opened with this HELDAR_SECRET_KEY.",
            "Check that it is the key that Heldar runs with, or set the camera's password again.",
        ) from None
