"""What a child says, as lines; and work that no cancellation cuts short."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anr_tui.platform.child_process import LineSplitter, first_set, to_the_end


def test_lines_are_the_same_however_the_stream_is_cut():
    text = b"one\rtwo\r\n\nthree\n"
    for size in range(1, len(text) + 1):
        splitter = LineSplitter()
        lines = [line for at in range(0, len(text), size) for line in splitter.feed(text[at : at + size])]
        assert lines == ["one", "two", "three"]
        assert splitter.finish() == []


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_whatever_a_child_writes_is_lines_that_can_be_shown(chunks: list[bytes]) -> None:
    splitter = LineSplitter()
    lines = [line for chunk in chunks for line in splitter.feed(chunk)] + splitter.finish()

    assert all(line.isprintable() for line in lines)


def test_a_line_without_end_costs_no_more_than_8_kib() -> None:
    splitter = LineSplitter()
    for _ in range(100):
        assert splitter.feed(b"x" * 1000) == []

    assert splitter.finish() == ["x" * 8192]
    assert splitter.feed(b"next\n") == ["next"]


async def test_the_first_of_several_events_is_enough() -> None:
    first, other = asyncio.Event(), asyncio.Event()
    waiting = asyncio.create_task(first_set(first, other))
    await asyncio.sleep(0)
    assert not waiting.done()

    other.set()
    await waiting


async def test_work_is_done_to_its_end_however_often_it_is_cancelled() -> None:
    may_end, has_ended = asyncio.Event(), asyncio.Event()

    async def work() -> bool:
        await may_end.wait()
        has_ended.set()
        return True

    task = asyncio.create_task(to_the_end(work()))
    for _ in range(3):
        await asyncio.sleep(0)
        task.cancel()
    await asyncio.sleep(0)
    assert not task.done()

    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert has_ended.is_set()


async def test_work_that_nobody_cancels_gives_its_answer() -> None:
    async def work() -> bool:
        return True

    assert await to_the_end(work())
