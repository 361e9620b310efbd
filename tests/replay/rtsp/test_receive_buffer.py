"""Bytes that wait in a block of memory: in order, whatever is put in and taken out, and in no more than they need."""

import os

from hypothesis import given, settings
from hypothesis import strategies as st

from anr_tui.replay.rtsp.parser import MAX_BODY, Headers, Media, Parser, Response
from anr_tui.replay.rtsp.receive_buffer import _BLOCK_BYTES, ReceiveBuffer
from benchmarks.measured import resident_mb_of
from tests.replay.peer import frame, items


def put(inbox: ReceiveBuffer, received: bytes) -> None:
    while received:
        room = inbox.room(len(received))
        room[:], received = received[: len(room)], received[len(room) :]
        inbox.fill(len(room))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 300_000), st.integers(0, 400_000)), max_size=8))
def test_what_waits_is_what_was_put_in_and_not_dropped(steps: list[tuple[int, int]]) -> None:
    inbox, waiting = ReceiveBuffer(), b""
    for number, (size, dropped) in enumerate(steps):
        received = bytes([number]) * size
        put(inbox, received)
        waiting += received
        assert inbox.peek(0, len(waiting)) == waiting
        assert inbox.find(bytes([number]), 0) == waiting.find(bytes([number]))
        taken = min(dropped, len(waiting))
        inbox.drop(taken)
        waiting = waiting[taken:]
        assert len(inbox) == len(waiting)
        assert not waiting or inbox[0] == waiting[0]


def test_nothing_is_found_past_what_waits() -> None:
    inbox = ReceiveBuffer()
    put(inbox, b"first$")
    inbox.drop(6)
    put(inbox, b"abc")
    assert inbox.find(b"t", 0) == inbox.find(b"c", 0, 2) == -1
    assert inbox.find(b"c", 0, 3) == 2


def test_the_largest_body_is_read_and_its_memory_given_back() -> None:
    parser = Parser("peer")
    body = bytes(range(256)) * (MAX_BODY // 256)
    [response] = items(parser, Response(200, "OK", Headers(), body).to_bytes())
    assert isinstance(response, Response)
    assert response.body == body
    assert MAX_BODY <= len(parser._buffer.block) < 1.5 * MAX_BODY
    runs = [bytes(item.frames) for item in items(parser, frame(0, b"media") * 2) if isinstance(item, Media)]
    assert b"".join(runs) == frame(0, b"media") * 2
    assert len(parser._buffer.block) == _BLOCK_BYTES + 1


def test_an_inbox_takes_no_more_memory_than_what_came_at_once() -> None:
    before = resident_mb_of(os.getpid())
    inboxes = [ReceiveBuffer() for _ in range(200)]
    for inbox in inboxes:
        for _ in range(10):
            put(inbox, b"a camera's answer")
            inbox.drop(len(inbox))
    # Their blocks are 105 MB.
    assert resident_mb_of(os.getpid()) - before < 10
