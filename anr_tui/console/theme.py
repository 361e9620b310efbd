"""Colours and where the stylesheets are. State is always a word too: colours may all be missing."""

from collections.abc import Mapping
from pathlib import Path

from textual.theme import Theme

DARK = Theme(
    name="anr-dark",
    primary="#6cb2e0",
    secondary="#8aa6c1",
    accent="#6cb2e0",
    warning="#e2b55a",
    error="#ee7d78",
    success="#7fc98b",
    foreground="#cdd5dc",
    background="#0f1317",
    surface="#161b21",
    panel="#1c232b",
    dark=True,
    variables={
        "ink-strong": "#f2f5f8",
        "ink-dim": "#7f8b97",
        "rule": "#37434f",
        "cursor": "#1c252e",
        "cursor-focused": "#24425c",
        "scrollbar": "#303a44",
        "scrollbar-hover": "#45525f",
        "scrollbar-active": "#6cb2e0",
        "scrollbar-background": "#0f1317",
        "scrollbar-background-hover": "#0f1317",
        "scrollbar-background-active": "#0f1317",
    },
)

# What themes of the terminal's own 16 colours use for our names.
FALLBACKS = {
    "ink-strong": "ansi_default",
    "ink-dim": "ansi_bright_black",
    "rule": "ansi_bright_black",
    "cursor": "ansi_default",
    "cursor-focused": "ansi_default",
}

_DEEP_TERMS = ("256color", "kitty", "direct")


def theme_name(environ: Mapping[str, str]) -> str:
    """Our own theme, or the terminal's 16 colours where NO_COLOR is set or it has no more than those."""
    system = environ.get("TEXTUAL_COLOR_SYSTEM", "auto")
    if "NO_COLOR" in environ or system == "standard":
        return "ansi-dark"
    is_deep = environ.get("COLORTERM", "").lower() in ("truecolor", "24bit")
    is_deep = is_deep or system in ("256", "truecolor") or environ.get("TERM", "").endswith(_DEEP_TERMS)
    return DARK.name if is_deep else "ansi-dark"


def styles_dir() -> Path:
    """The stylesheets: inside the package once installed, at the top of the project in a checkout."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "styles"
    return installed if installed.is_dir() else package.parent / "styles"
