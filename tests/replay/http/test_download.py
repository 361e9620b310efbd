"""Devices that answer a GET in ways of their own, byte for byte as they might: scripted, with no HTTP library."""

import asyncio
import contextlib
import hashlib
import os
import re
from collections.abc import AsyncIterator, Callable

import pytest

from anr_tui.replay.dialects.interface import request_of_url
from anr_tui.replay.http.relay import HttpRelay

Answer = Callable[[str], bytes]
PASSWORD = "p4ss"


@contextlib.asynccontextmanager
async def device(answer: Answer) -> AsyncIterator[tuple[int, list[str]]]:
    """A device that gives each request's head to `answer`; its port, and the heads that came."""
    heads: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                heads.append((await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
                writer.write(answer(heads[-1]))
                await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1], heads


async def ask(port: int, user: str, log: list[str]) -> tuple[int | None, str]:
    """Download through the relay as ffmpeg does; the status that the device gave, and what went wrong."""
    url = f"http://{user}:{PASSWORD}@127.0.0.1:{port}/get?start=1"
    async with HttpRelay(request_of_url(url), log=log.append) as relay:
        relay.expect(os.getpid())
        host, _, path = relay.url.removeprefix("http://").partition("/")
        reader, writer = await asyncio.open_connection(*host.split(":"))
        writer.write(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        await reader.read(-1)
        writer.close()
        report = relay.report
    return report.status, report.error or ""


async def test_the_devices_own_words_bring_no_secret_into_the_log() -> None:
    log: list[str] = []
    async with device(lambda _: f"HTTP/1.1 404 none for {PASSWORD}\r\nContent-Length: 0\r\n\r\n".encode()) as (port, _):
        status, _error = await ask(port, "admin", log)
    assert status == 404
    assert any("GET 404" in line for line in log)
    assert PASSWORD not in "\n".join(log)


async def test_footage_is_asked_for_as_it_is_and_not_packed() -> None:
    async with device(lambda _: b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") as (port, heads):
        await ask(port, "admin", [])
    assert re.search(r"(?im)^accept-encoding: *identity\r$", heads[0])


def digest_of(head: str, user: str, realm: str) -> bool:
    """Whether a request carries the right Digest of the user, both taken as UTF-8 (RFC 7616 without qop)."""
    fields = dict(re.findall(r'(\w+)="([^"]*)"', head.encode("latin-1").decode()))

    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()  # noqa: S324 - the protocol's own

    expected = md5(f"{md5(f'{user}:{realm}:{PASSWORD}')}:n1:{md5('GET:' + fields.get('uri', ''))}")
    return fields.get("username") == user and fields.get("response") == expected


@pytest.mark.parametrize(("user", "realm"), [("anna", "Kamera Süd"), ("%C3%A9tienne", "gate"), ("anna", "日本")])
async def test_a_right_login_is_right_in_any_script(user: str, realm: str) -> None:
    name = "étienne" if user.startswith("%") else user

    def answer(head: str) -> bytes:
        if digest_of(head, name, realm):
            return b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        challenge = f'WWW-Authenticate: Digest realm="{realm}", nonce="n1"'.encode()
        return b"HTTP/1.1 401 Unauthorized\r\n" + challenge + b"\r\nContent-Length: 0\r\n\r\n"

    async with device(answer) as (port, heads):
        status, _ = await ask(port, user, [])
    assert (status, len(heads)) == (200, 2)


async def test_a_host_that_no_network_knows_is_said_in_a_sentence() -> None:
    async with HttpRelay(request_of_url("http://a..b/get"), log=[].append) as relay:
        relay.expect(os.getpid())
        host, _, path = relay.url.removeprefix("http://").partition("/")
        reader, writer = await asyncio.open_connection(*host.split(":"))
        writer.write(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        await reader.read(-1)
        writer.close()
        report = relay.report
    assert not report.reached
    assert "a..b" in (report.error or "") and "cannot" in (report.error or "").lower()
