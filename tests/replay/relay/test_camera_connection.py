"""Why a connection to a camera failed, in words that name no address."""

import errno
import ssl

import pytest

from anr_tui.replay.relay.camera_connection import error_words

ADDRESS = "192.0.2.11"


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(errno.ECONNREFUSED, f"Connect call failed ('{ADDRESS}', 554)"),
        OSError(f"Multiple exceptions: {ADDRESS}"),
        ConnectionResetError(),
        TimeoutError(ADDRESS),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_has_words_and_no_address(error: Exception) -> None:
    assert error_words(error)
    assert ADDRESS not in error_words(error)


def test_the_words_are_the_systems_own() -> None:
    assert error_words(ConnectionRefusedError(errno.ECONNREFUSED, "x")) == "Connection refused"


def test_a_camera_that_speaks_no_tls_is_said_to_have_failed_in_tls() -> None:
    incoming = ssl.MemoryBIO()
    incoming.write(b"RTSP/1.0 400 Bad Request\r\n\r\n")
    client = ssl.create_default_context().wrap_bio(incoming, ssl.MemoryBIO(), server_hostname=ADDRESS)

    with pytest.raises(ssl.SSLError) as caught:
        client.do_handshake()
    assert error_words(caught.value).startswith("TLS: ")
    assert ADDRESS not in error_words(caught.value)
