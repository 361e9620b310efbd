"""A picture in cells: its shape, its brightness, and what each kind of terminal is sent."""

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.console import Console

from anr_tui.console.terminal.cell_images import RAMP, picture_strips
from anr_tui.view.gap.frames import Frame

NOON = datetime(2026, 6, 13, 12, 0, tzinfo=UTC)


@st.composite
def frames(draw: st.DrawFn) -> Frame:
    width, height = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    some = draw(st.binary(min_size=1, max_size=30))
    size = 3 * width * height
    return Frame(width, height, (some * (size // len(some) + 1))[:size], NOON)


def plain_frame(width: int, height: int, rgb: tuple[int, int, int]) -> Frame:
    return Frame(width, height, bytes(rgb) * (width * height), NOON)


@given(frames(), st.integers(0, 60), st.integers(0, 30), st.booleans())
def test_any_picture_fits_and_is_a_rectangle(frame: Frame, width: int, height: int, is_grey: bool) -> None:
    strips = picture_strips(frame, width, height, is_grey=is_grey)

    assert len(strips) <= height
    assert bool(strips) == (width > 0 and height > 0)
    assert len({strip.cell_length for strip in strips}) <= 1
    assert all(0 < strip.cell_length <= width for strip in strips)
    if is_grey:
        assert all(set(strip.text) <= set(RAMP) and strip.text.isascii() for strip in strips)


@given(frames(), st.integers(1, 60), st.integers(1, 30))
def test_no_colour_is_brighter_or_darker_than_the_picture(frame: Frame, width: int, height: int) -> None:
    for strip in picture_strips(frame, width, height, is_grey=False):
        for segment in strip:
            assert segment.style is not None
            for colour in (segment.style.color, segment.style.bgcolor):
                assert colour is not None and colour.triplet is not None
                for at, value in enumerate(colour.triplet):
                    values = frame.pixels[at::3]
                    assert min(values) & 0xF8 <= value <= max(values)


@pytest.mark.parametrize(("width", "height"), [(80, 20), (20, 80), (160, 45)])
def test_a_picture_keeps_its_shape(width: int, height: int) -> None:
    strips = picture_strips(plain_frame(160, 90, (9, 9, 9)), width, height, is_grey=False)

    assert strips[0].cell_length / (2 * len(strips)) == pytest.approx(160 / 90, rel=0.1)
    assert strips[0].cell_length == width or len(strips) == height


def test_the_upper_half_of_a_cell_is_the_upper_pixel() -> None:
    frame = Frame(1, 2, bytes([255, 0, 0, 0, 0, 255]), NOON)

    (strip,) = picture_strips(frame, 1, 1, is_grey=False)

    style = next(iter(strip)).style
    assert style is not None and style.color is not None and style.bgcolor is not None
    assert (style.color.triplet, style.bgcolor.triplet) == ((248, 0, 0), (0, 0, 248))


def test_the_ramp_goes_from_dark_to_bright() -> None:
    shades = [
        picture_strips(plain_frame(2, 2, (grey, grey, grey)), 2, 1, is_grey=True)[0].text[0] for grey in range(256)
    ]

    assert shades == sorted(shades, key=RAMP.index)
    assert set(shades) == set(RAMP)


@pytest.mark.parametrize(
    ("system", "sent"),
    [
        (ColorSystem.TRUECOLOR, "38;2;248;0;0"),
        (ColorSystem.EIGHT_BIT, "38;5;196"),
        (ColorSystem.STANDARD, "31"),
    ],
)
def test_a_terminal_is_sent_the_colours_that_it_has(system: ColorSystem, sent: str) -> None:
    screen = Console(file=io.StringIO(), color_system="truecolor", force_terminal=True)
    screen._color_system = system
    (strip,) = picture_strips(plain_frame(1, 2, (255, 0, 0)), 1, 1, is_grey=False)

    assert f"\x1b[{sent};" in strip.render(screen)
