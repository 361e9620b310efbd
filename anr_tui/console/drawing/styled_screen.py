"""Screens on which inks are drawn: they hold the styles of the roles for all of their widgets."""

from textual.screen import Screen, ScreenResultType

from anr_tui.console.drawing.styled_text import INK_CLASSES


class InkedScreen(Screen[ScreenResultType]):
    """A whole screen."""

    COMPONENT_CLASSES = INK_CLASSES
