"""Pictures made of terminal cells: half blocks with two pixels a cell, or a grey ramp of ASCII characters. Pure."""

from collections.abc import Iterator
from functools import lru_cache

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from anr_tui.view.gap.frames import Frame

Rgb = tuple[int, int, int]

RAMP = " .:-=+*#%@"
_HALF = "\N{UPPER HALF BLOCK}"
# Five bits a colour: the difference cannot be seen on a terminal, and equal neighbours cost a slow line nothing.
_KEPT_BITS = 0xF8
_BRIGHTNESS = (0.299, 0.587, 0.114)


def picture_strips(frame: Frame, width: int, height: int, *, is_grey: bool) -> list[Strip]:
    """The frame as large as it fits into `width` by `height` cells, each twice as high as wide; its shape is kept.

    Colours are 24-bit, which the terminal's driver reduces as needed; with `is_grey` none are used.
    """
    if width < 1 or height < 1:
        return []
    columns, lines = fitted(frame, width, height)
    if is_grey:
        return [_grey(row) for row in _scaled(frame, columns, lines)]
    rows = _scaled(frame, columns, 2 * lines)
    return [_halves(upper, lower) for upper, lower in zip(rows, rows, strict=True)]


def fitted(frame: Frame, width: int, height: int) -> tuple[int, int]:
    """The number of columns and lines of the frame, as large as it fits into `width` by `height` cells."""
    scale = min(width / frame.width, 2 * height / frame.height)
    return min(width, max(1, round(frame.width * scale))), min(height, max(1, round(frame.height * scale / 2)))


def _scaled(frame: Frame, columns: int, rows: int) -> Iterator[list[Rgb]]:
    """The frame scaled to so many columns and rows of pixels, each the mean of those that it replaces."""
    stride = 3 * frame.width
    cuts = [_cut(column, columns, frame.width) for column in range(columns)]
    for row in range(rows):
        top, bottom = _cut(row, rows, frame.height)
        lines = [frame.pixels[at * stride : (at + 1) * stride] for at in range(top, bottom)]
        yield [_mean(lines, left, right) for left, right in cuts]


def _cut(number: int, of: int, size: int) -> tuple[int, int]:
    first = number * size // of
    return first, max(first + 1, (number + 1) * size // of)


def _mean(lines: list[bytes], left: int, right: int) -> Rgb:
    many = (right - left) * len(lines)
    red, green, blue = (sum(sum(line[3 * left + at : 3 * right : 3]) for line in lines) // many for at in range(3))
    return red, green, blue


def _halves(upper: list[Rgb], lower: list[Rgb]) -> Strip:
    return Strip([Segment(_HALF, _style(*pair)) for pair in zip(upper, lower, strict=True)]).simplify()


@lru_cache(maxsize=4096)
def _colour(rgb: Rgb) -> Color:
    return Color.from_rgb(*(value & _KEPT_BITS for value in rgb))


def _style(upper: Rgb, lower: Rgb) -> Style:
    return Style.from_color(_colour(upper), _colour(lower))


def _grey(row: list[Rgb]) -> Strip:
    return Strip([Segment("".join(RAMP[_level(pixel)] for pixel in row))])


def _level(pixel: Rgb) -> int:
    bright = sum(value * share for value, share in zip(pixel, _BRIGHTNESS, strict=True))
    return min(len(RAMP) - 1, int(bright / 256 * len(RAMP)))
