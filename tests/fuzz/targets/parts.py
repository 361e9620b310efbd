"""What several targets need."""

from collections.abc import Iterator

from anr_tui.replay.rtsp.parser import Item, Parser


def received(parser: Parser, wire: bytes, portion: int) -> Iterator[Item]:
    """What a parser finds in bytes that arrive in portions of a size; media is valid until the next item."""
    for at in range(0, len(wire), portion):
        left = memoryview(wire)[at : at + portion]
        while left:
            room = parser.room(len(left))
            room[:], left = left[: len(room)], left[len(room) :]
            parser.received(len(room))
            while (item := parser.next_item()) is not None:
                yield item


def fields(data: bytes, count: int) -> list[str]:
    """The texts of a target that takes several, separated by bytes of zero; the last one takes the rest."""
    parts = data.split(b"\0", count - 1)
    return [part.decode("utf-8", "replace") for part in parts] + [""] * (count - len(parts))
