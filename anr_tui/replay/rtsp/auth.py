"""A client's answers to a camera's 401: Basic and Digest authentication.

Sources: RFC 7616 (Digest: MD5 and SHA-256, also `-sess`, qop `auth` or none), RFC 7617 (Basic), RFC 2326, section 14.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from anr_tui.domain.secret import Secret
from anr_tui.replay.dialects.device_trust import DeviceTrust

_MAX_TRIES = 2
_MAX_HEADER = 8192
_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}"
_PARAMETER = re.compile(rf'[\s,]*({_NAME})\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))')
_SCHEME = re.compile(rf"[\s,]*({_NAME})(?=[\s,]|$)")
_ALGORITHMS = {"MD5": "md5", "SHA-256": "sha256"}


@dataclass(frozen=True, slots=True)
class Challenge:
    """One challenge of a WWW-Authenticate header, with scheme and parameter names in lower case."""

    scheme: str
    parameters: dict[str, str]

    @property
    def algorithm(self) -> str:
        """The Digest algorithm in upper case; MD5 where the camera names none, or an empty one."""
        return (self.parameters.get("algorithm") or "MD5").upper()

    @property
    def strength(self) -> int:
        """How safe an answer to this challenge is, higher is safer; 0 where no answer can be given."""
        if self.scheme == "basic":
            return 1
        if self.scheme != "digest" or "nonce" not in self.parameters or self.qop is None:
            return 0
        return {"MD5": 2, "SHA-256": 3}.get(self.algorithm.removesuffix("-SESS"), 0)

    @property
    def qop(self) -> Literal["auth", ""] | None:
        """The quality of protection to answer with; None where the camera offers no supported one (only `auth-int`)."""
        offered = self.parameters.get("qop")
        if not offered:
            return ""
        return "auth" if "auth" in re.split(r"[\s,]+", offered.lower()) else None

    @property
    def is_stale(self) -> bool:
        """Whether the camera rejected the nonce only because it was too old."""
        return self.parameters.get("stale", "").lower() == "true"

    @property
    def words(self) -> str:
        """The challenge as a log names it, such as `Digest MD5`."""
        return f"Digest {self.algorithm}" if self.scheme == "digest" else self.scheme.capitalize()


def parse_challenges(headers: Sequence[str]) -> list[Challenge]:
    """The challenges in WWW-Authenticate values, which may hold several each; a syntax error ends the value there."""
    challenges: list[Challenge] = []
    for header in headers:
        text, at = header[:_MAX_HEADER], 0
        while scheme := _SCHEME.match(text, at):
            parameters: dict[str, str] = {}
            at = scheme.end()
            while parameter := _PARAMETER.match(text, at):
                value = re.sub(r"\\(.)", r"\1", parameter[2]) if parameter[2] is not None else parameter[3]
                parameters.setdefault(parameter[1].lower(), value)
                at = parameter.end()
            challenges.append(Challenge(scheme[1].lower(), parameters))
    return challenges


@dataclass(slots=True)
class Login:
    """The login at one camera. A password that was refused is never sent again, because cameras lock accounts."""

    username: str
    password: Secret | None
    challenge: Challenge | None = None
    is_refused: bool = False
    trust: DeviceTrust = field(default_factory=DeviceTrust, repr=False)
    _was_accepted: bool = False
    _is_on_new_connection: bool = False
    _uses: int = 0
    _cnonce: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)

    def authorization(self, method: str, uri: str) -> str | None:
        """The Authorization value of the next request; None before a challenge and after a refusal."""
        if self.challenge is None or self.is_refused:
            return None
        if self.challenge.scheme == "basic":
            return "Basic " + base64.b64encode(self._user + b":" + self._secret).decode()
        return self._digest(self.challenge, method, uri)

    def accepted(self) -> None:
        """Note that a request with this login was not answered with 401."""
        self._was_accepted = True
        self._is_on_new_connection = False
        if self.challenge is not None:
            self.trust.note_login(self.challenge.strength)

    def reconnected(self) -> None:
        """Note that a new connection takes the place of the one on which the challenge came."""
        self._is_on_new_connection = True

    def challenged(self, headers: Sequence[str], *, tries: int) -> bool:
        """Take the WWW-Authenticate values of a 401, and return whether to ask again.

        `tries` is how often the same request has carried the login. A second try is made only where the camera says
        that the nonce was stale, where it accepted the same password earlier in this session, or where the nonce was of
        an earlier connection and this one has its own: that says nothing about the password. Nothing is sent
        where the device took a stronger login before: `trust` then says so.
        """
        best = max(parse_challenges(headers), key=lambda challenge: challenge.strength, default=None)
        if self.is_refused or best is None or best.strength == 0 or self.password is None:
            self.is_refused = self.is_refused or tries > 0
            return False
        if not self.trust.takes_login(best.strength, best.words):
            return False
        may_repeat = best.scheme == "digest" and (best.is_stale or self._was_accepted or self._has_other_nonce(best))
        self._is_on_new_connection = False
        if tries and (tries >= _MAX_TRIES or not may_repeat):
            self.is_refused = True
            return False
        self.challenge, self._uses = best, 0
        return True

    def _has_other_nonce(self, challenge: Challenge) -> bool:
        """Whether the nonce that was refused is of an earlier connection, for which this one offers another."""
        if not self._is_on_new_connection or self.challenge is None:
            return False
        return challenge.parameters.get("nonce") != self.challenge.parameters.get("nonce")

    @property
    def _user(self) -> bytes:
        return self.username.encode()

    @property
    def _secret(self) -> bytes:
        return self.password.reveal().encode() if self.password else b""

    def _digest(self, challenge: Challenge, method: str, uri: str) -> str:
        """The Authorization value for Digest (RFC 7616, section 3.4).

        It is latin-1 text, as the parser reads headers, so that the camera gets its own bytes back unchanged.
        """
        realm, nonce = challenge.parameters.get("realm", ""), challenge.parameters["nonce"]
        self._uses += 1
        count = f"{self._uses:08x}"

        def hashed(*parts: bytes) -> bytes:
            name = _ALGORITHMS[challenge.algorithm.removesuffix("-SESS")]
            return hashlib.new(name, b":".join(parts), usedforsecurity=False).hexdigest().encode()

        first = hashed(self._user, realm.encode("latin-1"), self._secret)
        if challenge.algorithm.endswith("-SESS"):
            first = hashed(first, nonce.encode("latin-1"), self._cnonce.encode())
        second = hashed(method.encode(), uri.encode("latin-1"))
        middle = [nonce.encode("latin-1")]
        if challenge.qop:
            middle += [count.encode(), self._cnonce.encode(), challenge.qop.encode()]
        parts = {
            "username": _quoted(self._user.decode("latin-1")),
            "realm": _quoted(realm),
            "nonce": _quoted(nonce),
            "uri": _quoted(uri),
            "response": _quoted(hashed(first, *middle, second).decode()),
        }
        if challenge.parameters.get("algorithm"):
            parts["algorithm"] = challenge.parameters["algorithm"]
        if "opaque" in challenge.parameters:
            parts["opaque"] = _quoted(challenge.parameters["opaque"])
        if challenge.qop:
            parts |= {"qop": challenge.qop, "nc": count}
        if challenge.qop or challenge.algorithm.endswith("-SESS"):
            parts["cnonce"] = _quoted(self._cnonce)
        return "Digest " + ", ".join(f"{name}={value}" for name, value in parts.items())


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
