"""The colour themes, and the place of the stylesheets. Every state is also a word, since colours may be missing."""

from collections.abc import Mapping
from pathlib import Path

from textual.theme import Theme


def _theme(name: str, *, dark: bool, busy: str, **colours: str) -> Theme:
    """Make a theme: `busy` is the colour of what is chosen and of what runs; FALLBACKS lists our own colour names."""
    own_colours = {key.replace("_", "-"): colours.pop(key) for key in ("tone_strong", "tone_dim", "rule", "cursor")}
    background = colours["background"]
    return Theme(
        name=name,
        primary=busy,
        secondary=busy,
        accent=busy,
        dark=dark,
        variables={
            **own_colours,
            "cursor-focused": colours.pop("cursor_focused"),
            "scrollbar": own_colours["rule"],
            "scrollbar-hover": own_colours["tone-dim"],
            "scrollbar-active": busy,
            "scrollbar-background": background,
            "scrollbar-background-hover": background,
            "scrollbar-background-active": background,
        },
        **colours,  # type: ignore[arg-type]  # the remaining names are Textual's own
    )


DARK = _theme(
    "anr-dark",
    dark=True,
    busy="#6cb2e0",
    warning="#e2b55a",
    error="#ee7d78",
    success="#7fc98b",
    foreground="#cdd5dc",
    background="#0f1317",
    surface="#161b21",
    panel="#1c232b",
    tone_strong="#f2f5f8",
    tone_dim="#8f9ba7",
    rule="#37434f",
    cursor="#1c252e",
    cursor_focused="#1c3349",
)

LIGHT = _theme(
    "anr-light",
    dark=False,
    busy="#0b5490",
    warning="#7a4f00",
    error="#b01c17",
    success="#17632b",
    foreground="#20272e",
    background="#fbfcfd",
    surface="#edf1f5",
    panel="#f3f6f9",
    tone_strong="#000000",
    tone_dim="#505b66",
    rule="#b3bdc7",
    cursor="#e6ebf0",
    cursor_focused="#cfe2f5",
)

HIGH_CONTRAST = _theme(
    "anr-high-contrast",
    dark=True,
    busy="#7fd8ff",
    warning="#ffd75f",
    error="#ffa8a2",
    success="#7dff95",
    foreground="#ffffff",
    background="#000000",
    surface="#0a0a0a",
    panel="#0a0a0a",
    tone_strong="#ffffff",
    tone_dim="#d0d0d0",
    rule="#8a8a8a",
    cursor="#1c1c1c",
    cursor_focused="#002f57",
)

SIXTEEN = "ansi-dark"
"""Textual's theme that uses the terminal's own colours."""

# By their names in ANR_THEME, in the order in which the key switches between them.
OWN_THEMES = {"dark": DARK, "light": LIGHT, "high-contrast": HIGH_CONTRAST}

# The values of our own colour names in themes that use the terminal's 16 colours.
FALLBACKS = {
    "tone-strong": "ansi_default",
    "tone-dim": "ansi_bright_black",
    "rule": "ansi_bright_black",
    "cursor": "ansi_default",
    "cursor-focused": "ansi_default",
}

_DEEP_TERMS = ("256color", "kitty", "direct")


def theme_name(environ: Mapping[str, str], wish: str = "auto") -> str:
    """The name of the theme to use: the one in `wish`, unless NO_COLOR is set (https://no-color.org).

    With `auto` it is the dark one, or that of the terminal's 16 colours where it has no more.
    """
    if "NO_COLOR" in environ or wish == "16-colours":
        return SIXTEEN
    if wish in OWN_THEMES:
        return OWN_THEMES[wish].name
    system = environ.get("TEXTUAL_COLOR_SYSTEM", "auto")
    if system == "standard":
        return SIXTEEN
    is_deep = environ.get("COLORTERM", "").lower() in ("truecolor", "24bit")
    is_deep = is_deep or system in ("256", "truecolor") or environ.get("TERM", "").endswith(_DEEP_TERMS)
    return DARK.name if is_deep else SIXTEEN


def next_theme(name: str) -> str:
    """The name of our theme that follows this one; the name itself where it is none of ours."""
    names = [theme.name for theme in OWN_THEMES.values()]
    return names[(names.index(name) + 1) % len(names)] if name in names else name


def styles_dir() -> Path:
    """The directory of the stylesheets: inside the package once installed, at the top of the project in a checkout."""
    package = Path(__file__).resolve().parents[2]
    installed = package / "styles"
    return installed if installed.is_dir() else package.parent / "styles"
