"""Whether a device takes a connection, and in words why not."""

import asyncio
import socket

import pytest

from anr_tui.worker.diagnosis import connect_check
from anr_tui.worker.diagnosis.connect_check import why_unreachable


@pytest.mark.parametrize(("host", "device"), [("127.0.0.1", "127.0.0.1:{}"), ("::1", "[::1]:{}")])
async def test_a_device_that_takes_a_connection_is_reachable(host: str, device: str) -> None:
    async with await asyncio.start_server(lambda _, writer: writer.close(), host, 0) as server:
        port = server.sockets[0].getsockname()[1]

        assert await why_unreachable(device.format(port)) == ""


async def test_a_port_where_nobody_listens_is_said_to_refuse() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))

        assert "refused" in await why_unreachable(f"127.0.0.1:{reserved.getsockname()[1]}")


async def test_a_device_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        raise TimeoutError

    monkeypatch.setattr(asyncio, "open_connection", never)

    assert await why_unreachable("192.0.2.11:554") == f"does not answer within {connect_check._CONNECT_S:.0f} s"


async def test_a_name_that_no_name_can_be_is_a_sentence_too() -> None:
    assert "cannot be reached" in await why_unreachable(f"{'x' * 64}.test:554")
