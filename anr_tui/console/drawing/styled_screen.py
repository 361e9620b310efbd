"""Screens on which inks are drawn: they hold the styles of the roles for all of their widgets."""

from textual.screen import Screen, ScreenResultType

from anr_tui.console.drawing.styled_text import TONE_CLASSES


class StyledScreen(Screen[ScreenResultType]):
    """A whole screen."""

    COMPONENT_CLASSES = TONE_CLASSES
