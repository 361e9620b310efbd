"""One HTTP download from a device: answers the login, follows no redirect, reads the body in portions.

This is the only module that imports aiohttp, and it is imported only where footage comes over HTTP. Sources: RFC 9110
(HTTP semantics), RFC 9112 (HTTP/1.1).
"""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import yarl

from anr_tui.replay.dialects.interface import ReplayRequest
from anr_tui.replay.relay.camera_connection import CameraConnectionError, certificate_of, error_words, tls_context
from anr_tui.replay.relay.report import Findings
from anr_tui.replay.rtsp.auth import Login
from anr_tui.replay.rtsp.parser import Response

# Small, because bytes that a bandwidth limit holds back must wait at the device, not here.
_READ_AHEAD_BYTES = 64 * 1024


@asynccontextmanager
async def open_download(
    request: ReplayRequest, findings: Findings, timeout_s: float
) -> AsyncIterator[aiohttp.ClientResponse]:
    """The device's final answer to a GET; a 401 only where no login can be given, or the login was refused.

    `timeout_s` limits how long connecting may take, in seconds. The caller limits the time until the answer, because a
    device may have to gather its footage first. Raises CameraConnectionError.
    """
    trace = aiohttp.TraceConfig()

    async def note_connection(*_: object) -> None:
        findings.reached()
        findings.say(f"connected to {request.device}" + (", TLS" if request.scheme == "https" else ""))

    trace.on_connection_create_end.append(note_connection)
    async with aiohttp.ClientSession(
        # The relay passes the body on unchanged, and ffmpeg could not read a compressed one.
        headers={"Accept-Encoding": "identity"},
        connector=aiohttp.TCPConnector(ssl=_tls(request)),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=timeout_s),
        auto_decompress=False,
        read_bufsize=_READ_AHEAD_BYTES,
        trace_configs=[trace],
    ) as session:
        response = await _final_answer(session, request, findings, timeout_s)
        try:
            yield response
        finally:
            response.close()


async def read_portion(response: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    """At most `most_bytes` of the body that follow, b"" at its end.

    Raises CameraConnectionError where the body breaks off.
    """
    try:
        return await response.content.read(most_bytes)
    except aiohttp.ClientPayloadError:
        raise CameraConnectionError("The camera closed the connection before all of its answer had come.") from None
    except (aiohttp.ClientError, OSError) as error:
        raise CameraConnectionError(f"The connection to the camera broke: {_words(error)}.") from None


async def _final_answer(
    session: aiohttp.ClientSession, request: ReplayRequest, findings: Findings, timeout_s: float
) -> aiohttp.ClientResponse:
    url, tries = yarl.URL(request.url, encoded=True), 0
    login = Login(request.login.username, request.login.password, trust=request.trust)
    while True:
        findings.asked()
        try:
            authorization = login.authorization("GET", url.raw_path_qs)
            headers = [*request.headers, *([("Authorization", _to_wire(authorization))] if authorization else [])]
            response = await session.get(url, headers=headers, allow_redirects=False)
        except TimeoutError:  # first: aiohttp's own is a ClientError as well
            sentence = f"The camera at {request.device} did not accept the connection within {timeout_s:g} s."
            raise CameraConnectionError(sentence) from None
        except aiohttp.ServerFingerprintMismatch as error:
            request.trust.takes_fingerprint(error.got.hex())
            raise CameraConnectionError(request.trust.breach) from None
        except aiohttp.ClientError as error:
            raise CameraConnectionError(_sentence(error, request)) from None
        except ValueError:  # text that HTTP cannot carry; UnicodeError is a ValueError, too
            sentence = f"The camera at {request.device} cannot be asked: HTTP cannot carry its host name or login."
            raise CameraConnectionError(sentence) from None
        finally:
            findings.settled()
        _note_certificate(response, request)
        tries += bool(authorization)
        # The device writes the reason phrase, and may repeat our secrets in it.
        reason = findings.reason(Response(response.status, response.reason or ""))
        findings.say(f"GET {response.status} {reason}".rstrip())
        if response.status != 401:
            if authorization:
                login.accepted()
            return response
        challenges = [_from_wire(each) for each in response.headers.getall("WWW-Authenticate", [])]
        if not login.challenged(challenges, tries=tries):
            return response
        if login.challenge:
            findings.say(f"GET 401, answered with {login.challenge.words}")
        response.close()


def _tls(request: ReplayRequest) -> ssl.SSLContext | aiohttp.Fingerprint | bool:
    """How a connection is secured: once its certificate is known, a device with another one is not even asked."""
    trust = request.trust
    if request.scheme != "https":
        return False
    is_pinned = trust.tls == "pin" and trust.certificate
    return aiohttp.Fingerprint(bytes.fromhex(trust.certificate)) if is_pinned else tls_context(trust)


def _note_certificate(response: aiohttp.ClientResponse, request: ReplayRequest) -> None:
    """Remember the certificate at the first use; an answer that came whole has given its connection back by now."""
    connection = response.connection
    if request.scheme == "https" and connection is not None and connection.transport is not None:
        request.trust.takes_certificate(certificate_of(connection.transport))


def _from_wire(text: str) -> str:
    """A header value with one character for each byte, as `Login` reads it; aiohttp decodes headers as UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def _to_wire(text: str) -> str:
    """A header value as aiohttp sends it; the inverse of `_from_wire`.

    Raises ValueError for text that is not one character for each byte.
    """
    return text.encode("latin-1").decode("utf-8", "surrogateescape")


def _sentence(error: aiohttp.ClientError, request: ReplayRequest) -> str:
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"Cannot connect to the camera at {request.device}: {_words(error)}."
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "The camera closed the connection before it answered GET."
    if isinstance(error, aiohttp.ClientResponseError):
        return "The camera answered with something that is no HTTP."
    return f"The connection to the camera broke: {_words(error)}."


def _words(error: Exception) -> str:
    """The operating system's words for an error, without addresses."""
    return error_words(error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error)
