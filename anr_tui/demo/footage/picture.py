"""The picture of simulated footage: its wall-clock time as digits for people and as a row of blocks for programs.

The blocks along the bottom are 32 bits of the Unix time in seconds, 7 bits of hundredths of a second and a parity bit,
white for 1. They are large and either black or white, so that they survive H.264 and H.265.
"""

import zlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from anr_tui.demo.footage import digit_font

if TYPE_CHECKING:
    import av

_BITS = 40
_BLACK, _WHITE, _LIGHT = 16, 235, 200
_LEG_S = 2
_THRESHOLD = 128
_MIN_CONTRAST = 60
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Picture:
    """One YUV 4:2:0 frame buffer, of which only what changed is redrawn. `size` is (width, height) in pixels.

    `walks_from`: a light square walks about beside the digits, on a path that chance makes of the time since then.
    Raises ValueError for a size that the code blocks do not fit: the width must be a multiple of 40.
    """

    def __init__(self, size: tuple[int, int], label: str, *, walks_from: datetime | None = None) -> None:
        self._walks_from = walks_from
        self.width, self.height = size
        if self.width % _BITS or self.width < 160 or self.height < 90 or self.height % 2:
            raise ValueError(f"not a size for a picture with a time code: {size}")
        tint = zlib.crc32(label.encode())
        self._shade = 40 + tint % 80
        luma, chroma = self.width * self.height, self.width * self.height // 4
        self.buffer = bytearray(bytes([self._shade]) * luma)
        self.buffer += bytes([88 + (tint >> 8) % 80]) * chroma + bytes([88 + (tint >> 16) % 80]) * chroma
        self._unit = self.width // 80
        self._drawn: dict[tuple[int, int], str] = {}
        self._glyphs: dict[tuple[str, int], list[bytes]] = {}
        self._text(label[: self.width // (6 * self._text_scale)], row=0, scale=self._text_scale)

    @property
    def _text_scale(self) -> int:
        return max(1, self._unit // 2)

    def draw(self, moment: datetime) -> bytearray:
        """Draw `moment` and return the bytes of the frame, which the next call overwrites."""
        second, microsecond = divmod((moment - _EPOCH) // timedelta(microseconds=1), 1_000_000)
        self._text(f"{moment:%Y-%m-%d}", row=9 * self._text_scale, scale=self._text_scale)
        self._text(f"{moment:%H:%M:%S}", row=20 * self._text_scale, scale=max(1, self._unit))
        self._hand(microsecond)
        if self._walks_from is not None:
            self._walker((moment - self._walks_from).total_seconds())
        self._code(second, microsecond // 10_000)
        return self.buffer

    def _text(self, text: str, row: int, scale: int) -> None:
        for index, char in enumerate(text):
            left, top = self._unit * 2 + index * (digit_font.WIDTH + 1) * scale, self._unit * 2 + row
            if self._drawn.get((left, top)) != char:
                self._drawn[left, top] = char
                for y, dots in enumerate(self._glyph(char, scale)):
                    at = (top + y) * self.width + left
                    self.buffer[at : at + len(dots)] = dots

    def _glyph(self, char: str, scale: int) -> list[bytes]:
        if (char, scale) not in self._glyphs:
            rows = [
                b"".join(bytes([_WHITE if dot else self._shade]) * scale for dot in row)
                for row in digit_font.dots(char)
            ]
            self._glyphs[char, scale] = [row for row in rows for _ in range(scale)]
        return self._glyphs[char, scale]

    def _hand(self, microsecond: int) -> None:
        """Draw a bar that runs across the picture once a second, so that a person sees whether it moves."""
        length, thick = self.width // 10, self._unit
        left = (self.width - length) * microsecond // 1_000_000
        row = bytes([self._shade]) * left + bytes([_WHITE]) * length
        row += bytes([self._shade]) * (self.width - len(row))
        top = (self.height - self._code_height - 2 * thick) * self.width
        self.buffer[top : top + thick * self.width] = row * thick

    def _walker(self, moment_s: float) -> None:
        """A square in the part that the digits leave free: from one place straight to the next in two seconds."""
        left, width, height = self.width * 2 // 3, self.width * 3 // 10, self.height * 7 // 10
        side = self.height // 6
        leg, gone = divmod(moment_s / _LEG_S, 1)
        places = (_place(int(leg)), _place(int(leg) + 1))
        x, y = (here + (there - here) * gone for here, there in zip(*places, strict=True))
        at_x, at_y = round(x * (width - side)), round(y * (height - side))
        empty = bytes([self._shade]) * width
        row = empty[:at_x] + bytes([_LIGHT]) * side + empty[at_x + side :]
        for line in range(height):
            start = line * self.width + left
            self.buffer[start : start + width] = row if at_y <= line < at_y + side else empty

    @property
    def _code_height(self) -> int:
        return _code_height(self.width)

    def _code(self, second: int, hundredths: int) -> None:
        value = (second << 8) | (hundredths << 1)
        value |= value.bit_count() & 1
        block = self.width // _BITS
        row = b"".join(bytes([_WHITE if value >> (_BITS - 1 - bit) & 1 else _BLACK]) * block for bit in range(_BITS))
        top = (self.height - self._code_height) * self.width
        self.buffer[top : self.width * self.height] = row * self._code_height


def _place(leg: int) -> tuple[float, float]:
    """Where the walker is at the beginning of a leg: from 0 to 1 across and down."""
    chance = zlib.crc32(leg.to_bytes(8, "big", signed=True))
    return (chance & 0xFFFF) / 0xFFFF, (chance >> 16) / 0xFFFF


def _code_height(width: int) -> int:
    return 2 * (width // _BITS)


def read_picture_time(frame: "av.VideoFrame") -> datetime:
    """The wall-clock time that a decoded frame shows, in UTC and to the hundredth of a second.

    Raises ValueError when the frame carries no readable time code.
    """
    if "yuv" not in frame.format.name:
        raise ValueError(f"no time code can be read from a {frame.format.name} frame")
    plane = frame.planes[0]
    luma = memoryview(plane).cast("B")
    # A transcoded frame may have any size: its blocks are as wide as that makes them.
    at = (frame.height - max(1, frame.width // _BITS)) * plane.line_size
    samples = [luma[at + (2 * bit + 1) * frame.width // (2 * _BITS)] for bit in range(_BITS)]
    value = int("".join("1" if sample > _THRESHOLD else "0" for sample in samples), 2)
    is_flat = any(abs(sample - _THRESHOLD) < _MIN_CONTRAST for sample in samples)
    hundredths = value >> 1 & 0x7F
    # A dark picture without a code would read as zero.
    if not value or is_flat or value.bit_count() & 1 or hundredths > 99:
        raise ValueError("the frame carries no readable time code")
    return _EPOCH + timedelta(seconds=value >> 8, milliseconds=10 * hundredths)
