"""Keys of a screen in a line: as many as fit, the way out always among them."""

from collections.abc import Sequence

from anr_tui.console.drawing.styled_text import Span, Spans, Tone, width_of
from anr_tui.console.keys.actions import Action
from anr_tui.console.keys.keymap import Keymap


def key_hint_spans(actions: Sequence[Action], width: int, keys: Keymap) -> Spans:
    """The keys in this order; the last one stays where not all fit."""
    *others, last = [key_hint(action, keys) for action in actions]
    left, chosen = width - width_of(last), []
    for drawn in others:
        left -= width_of(drawn)
        if left < 0:
            break
        chosen.append(drawn)
    return tuple(part for drawn in (*chosen, last) for part in drawn)


def key_hint(action: Action, keys: Keymap) -> Spans:
    """One key as a footer shows it: the key, what it does, and two blanks."""
    return (Span(keys.shown(action)[0], Tone.ACCENT), Span(f" {action.words}", Tone.DIM), Span("  "))
