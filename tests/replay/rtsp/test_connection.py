"""A connection that lets media gather, over real sockets."""

import asyncio
import contextlib
import weakref
from collections.abc import AsyncIterator

from anr_tui.replay.rtsp.connection import Connection
from anr_tui.replay.rtsp.parser import Media

FRAME = b"$\x00\x00\x10" + bytes(16)
FRAMES = 200


@contextlib.asynccontextmanager
async def connected() -> AsyncIterator[tuple[Connection, asyncio.StreamWriter]]:
    """A connection and the writer of its peer."""
    accepted: asyncio.Queue[Connection] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection("The camera", accepted.put_nowait), "127.0.0.1")
    _, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    connection = await accepted.get()
    try:
        yield connection, writer
    finally:
        writer.close()
        await connection.close()
        server.close()


async def media(connection: Connection) -> bytes:
    item = await connection.next_item()
    assert isinstance(item, Media)
    return bytes(item.frames)


async def test_media_that_comes_bit_by_bit_is_taken_in_few_runs_and_whole() -> None:
    async with connected() as (connection, camera):
        connection.gather()
        reading = asyncio.create_task(media(connection))
        for _ in range(FRAMES):
            camera.write(FRAME)
            await asyncio.sleep(0)
        runs = [await reading]
        while sum(map(len, runs)) < FRAMES * len(FRAME):
            runs.append(await media(connection))
        assert b"".join(runs) == FRAME * FRAMES
        assert len(runs) < FRAMES / 10


async def test_what_came_is_taken_although_nothing_follows() -> None:
    async with connected() as (connection, camera):
        connection.gather()
        camera.write(FRAME)
        assert await media(connection) == FRAME
        camera.write(FRAME)
        assert await media(connection) == FRAME


async def test_who_waits_for_an_answer_gets_what_is_there_at_once() -> None:
    async with connected() as (connection, camera):
        connection.gather()
        reading = asyncio.create_task(media(connection))
        await asyncio.sleep(0)
        connection.hurry()
        taken = 0
        # A fraction of what they would take if each of them gathered for its moment.
        for _ in range(FRAMES):
            camera.write(FRAME)
            taken += len(await reading)
            reading = asyncio.create_task(media(connection))
        assert taken == FRAMES * len(FRAME)
        reading.cancel()


async def test_media_that_gathers_ends_with_the_connection() -> None:
    async with connected() as (connection, camera):
        connection.gather()
        camera.write(FRAME)
        camera.write_eof()
        assert await media(connection) == FRAME
        assert await connection.next_item() is None


async def test_under_a_throttle_each_portion_is_taken_as_soon_as_it_is_there() -> None:
    portions = 60

    async def next_portion() -> int:
        return len(FRAME)

    async with connected() as (connection, camera):
        connection.gather()
        camera.write(FRAME * portions)
        taken = 0
        # A fraction of what they would take if each of them gathered for its moment.
        while taken < len(FRAME) * portions:
            item = await connection.next_item(next_portion)
            assert isinstance(item, Media)
            taken += len(item.frames)


async def test_a_closed_connection_holds_no_memory_though_somebody_holds_it() -> None:
    async with connected() as (connection, camera):
        camera.write(FRAME[:-1])
        camera.write_eof()
        assert await connection.next_item() is None
        block = weakref.ref(connection._parser._buffer.block)
    assert block() is None
