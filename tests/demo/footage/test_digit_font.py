"""The signs of the burnt-in clock can be told apart, and what the font lacks is a blank."""

from anr_tui.demo.footage.digit_font import HEIGHT, WIDTH, dots

SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ:- "


def test_no_two_signs_look_alike() -> None:
    assert len({str(dots(sign)) for sign in SIGNS}) == len(SIGNS)


def test_every_sign_fills_the_same_room() -> None:
    assert {(len(dots(sign)), *map(len, dots(sign))) for sign in SIGNS} == {(HEIGHT, *[WIDTH] * HEIGHT)}


def test_small_letters_are_drawn_large_and_unknown_signs_are_blank() -> None:
    assert dots("a") == dots("A")
    assert dots("\u00e9") == dots(" ")
    assert not any(map(any, dots(" ")))
