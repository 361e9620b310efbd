"""What a camera's device was trusted by so far: the strongest login that it took, and its TLS certificate.

Somebody between us and the camera can ask for Basic, which carries the password openly, or show another certificate.
Neither gets anything before a person says that the device has changed.
"""

import hashlib
from dataclasses import dataclass

from anr_tui.domain.policy.fill_policy import TlsRule

_SHOWN = 16


@dataclass(slots=True)
class DeviceTrust:
    """The trust in one device, which all connections of a fill share and add to.

    `login_strength` is that of `Challenge.strength`, 0 where it took no login yet. `certificate` is the SHA-256 of its
    certificate in hexadecimal, "" where none was seen. `breach` is a sentence on what was not trusted, else "".
    """

    tls: TlsRule = "pin"
    login_strength: int = 0
    certificate: str = ""
    breach: str = ""

    def takes_login(self, strength: int, words: str) -> bool:
        """Whether a login of this strength may be sent; `words` name it."""
        if strength >= self.login_strength:
            return True
        self.breach = (
            f"The device asks for a {words} login and took a stronger one before. The login was not sent to it."
        )
        return False

    def note_login(self, strength: int) -> None:
        """Note that the device took a login of this strength."""
        self.login_strength = max(self.login_strength, strength)

    def takes_certificate(self, certificate: bytes | None) -> bool:
        """Whether the device may be asked, given its certificate (DER); the first one is remembered."""
        return self.takes_fingerprint(hashlib.sha256(certificate or b"").hexdigest())

    def takes_fingerprint(self, seen: str) -> bool:
        """The same, given the SHA-256 of its certificate in hexadecimal."""
        if self.tls != "pin":
            return True
        if self.certificate in ("", seen):
            self.certificate = seen
            return True
        self.breach = (
            f"The device shows another TLS certificate (SHA-256 {seen[:_SHOWN]}…) than before "
            f"({self.certificate[:_SHOWN]}…). Nothing was sent to it."
        )
        return False
