"""A check whether a device accepts a TCP connection."""

import asyncio
import contextlib

from anr_tui.replay.relay.camera_connection import error_words

_CONNECT_S = 3.0


async def why_unreachable(device: str) -> str:
    """Why `host:port` accepts no connection, as the end of a sentence; "" where it does."""
    host, _, port = device.rpartition(":")
    try:
        async with asyncio.timeout(_CONNECT_S):
            _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
    except TimeoutError:
        return f"does not answer within {_CONNECT_S:.0f} s"
    except OSError as error:
        return f"cannot be reached ({error_words(error)})"
    except UnicodeError:
        return "cannot be reached (no name server knows such a name)"
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return ""
