"""How a simulated camera checks the login of a request: not at all, Basic (RFC 7617) or Digest (RFC 2617, RFC 7616)."""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from enum import StrEnum

_PARAMETER = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')


class Auth(StrEnum):
    """The authentication scheme that a camera demands."""

    NONE = "none"
    BASIC = "basic"
    DIGEST = "digest"  # MD5, without qop, as most cameras ask
    DIGEST_SHA256 = "digest_sha256"  # with qop=auth


class Verdict(StrEnum):
    """The result of checking the Authorization header of a request."""

    ADMITTED = "admitted"
    REFUSED = "refused"
    STALE = "stale"


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """The only account of a camera."""

    username: str
    password: str


class Gate:
    """Checks the login of requests against the account, issues nonces, and counts how often each is used."""

    realm = "IP Camera(12345)"

    def __init__(self, auth: Auth, credentials: Credentials) -> None:
        self._auth = auth
        self._credentials = credentials
        self._uses: dict[str, int] = {}

    def challenge(self, *, is_stale: bool = False) -> str:
        """A WWW-Authenticate value, with a new nonce for Digest; `is_stale` says that the last one had expired."""
        if self._auth is Auth.BASIC:
            return f'Basic realm="{self.realm}"'
        nonce = secrets.token_hex(16)
        self._uses[nonce] = 0
        value = f'Digest realm="{self.realm}", nonce="{nonce}", stale="{str(is_stale).upper()}"'
        if self._auth is Auth.DIGEST_SHA256:
            value += ', algorithm=SHA-256, qop="auth"'
        return value

    def judge(self, method: str, uri: str, authorization: str, nonce_requests: int | None) -> Verdict:
        """Check a request's Authorization header; a nonce serves for `nonce_requests` requests (None: no limit)."""
        if self._auth is Auth.NONE:
            return Verdict.ADMITTED
        scheme, _, value = authorization.partition(" ")
        if self._auth is Auth.BASIC:
            login = f"{self._credentials.username}:{self._credentials.password}".encode()
            is_right = scheme == "Basic" and hmac.compare_digest(value.strip().encode(), base64.b64encode(login))
            return Verdict.ADMITTED if is_right else Verdict.REFUSED
        parameters = {name: quoted or bare for name, quoted, bare in _PARAMETER.findall(value)}
        expected = self._digest(method, parameters)
        is_right = hmac.compare_digest(parameters.get("response", "").encode(), expected.encode())
        if scheme != "Digest" or not is_right or parameters.get("uri") != uri:
            return Verdict.REFUSED
        return self._use(parameters["nonce"], nonce_requests)

    def _use(self, nonce: str, nonce_requests: int | None) -> Verdict:
        if nonce not in self._uses or (nonce_requests is not None and self._uses[nonce] >= nonce_requests):
            return Verdict.STALE
        self._uses[nonce] += 1
        return Verdict.ADMITTED

    def _digest(self, method: str, parameters: dict[str, str]) -> str:
        account = f"{self._credentials.username}:{self.realm}:{self._credentials.password}"
        middle = parameters.get("nonce", "")
        if self._auth is Auth.DIGEST_SHA256:
            middle += f":{parameters.get('nc', '')}:{parameters.get('cnonce', '')}:{parameters.get('qop', '')}"
        request = self._hash(f"{method}:{parameters.get('uri', '')}")
        return self._hash(f"{self._hash(account)}:{middle}:{request}")

    def _hash(self, text: str) -> str:
        if self._auth is Auth.DIGEST_SHA256:
            return hashlib.sha256(text.encode()).hexdigest()
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
