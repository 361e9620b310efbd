"""A buffer of bytes that arrived and were not read yet, in one lasting memory block.

A new block for each read would not be in the processor's cache.
"""

import mmap
from contextlib import suppress

_BLOCK_BYTES = 512 * 1024


class ReceiveBuffer:
    """A queue of bytes that a socket fills in place. Positions count from the first unread byte.

    A view of `block` is valid until `room` is called. One byte past `end` may be read, too.
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
        """The memory for the next bytes, at least one and at most `most_bytes`; call `fill` once they are written."""
        waiting, has_grown = len(self), len(self.block) > _BLOCK_BYTES + 1
        block = self.block
        if waiting >= len(block) - 1 or (has_grown and waiting < _BLOCK_BYTES):
            # Not resized in place, because views of the old block may still be in use.
            block = _new_block(waiting - waiting % _BLOCK_BYTES + _BLOCK_BYTES + 1)
        if self.begin or block is not self.block:
            block[:waiting] = self.block[self.begin : self.end]
            self.block, self.begin, self.end = block, 0, waiting
        return memoryview(block)[waiting : min(waiting + most_bytes, len(block) - 1)]

    def fill(self, count: int) -> None:
        """Take in `count` bytes that were written into the room."""
        self.end += count

    def drop(self, count: int) -> None:
        """Remove `count` bytes at the front."""
        self.begin += count

    def peek(self, start: int, stop: int) -> bytes:
        """A copy of the unread bytes between two positions."""
        return bytes(self.block[self.begin + start : min(self.begin + stop, self.end)])

    def find(self, wanted: bytes, start: int, stop: int | None = None) -> int:
        """The first position of `wanted` that lies wholly between `start` and `stop`, else -1."""
        end = self.end if stop is None else min(self.begin + stop, self.end)
        return max(self.block.find(wanted, self.begin + start, end) - self.begin, -1)


def _new_block(size_bytes: int) -> mmap.mmap:
    """Anonymous memory that occupies only the pages that were written, and is returned when it is freed."""
    block = mmap.mmap(-1, size_bytes, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_NOHUGEPAGE"):
        # With huge pages of 2 MiB a single written byte would occupy the whole block.
        with suppress(OSError):
            block.madvise(mmap.MADV_NOHUGEPAGE)
    return block
