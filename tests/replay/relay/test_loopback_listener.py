"""The port at which a relay lets its own ffmpeg in."""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from anr_tui.replay.relay import loopback_listener
from anr_tui.replay.relay.loopback_listener import LOOPBACK, LoopbackListener

Greet = Callable[[], Coroutine[Any, Any, None]]


async def listening(
    greet: Greet,
    on_abort: Callable[[], None] = lambda: None,
    *,
    pid: int | None = os.getpid(),
    say: Callable[[str], None] = lambda _: None,
) -> LoopbackListener:
    """A listener that runs `greet` for each connection of the process `pid`, and `on_abort` when it drops one."""
    listener = LoopbackListener("http", say)

    def accept(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def greet_and_close() -> None:
            try:
                await greet()
            finally:
                writer.close()

        def abort() -> None:
            on_abort()
            writer.transport.abort()

        listener.serve(greet_and_close, abort, writer.get_extra_info("peername"))

    listener.listen(await asyncio.start_server(accept, LOOPBACK, 0))
    if pid is not None:
        listener.expect(pid)
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


class Door:
    """What a listener let in and dropped, and what it said."""

    def __init__(self) -> None:
        self.greeted = self.dropped = 0
        self.said: list[str] = []
        self.may_end = asyncio.Event()

    async def greet(self) -> None:
        self.greeted += 1
        await self.may_end.wait()

    def drop(self) -> None:
        self.dropped += 1

    async def listening(self, pid: int | None) -> LoopbackListener:
        return await listening(self.greet, self.drop, pid=pid, say=self.said.append)

    async def have(self, greeted: int, dropped: int) -> None:
        async with asyncio.timeout(10):
            while (self.greeted, self.dropped) != (greeted, dropped):
                await asyncio.sleep(0.01)


@contextlib.contextmanager
def knocking(port: int, times: int, *, user: int | None = None) -> Iterator["subprocess.Popen[bytes]"]:
    """Another process, which opens connections, says nothing and keeps them open."""
    code = (
        "import encodings.idna, os, socket, sys\n"
        f"{'' if user is None else f'os.setuid({user})'}\n"
        f"held = [socket.create_connection(('127.0.0.1', {port})) for _ in range({times})]\n"
        "print(len(held), flush=True)\n"
        "sys.stdin.read()"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-I", "-c", code], **pipes) as process:
        try:
            assert process.stdout is not None and process.stdout.readline() == b"%d\n" % times
            yield process
        finally:
            process.kill()


def port_of(listener: LoopbackListener) -> int:
    port = urlsplit(listener.url).port
    assert port is not None
    return port


ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who holds a socket")
AS_ROOT = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can be another user: run the tests as root to see what strangers can do"
)


@ON_LINUX
async def test_silent_strangers_take_no_place_and_keep_nobody_out() -> None:
    door = Door()
    listener = await door.listening(os.getpid())

    with knocking(port_of(listener), 80):
        await door.have(0, 80)
        writer = await knock(listener)
        await door.have(1, 80)
    door.may_end.set()
    await listener.close()

    assert door.said == ["turned away 80 connections that were not ffmpeg's"]
    writer.close()


@AS_ROOT
@ON_LINUX
async def test_another_user_is_dropped_without_a_look_even_before_ffmpeg_is_started() -> None:
    door = Door()
    listener = await door.listening(None)

    with knocking(port_of(listener), 80, user=65534):
        await door.have(0, 80)
    await listener.close()


@ON_LINUX
async def test_who_comes_before_ffmpeg_is_known_waits_until_it_is() -> None:
    door = Door()
    listener = await door.listening(None)
    with knocking(port_of(listener), 1) as process:
        await asyncio.sleep(0.05)
        assert (door.greeted, door.dropped) == (0, 0)

        listener.expect(process.pid)

        await door.have(1, 0)
    door.may_end.set()
    await listener.close()


@ON_LINUX
async def test_a_program_that_ffmpegs_script_runs_counts_as_ffmpeg() -> None:
    door = Door()
    listener = await door.listening(None)
    code = f"import socket; held = socket.create_connection(('127.0.0.1', {port_of(listener)})); input()"
    script = f'"{sys.executable}" -I -c "{code}"; true'
    process = await asyncio.create_subprocess_exec(
        "/bin/sh", "-c", script, start_new_session=True, stdin=subprocess.PIPE
    )
    listener.expect(process.pid)
    await door.have(1, 0)
    await process.communicate(b"\n")
    door.may_end.set()
    await listener.close()


async def test_where_the_kernel_does_not_say_who_came_the_oldest_silent_one_makes_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unknown(*_: object) -> None:
        raise OSError("not here")

    monkeypatch.setattr(loopback_listener, "owner_of", unknown)
    monkeypatch.setattr(loopback_listener, "owner_in_table", unknown)
    door = Door()
    listener = await door.listening(os.getpid())

    writers = [await knock(listener) for _ in range(65)]

    await door.have(65, 1)
    assert door.said == [
        "this system does not show who connects to the relay: ffmpeg is known by its token alone",
    ]
    door.may_end.set()
    await listener.close()
    for writer in writers:
        writer.close()


@ON_LINUX
async def test_the_table_of_connections_does_where_the_kernel_may_not_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError("no netlink here")

    monkeypatch.setattr(loopback_listener, "owner_of", refused)
    door = Door()
    listener = await door.listening(os.getpid())

    with knocking(port_of(listener), 20):
        await door.have(0, 20)
        writer = await knock(listener)
        await door.have(1, 20)
    door.may_end.set()
    await listener.close()
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
