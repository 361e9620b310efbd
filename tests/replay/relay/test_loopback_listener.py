"""The port at which a relay lets its own ffmpeg in."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

import pytest

from anr_tui.replay.relay.loopback_listener import LOOPBACK, LoopbackListener

Greet = Callable[[], Coroutine[Any, Any, None]]


async def listening(greet: Greet, on_abort: Callable[[], None] = lambda: None) -> LoopbackListener:
    """A listener that runs `greet` for each connection, and `on_abort` when it drops one."""
    listener = LoopbackListener("http")

    def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def greet_and_close() -> None:
            try:
                await greet()
            finally:
                writer.close()

        def abort() -> None:
            on_abort()
            writer.transport.abort()

        listener.serve(greet_and_close, abort)

    listener.listen(await asyncio.start_server(accept, LOOPBACK, 0))
    return listener


async def knock(listener: LoopbackListener) -> asyncio.StreamWriter:
    _, writer = await asyncio.open_connection(LOOPBACK, urlsplit(listener.url).port)
    return writer


async def nothing() -> None:
    """Greet nobody."""


async def test_its_url_is_on_loopback_and_its_token_cannot_be_guessed() -> None:
    assert LoopbackListener("rtsp").url == ""

    first, second = await listening(nothing), await listening(nothing)

    one, other = urlsplit(first.url), urlsplit(second.url)
    assert (one.scheme, one.hostname) == ("http", "127.0.0.1")
    assert one.path != other.path
    assert min(len(one.path), len(other.path)) > 32
    await first.close()
    await second.close()


@pytest.mark.parametrize("part", ["url", "path"])
async def test_the_token_is_good_once_and_ends_the_listening(part: str) -> None:
    listener = await listening(nothing)
    shown = listener.url if part == "url" else urlsplit(listener.url).path
    admits = listener.admits_url if part == "url" else listener.admits_path

    assert not admits(shown[:-1].encode())
    assert not admits("/\u00fc".encode("latin-1"))
    (await knock(listener)).close()
    assert admits(shown.encode())

    assert not admits(shown.encode())
    with pytest.raises(OSError):
        await knock(listener)
    await listener.close()


async def test_too_many_connections_at_once_are_dropped() -> None:
    greeted = dropped = 0
    one_too_many, may_end = asyncio.Event(), asyncio.Event()

    async def greet() -> None:
        nonlocal greeted
        greeted += 1
        await may_end.wait()

    def drop() -> None:
        nonlocal dropped
        dropped += 1
        one_too_many.set()

    listener = await listening(greet, drop)
    writers = [await knock(listener) for _ in range(9)]
    await one_too_many.wait()

    assert (greeted, dropped) == (8, 1)
    may_end.set()
    await listener.close()
    for writer in writers:
        writer.close()


async def test_abort_drops_each_connection_and_close_waits_for_what_serves_it() -> None:
    ended: list[str] = []
    begun, is_over = asyncio.Event(), asyncio.Event()

    async def greet() -> None:
        begun.set()
        await is_over.wait()
        ended.append("politely")

    listener = await listening(greet, lambda: ended.append("dropped"))
    writer = await knock(listener)
    await begun.wait()

    listener.abort()
    is_over.set()
    await listener.close()

    assert ended == ["dropped", "politely"]
    writer.close()


async def test_what_went_wrong_with_a_connection_is_raised_when_asked_for() -> None:
    begun = asyncio.Event()

    async def greet() -> None:
        begun.set()
        raise RuntimeError("broken")

    listener = await listening(greet)
    listener.raise_failure()
    writer = await knock(listener)
    await begun.wait()
    await listener.close()

    with pytest.raises(RuntimeError, match="broken"):
        listener.raise_failure()
    writer.close()
