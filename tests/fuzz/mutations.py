"""Changed copies of a corpus: the same ones every time, for a test that needs neither atheris nor luck."""

from collections.abc import Iterator, Sequence
from random import Random

_LONGEST = 8192
# Numbers at which readers of bytes go wrong.
_EDGES = (b"\0", b"\1", b"\x7f", b"\x80", b"\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff", b"$", b"\r\n")


def mutations(corpus: Sequence[bytes], count: int, seed: int) -> Iterator[bytes]:
    """`count` inputs, each made from one of the corpus by a few changes, or from two of them."""
    random = Random(seed)
    for _ in range(count):
        changed = bytearray(random.choice(corpus))
        for _ in range(random.randint(1, 4)):
            _change(changed, corpus, random)
        yield bytes(changed[:_LONGEST])


def _change(changed: bytearray, corpus: Sequence[bytes], random: Random) -> None:
    at = random.randint(0, len(changed))
    end = min(len(changed), at + random.choice((1, 1, 2, 4, 16)))
    match random.randrange(6):
        case 0:
            del changed[at:end]
        case 1:
            changed[at:at] = changed[at:end]
        case 2:
            changed[at:end] = random.randbytes(end - at)
        case 3:
            edge = random.choice(_EDGES)
            changed[at : at + len(edge)] = edge
        case 4:
            other = random.choice(corpus)
            begin = random.randint(0, len(other))
            changed[at:] = other[begin:]
        case _ if at < len(changed):
            changed[at] ^= 1 << random.randrange(8)
