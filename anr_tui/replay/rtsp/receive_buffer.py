"""Bytes that arrived and were not read yet, in one block of memory that stays: a new one for each read is cold."""

import mmap
from contextlib import suppress

_BLOCK_BYTES = 512 * 1024


class ReceiveBuffer:
    """A queue of bytes that a socket fills in place. Positions count from the first byte that waits.

    A view of `block` holds until `room` is asked for. One byte past `end` may be looked at, too.
    """

    def __init__(self) -> None:
        self.block = _new_block(_BLOCK_BYTES + 1)
        self.begin = 0
        self.end = 0

    def __len__(self) -> int:
        return self.end - self.begin

    def __getitem__(self, position: int) -> int:
        return self.block[self.begin + position]

    def room(self, most_bytes: int) -> memoryview:
        """Where the next bytes belong: at most so many, at least one; `fill` then says how many came."""
        waiting, has_grown = len(self), len(self.block) > _BLOCK_BYTES + 1
        block = self.block
        if waiting >= len(block) - 1 or (has_grown and waiting < _BLOCK_BYTES):
            # A new one, as views of the old block may still be held.
            block = _new_block(waiting - waiting % _BLOCK_BYTES + _BLOCK_BYTES + 1)
        if self.begin or block is not self.block:
            block[:waiting] = self.block[self.begin : self.end]
            self.block, self.begin, self.end = block, 0, waiting
        return memoryview(block)[waiting : min(waiting + most_bytes, len(block) - 1)]

    def fill(self, count: int) -> None:
        """Take in what was put into the room."""
        self.end += count

    def drop(self, count: int) -> None:
        """Pass over bytes at the front."""
        self.begin += count

    def peek(self, start: int, stop: int) -> bytes:
        """A copy of what waits between two positions."""
        return bytes(self.block[self.begin + start : min(self.begin + stop, self.end)])

    def find(self, wanted: bytes, start: int, stop: int | None = None) -> int:
        """The first position of some bytes that lie between `start` and `stop`, else -1."""
        end = self.end if stop is None else min(self.begin + stop, self.end)
        return max(self.block.find(wanted, self.begin + start, end) - self.begin, -1)


def _new_block(size_bytes: int) -> mmap.mmap:
    """Memory that takes room only as far as it was ever filled, and gives that back the moment it is let go."""
    block = mmap.mmap(-1, size_bytes, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_NOHUGEPAGE"):
        # Where a system takes two megabytes at a time, a first byte would bring in all neighbours, too.
        with suppress(OSError):
            block.madvise(mmap.MADV_NOHUGEPAGE)
    return block
