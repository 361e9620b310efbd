"""A go-between that makes a good camera's answers odd on their way, as devices in the field write them."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from anr_tui.replay.rtsp.connection import Connection
from anr_tui.replay.rtsp.parser import Headers, Media, Response

Replacement = str | Callable[[re.Match[str]], str]


@dataclass(frozen=True, slots=True)
class Oddity:
    """What is replaced in the head and the body of each answer: a pattern, and what takes its place."""

    head: tuple[str, Replacement] | None = None
    body: tuple[str, Replacement] | None = None

    def of(self, response: Response) -> bytes:
        body = response.body.decode("latin-1")
        if self.body is not None:
            body = re.sub(*self.body, body)
        changed = Response(response.status, response.reason, Headers(response.headers.lines), body.encode("latin-1"))
        head, blank, rest = changed.to_bytes().decode("latin-1").partition("\r\n\r\n")
        if self.head is not None:
            head = re.sub(*self.head, head)
        return (head + blank + rest).encode("latin-1")


@asynccontextmanager
async def odd_camera(port: int, oddity: Oddity) -> AsyncIterator[int]:
    """The port of a go-between to the camera at `port` on loopback."""
    tasks: set[asyncio.Task[None]] = set()

    async def carry(client: Connection) -> None:
        loop = asyncio.get_running_loop()
        _, camera = await loop.create_connection(lambda: Connection("the camera"), "127.0.0.1", port)
        try:
            with suppress(OSError):
                await asyncio.gather(_carry(client, camera), _carry(camera, client, oddity))
        finally:
            camera.abort()
            client.abort()

    def accept(client: Connection) -> None:
        task = asyncio.create_task(carry(client))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.get_running_loop().create_server(lambda: Connection("a client", accept), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)


async def _carry(source: Connection, target: Connection, oddity: Oddity | None = None) -> None:
    while (item := await source.next_item()) is not None:
        if isinstance(item, Media):
            await target.send(item.frames)
        elif isinstance(item, Response) and oddity is not None:
            await target.send(oddity.of(item))
        else:
            await target.send(item.to_bytes())
    target.half_close()
