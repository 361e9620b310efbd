"""Colours that people can read: contrast as WCAG measures it, in every theme of ours."""

import itertools

import pytest
from textual.color import Color
from textual.theme import Theme
from textual.widgets import Input

from anr_tui.console.display_settings import DisplaySettings
from anr_tui.console.drawing.theme import DARK, HIGH_CONTRAST, LIGHT, next_theme, theme_name
from tests.console.dialogs.camera_form import to_form
from tests.console.site import RecordingView, console

TEXTS = ("foreground", "primary", "accent", "warning", "error", "success", "tone-strong", "tone-dim")
BACKGROUNDS = ("background", "surface", "panel", "cursor", "cursor-focused")
CASES = [(DARK, 4.5), (LIGHT, 4.5), (HIGH_CONTRAST, 7.0)]


def colour(theme: Theme, name: str) -> Color:
    return Color.parse(theme.variables.get(name) or getattr(theme, name))


def luminance(of: Color) -> float:
    """WCAG 2.2, relative luminance."""
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in of.normalized]
    return sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: Color, other: Color) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_is_that_of_the_standard() -> None:
    assert contrast(Color.parse("#000000"), Color.parse("#ffffff")) == pytest.approx(21.0)
    assert contrast(Color.parse("#777777"), Color.parse("#ffffff")) == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize(("theme", "least"), CASES, ids=lambda case: getattr(case, "name", str(case)))
def test_every_text_stands_out_from_every_background(theme: Theme, least: float) -> None:
    pairs = itertools.product(TEXTS, BACKGROUNDS)
    ratios = {pair: contrast(colour(theme, pair[0]), colour(theme, pair[1])) for pair in pairs}

    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < least} == {}


@pytest.mark.parametrize(
    ("wish", "environ", "name"),
    [
        ("light", {"TERM": "xterm-256color"}, "anr-light"),
        ("high-contrast", {"COLORTERM": "truecolor"}, "anr-high-contrast"),
        ("dark", {"TERM": "linux"}, "anr-dark"),
        ("16-colours", {"COLORTERM": "truecolor"}, "ansi-dark"),
        ("light", {"NO_COLOR": "1", "COLORTERM": "truecolor"}, "ansi-dark"),
    ],
)
def test_a_wish_holds_unless_there_shall_be_no_colours(wish: str, environ: dict[str, str], name: str) -> None:
    assert theme_name(environ, wish) == name


def test_the_key_goes_round_through_our_themes_and_leaves_the_terminals_own_alone() -> None:
    names = list(itertools.accumulate(range(3), lambda name, _: next_theme(name), initial="anr-dark"))

    assert names == ["anr-dark", "anr-light", "anr-high-contrast", "anr-dark"]
    assert next_theme("ansi-dark") == "ansi-dark"


@pytest.mark.parametrize(("name", "least"), [("dark", 4.5), ("light", 4.5), ("high-contrast", 7.0)])
async def test_what_a_field_expects_can_be_read(name: str, least: float) -> None:
    app = console(RecordingView(), display_settings=DisplaySettings(theme=name))
    async with app.run_test(size=(80, 24)) as pilot:
        dialog = await to_form(pilot, "A")
        field = dialog.query_one("#address", Input)
        for part in ("input--placeholder", "input--suggestion"):
            style = field.get_component_styles(part)
            _, under = field.background_colors
            assert contrast(under + style.color, under) >= least, part
